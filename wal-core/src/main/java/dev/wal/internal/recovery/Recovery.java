// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import dev.wal.CorruptionPolicy;
import dev.wal.CreatePolicy;
import dev.wal.DamagedRange;
import dev.wal.LocalRecovery;
import dev.wal.Lsn;
import dev.wal.RecordLoss;
import dev.wal.RecoveryReport;
import dev.wal.WalDirectoryException;
import dev.wal.WalLockedException;
import dev.wal.WalOptions;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.Holder;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageLockedException;
import dev.wal.internal.segment.ControlFile;
import dev.wal.internal.segment.ControlRecord;
import dev.wal.internal.segment.DurableEnd;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.LogControl;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.RecoveredLog;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentFactory;
import dev.wal.internal.segment.SegmentName;
import dev.wal.internal.segment.SegmentWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a log that was inspected ready for appends.
 * <p>
 * A crash may follow each step. The next inspection then comes to the same verdict, and
 * recovery starts over:
 * <ol>
 * <li>Files whose creation was not finished are deleted.</li>
 * <li>A torn tail is saved, then truncated, so that nothing of it can come back.</li>
 * <li>Blocks above the highest LSN that is proven to be durable are written again and
 * forced. They were read, but after a failed force, or a kill, they may exist in the page
 * cache alone: Linux marks a page clean even if writing it back failed (Rebello et al.,
 * <i>Can Applications Recover from fsync Failures?</i>, USENIX ATC 2020). Or, after
 * damage that the policy allows, a new segment is chained to what remains.</li>
 * <li>Files that are no part of the log are renamed or deleted.</li>
 * </ol>
 */
public final class Recovery {

	private static final Logger logger = LoggerFactory.getLogger(Recovery.class);

	private final LogDirectory directory;

	private final DirectoryLock lock;

	private final Storage storage;

	private final WalOptions options;

	private final InspectedLog inspected;

	private final SegmentFactory factory;

	private final UUID logId;

	private @Nullable ControlFile control;

	private final List<Segment> segments;

	private final List<SegmentWriter> opened = new ArrayList<>();

	private @Nullable SegmentWriter spare;

	private Recovery(LogDirectory directory, DirectoryLock lock, WalOptions options, InspectedLog inspected) {
		this.lock = lock;
		this.directory = directory;
		this.storage = directory.storage();
		this.options = options;
		this.inspected = inspected;
		this.segments = new ArrayList<>(inspected.segments());
		this.logId = (inspected.logId() != null) ? inspected.logId() : UUID.randomUUID();
		this.factory = new SegmentFactory(directory, this.logId, inspected.owner(), options);
	}

	/**
	 * Inspect the directory of a log, and act on the result. The lock names its holder in
	 * between: a log that is refused is not changed by a byte.
	 * @param lock the lock of the directory, which this process holds
	 */
	public static RecoveredLog run(LogDirectory directory, DirectoryLock lock, WalOptions options) throws IOException {
		long started = System.nanoTime();
		Holder before = checkHolder(directory, lock);
		InspectedLog inspected = Inspection.ofTail(directory.storage(), options.log().owner(),
				options.files().corruptionPolicy(), options.files().recoveryScan());
		checkCreation(directory, options, inspected);
		ControlRecord control = inspected.identity().control().record();
		if (control != null && !Objects.equals(control.holder(), before)) {
			throw new WalLockedException(directory.path(), "another process, which has just opened the log");
		}
		lock.claim();
		Recovery recovery = new Recovery(directory, lock, options, inspected);
		try {
			RecoveredLog recovered = recovery.run(started);
			recovery.requireLock();
			return recovered;
		}
		catch (IOException | RuntimeException | Error ex) {
			recovery.closeAll(ex);
			throw ex;
		}
	}

	/**
	 * Refuse a log that the control file says another running process has open: a lock
	 * file that was deleted tells nothing of it. This comes before anything else is read,
	 * because a process that is ending may append until it is gone.
	 * @return who the control file names
	 */
	private static @Nullable Holder checkHolder(LogDirectory directory, DirectoryLock lock) throws IOException {
		ControlRecord control = ControlFile.read(directory.storage()).record();
		Holder holder = (control != null) ? control.holder() : null;
		if (holder != null) {
			try {
				lock.refuse(holder, directory.storage().fileKey(SegmentName.CONTROL));
			}
			catch (StorageLockedException ex) {
				throw new WalLockedException(directory.path(), ex.holder());
			}
		}
		return holder;
	}

