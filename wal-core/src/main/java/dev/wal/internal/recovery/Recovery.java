// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.wal.CorruptionPolicy;
import dev.wal.DamagedRange;
import dev.wal.LocalRecovery;
import dev.wal.Lsn;
import dev.wal.RecoveryReport;
import dev.wal.WalOptions;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.io.StorageFullException;
import dev.wal.internal.segment.CheckpointFile;
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
 * Each step may be the last before a crash; the next inspection then comes to the same
 * verdict, and recovery starts over:
 * <ol>
 * <li>Files whose creation was not finished are deleted.</li>
 * <li>What is cut off is saved, then cut off by truncation, so that nothing of it can
 * come back.</li>
 * <li>Blocks above the highest LSN that is proven to be durable are written again and
 * forced. They were read, but after a failed force, or a kill, they may exist in the page
 * cache alone: Linux marks a page clean even if writing it back failed (Rebello et al.,
 * <i>Can Applications Recover from fsync Failures?</i>, USENIX ATC 2020). Or, behind
 * damage that the policy allows, a segment is begun that is chained to what remains.</li>
 * <li>Files that are no part of the log are moved away or deleted.</li>
 * </ol>
 */
public final class Recovery {

	private static final Logger logger = LoggerFactory.getLogger(Recovery.class);

	private final LogDirectory directory;

	private final Storage storage;

	private final WalOptions options;

	private final Inspection inspection;

	private final SegmentFactory factory;

	private final UUID logId;

	private final List<Segment> segments;

	private final List<SegmentWriter> opened = new ArrayList<>();

	private @Nullable SegmentWriter spare;

	private Recovery(LogDirectory directory, WalOptions options, Inspection inspection) {
		this.directory = directory;
		this.storage = directory.storage();
		this.options = options;
		this.inspection = inspection;
		this.segments = new ArrayList<>(inspection.segments);
		this.logId = (inspection.logId != null) ? inspection.logId : UUID.randomUUID();
		this.factory = new SegmentFactory(directory, this.logId, inspection.owner, options);
	}

	public static RecoveredLog run(LogDirectory directory, WalOptions options) throws IOException {
		long started = System.nanoTime();
		Inspection inspection = Inspection.ofTail(directory.storage(), options.log().owner(),
				options.files().corruptionPolicy(), options.files().recoveryScan());
		Recovery recovery = new Recovery(directory, options, inspection);
		try {
			return recovery.run(started);
		}
		catch (IOException | RuntimeException | Error ex) {
			recovery.closeAll(ex);
			throw ex;
		}
	}