	private static void checkCreation(LogDirectory directory, WalOptions options, InspectedLog inspected) {
		if (options.files().create() == CreatePolicy.NEVER && inspected.isMissing()) {
			throw new WalDirectoryException(directory.path(), LogDirectory.NO_LOG, null);
		}
	}

	private RecoveredLog run(long started) throws IOException {
		reportLoss();
		ControlFile control = new ControlOpener(this.directory, this.lock.holder(), this.options, this.inspected,
				this.logId)
			.open();
		this.control = control;
		// A process that locked another file of that name has created it by now, or finds
		// this one in the control file: one of the two gives up before a segment changes.
		requireLock();
		deleteUnfinished();
		TailVerdict verdict = this.inspected.verdict();
		String savedAs = (verdict.torn() != null) ? cut(verdict.torn()) : null;
		StartBlock restart = this.inspected.restart();
		long rewritten = 0;
		SegmentWriter active;
		if (restart != null) {
			active = begin(restart);
		}
		else if (this.segments.isEmpty()) {
			active = first();
		}
		else {
			Segment last = this.segments.get(this.segments.size() - 1);
			active = opened(this.factory.reopen(last, last.readableEnd()));
			rewritten = rewrite(active, last);
			keepSpare(last);
		}
		clearAway();
		int restored = restoreHeaders();
		DurableEnd end = new DurableEnd(verdict.nextLsn() - 1, active.segment(), active.position());
		Holder holder = this.lock.holder().in(this.storage.fileKey(SegmentName.CONTROL));
		if (!end.get().equals(control.record().end()) || !holder.equals(control.record().holder())) {
			control.update((record) -> record.openedBy(holder).withEnd(end.get()));
		}
		LogControl updates = new LogControl(this.storage.directory(), control, end, this.options.log().clock());
		RecoveryReport report = report(started, savedAs, rewritten);
		return new RecoveredLog(this.logId, this.factory, this.segments, active, this.spare, verdict.nextLsn(), updates,
				restart == null && verdict.closed(), report,
				new LocalRecovery(this.segments.size(), this.inspected.scanned().segments(), restored));
	}

	private void requireLock() throws IOException {
		if (!this.lock.isMine()) {
			throw new WalLockedException(this.directory.path(), "another process, which has just taken the lock file");
		}
	}

	private SegmentWriter opened(SegmentWriter writer) {
		this.opened.add(writer);
		return writer;
	}

	private void reportLoss() {
		for (DamagedRange range : this.inspected.damage()) {
			logger.error("Acknowledged records are unreadable; continuing because the corruption policy is {}: {}",
					this.options.files().corruptionPolicy(), range);
		}
		RecordLoss loss = this.inspected.loss();
		if (!loss.isNone()) {
			logger.error("{} acknowledged record(s) of the log in {} are given up: LSN {}, {} bytes", loss.records(),
					this.storage.directory(), loss.ranges(), loss.bytes());
		}
	}

	private void closeAll(Throwable reason) {
		try {
			if (this.control != null) {
				this.control.close();
			}
		}
		catch (IOException ex) {
			reason.addSuppressed(ex);
		}
		for (SegmentWriter writer : this.opened) {
			try {
				writer.close();
			}
			catch (IOException ex) {
				reason.addSuppressed(ex);
			}
		}
	}

	private void deleteUnfinished() throws IOException {
		for (String name : this.inspected.remains().unfinished()) {
			// One of that name became the control file just now.
			if (this.storage.contains(name)) {
				this.storage.delete(name);
			}
		}
		// Also for what an earlier process did last: it may have been killed before its
		// own force.
		this.directory.force();
	}

	private @Nullable String cut(TornTail torn) throws IOException {
		TornTailCut cut = new TornTailCut(this.directory, this.options.files().tornBytesKept());
		return cut.apply(torn, this.inspected.verdict().nextLsn());
	}

	/**
	 * Rename or delete the files that are no part of the log. Not before the segment that
	 * continues above their LSNs is durable: those LSNs would be used again.
	 */
	private void clearAway() throws IOException {
		Remains remains = this.inspected.remains();
		for (String name : remains.abandoned()) {
			this.directory.moveAside(name);
		}
		for (String name : remains.unused()) {
			this.storage.delete(name);
		}
		if (!remains.abandoned().isEmpty() || !remains.unused().isEmpty()) {
			this.directory.force();
		}
	}