	private RecoveredLog run(long started) throws IOException {
		for (DamagedRange range : this.inspection.damage) {
			logger.error("Acknowledged data cannot be read, going on because the corruption policy is {}: {}",
					this.options.files().corruptionPolicy(), range);
		}
		deleteUnfinished();
		String savedAs = (this.inspection.torn != null) ? cut(this.inspection.torn) : null;
		long rewritten = 0;
		SegmentWriter active;
		if (this.inspection.restart != null) {
			active = begin(this.inspection.restart);
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
		RecoveryReport report = report(started, savedAs, rewritten);
		return new RecoveredLog(this.logId, this.factory, this.segments, active, this.spare, this.inspection.nextLsn,
				this.inspection.checkpointLsn, report,
				new LocalRecovery(this.segments.size(), this.inspection.scanned.size()));
	}

	private SegmentWriter opened(SegmentWriter writer) {
		this.opened.add(writer);
		return writer;
	}

	private void closeAll(Throwable reason) {
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
		for (String name : this.inspection.unfinished) {
			this.storage.delete(name);
		}
		// Also for what another process did last: it may have been killed before its
		// force.
		this.directory.force();
	}

	/**
	 * Take what is no part of the log out of the way. Not before the segment that goes on
	 * above its LSNs is durable: they would be used again.
	 */
	private void clearAway() throws IOException {
		for (String name : this.inspection.abandoned) {
			this.directory.moveAside(name);
		}
		for (String name : this.inspection.leftover) {
			this.storage.delete(name);
		}
		if (this.inspection.checkpointDamaged) {
			replaceCheckpoint();
		}
		else if (!this.inspection.abandoned.isEmpty() || !this.inspection.leftover.isEmpty()) {
			this.directory.force();
		}
	}

	/**
	 * Keep the damaged checkpoint, and store what is known of it. There is one at any
	 * time: without, the segments that it let go of would be missing.
	 */
	private void replaceCheckpoint() throws IOException {
		String kept = this.directory.keepCopy(SegmentName.CHECKPOINT);
		logger.warn("The checkpoint is damaged and was set to LSN {}, the damaged file is kept as {}",
				Lsn.of(this.inspection.checkpointLsn), kept);
		new CheckpointFile(this.logId, this.inspection.checkpointLsn,
				Format.nanos(this.options.log().clock().instant()))
			.write(this.storage);
	}

	/**
	 * Cut off the end of a segment.
	 * @return the file that keeps what was cut off, or {@code null}
	 */
	private @Nullable String cut(Segment segment) throws IOException {
		long from = this.inspection.tornAt;
		long to = this.inspection.tornEnd;
		try (StorageFile file = this.storage.open(segment.name())) {
			String savedAs = save(segment, file, from, to);
			file.truncate(from);
			file.force(true);
			segment.resized(from);
			logger.warn(
					"Cut {} bytes off the end of {} at offset {}, which nobody was promised: {}. They are {}; the"
							+ " log goes on with LSN {}",
					to - from, segment, from, this.inspection.tornReason,
					(savedAs != null) ? "kept in " + savedAs : "not kept", Lsn.of(this.inspection.nextLsn));
			return savedAs;
		}
	}

	private @Nullable String save(Segment segment, StorageFile file, long from, long to) throws IOException {
		List<String> names = this.storage.list();
		long kept = 0;
		for (String name : names) {
			if (SegmentName.isTorn(name)) {
				try (StorageFile torn = this.storage.openForReading(name)) {
					kept += torn.size();
				}
			}
		}
		if (kept + (to - from) > this.options.files().tornBytesKept()) {
			return null;
		}
		String name = SegmentName.torn(segment.number(), from, 0);
		for (int i = 1; names.contains(name); i++) {
			name = SegmentName.torn(segment.number(), from, i);
		}
		try {
			try (StorageFile target = this.storage.create(name)) {
				LogDirectory.copy(file, from, to, target, 0);
				target.force(true);
			}
			this.directory.force();
			return name;
		}
		catch (StorageFullException ex) {
			// Opening on a full disk matters more than evidence of what nobody missed.
			logger.warn("No room to keep the bytes cut off {}", segment, ex);
			if (this.storage.list().contains(name)) {
				this.storage.delete(name);
			}
			return null;
		}
	}

	/**
	 * Write and force again what is not proven to be durable, and force the size that the
	 * file has.
	 * @return the number of records above the proven LSN
	 */
	private long rewrite(SegmentWriter writer, Segment segment) throws IOException {
		long from = this.inspection.unprovenFrom;
		if (from < segment.readableEnd()) {
			LogDirectory.copy(writer.file(), from, segment.readableEnd(), writer.file(), from);
		}
		writer.file().force(true);
		return Math.max(0, segment.lastLsn() - this.inspection.provenLsn);
	}

	private SegmentWriter first() throws IOException {
		SegmentWriter writer;
		if (this.inspection.spares.isEmpty()) {
			writer = opened(this.factory.create(1));
		}
		else {
			Segment segment = this.inspection.spares.remove(0);
			writer = opened(this.factory.reopen(segment, Format.SEGMENT_HEADER_SIZE));
			dropSpares();
		}
		writer.startWith(new StartBlock(1, 0, 0, 0));
		this.segments.add(writer.segment());
		return writer;
	}

	/**
	 * Begin a segment behind damage, so that the gap is on record and its LSNs are never
	 * used again.
	 */
	private SegmentWriter begin(StartBlock start) throws IOException {
		SegmentWriter writer = opened(this.factory.create(this.inspection.highestNumber + 1));
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
		if (!this.inspection.spares.isEmpty() && this.inspection.spares.get(0).number() == last.number() + 1) {
			Segment segment = this.inspection.spares.remove(0);
			this.spare = opened(this.factory.reopen(segment, Format.SEGMENT_HEADER_SIZE));
		}
		dropSpares();
	}

	private void dropSpares() throws IOException {
		for (Segment segment : this.inspection.spares) {
			this.storage.delete(segment.name());
		}
		if (!this.inspection.spares.isEmpty()) {
			this.directory.force();
		}
	}

	private RecoveryReport report(long started, @Nullable String savedAs, long rewritten) {
		long lastLsn = this.inspection.nextLsn - 1;
		long firstLsn = this.segments.get(0).firstLsn();
		boolean damaged = this.options.files().corruptionPolicy() != CorruptionPolicy.FAIL
				&& !this.inspection.damage.isEmpty();
		return new RecoveryReport(Duration.ofNanos(System.nanoTime() - started), this.inspection.scannedRecords(),
				this.inspection.scannedBytes, Lsn.of((firstLsn <= lastLsn) ? firstLsn : 0), Lsn.of(lastLsn),
				Lsn.of(this.inspection.checkpointLsn), Lsn.of(this.inspection.provenLsn), rewritten,
				this.inspection.closed && !damaged, this.inspection.tail(savedAs), this.inspection.damage);
	}

}