	/**
	 * Write damaged copies of segment headers again.
	 * @return the number of segments that had one
	 */
	private int restoreHeaders() throws IOException {
		int restored = 0;
		List<String> abandoned = this.inspected.remains().abandoned();
		for (FoundSegment segment : this.inspected.badHeaders()) {
			if (!abandoned.contains(segment.name()) && !this.inspected.remains().unused().contains(segment.name())) {
				segment.restoreHeader(this.storage);
				restored++;
			}
		}
		if (restored > 0) {
			logger.warn("The headers of {} segment(s) in {} were damaged and have been written again: {}", restored,
					this.storage.directory(), this.inspected.badHeaders().stream().map(FoundSegment::name).toList());
		}
		return restored;
	}

	/**
	 * Write and force again what is not proven to be durable, and force the size that the
	 * file has.
	 * @return the number of records above the proven LSN
	 */
	private long rewrite(SegmentWriter writer, Segment segment) throws IOException {
		long from = this.inspected.verdict().unprovenFrom();
		if (from < segment.readableEnd()) {
			LogDirectory.copy(writer.file(), from, segment.readableEnd(), writer.file(), from);
		}
		writer.file().force(true);
		return Math.max(0, segment.lastLsn() - this.inspected.provenLsn());
	}

	private SegmentWriter first() throws IOException {
		List<Segment> spares = this.inspected.verdict().spares();
		SegmentWriter writer;
		if (spares.isEmpty()) {
			writer = opened(this.factory.create(1, null));
		}
		else {
			writer = opened(this.factory.reopen(spares.get(0), Format.SEGMENT_HEADER_SIZE));
			deleteSpares(spares.subList(1, spares.size()));
		}
		writer.startWith(new StartBlock(1, 0, 0, 0));
		this.segments.add(writer.segment());
		return writer;
	}

	/**
	 * Start a segment after damage, so that the gap is on record and its LSNs are never
	 * used again.
	 */
	private SegmentWriter begin(StartBlock start) throws IOException {
		Segment last = this.segments.isEmpty() ? null : this.segments.get(this.segments.size() - 1);
		SegmentWriter writer = opened(
				this.factory.create(this.inspected.highestNumber() + 1, (last != null) ? last.header() : null));
		writer.startWith(start);
		ByteBuffer block = Format.directBuffer(Format.START_BLOCK_SIZE);
		start.encode(block, 0, writer.segment().header().salt(), Format.nanos(this.options.log().clock().instant()), 0,
				new Checksum());
		writer.write(block, start.firstLsn() - 1);
		writer.file().force(true);
		writer.segment().readable(writer.position());
		this.segments.add(writer.segment());
		return writer;
	}

	private void keepSpare(Segment last) throws IOException {
		List<Segment> spares = this.inspected.verdict().spares();
		if (spares.isEmpty() || spares.get(0).number() != last.number() + 1) {
			deleteSpares(spares);
			return;
		}
		this.spare = opened(this.factory.reopen(spares.get(0), Format.SEGMENT_HEADER_SIZE));
		deleteSpares(spares.subList(1, spares.size()));
	}

	private void deleteSpares(List<Segment> spares) throws IOException {
		for (Segment segment : spares) {
			this.storage.delete(segment.name());
		}
		if (!spares.isEmpty()) {
			this.directory.force();
		}
	}

	private RecoveryReport report(long started, @Nullable String savedAs, long rewritten) {
		long lastLsn = this.inspected.verdict().nextLsn() - 1;
		long firstLsn = this.segments.get(0).firstLsn();
		boolean undamaged = this.options.files().corruptionPolicy() == CorruptionPolicy.FAIL
				|| this.inspected.damage().isEmpty();
		Scanned scanned = this.inspected.scanned();
		return new RecoveryReport(Duration.ofNanos(System.nanoTime() - started), scanned.records(), scanned.bytes(),
				Lsn.of((firstLsn <= lastLsn) ? firstLsn : 0), Lsn.of(lastLsn), Lsn.of(this.inspected.checkpointLsn()),
				Lsn.of(this.inspected.provenLsn()), rewritten, this.inspected.closed() && undamaged,
				this.inspected.tail(savedAs), this.inspected.loss(), this.inspected.damage());
	}

}
