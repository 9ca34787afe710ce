// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.wal.Compression;
import dev.wal.CorruptionPolicy;
import dev.wal.DamagedRange;
import dev.wal.FileSettings;
import dev.wal.LogSettings;
import dev.wal.Overflow;
import dev.wal.RecoveryScan;
import dev.wal.RetentionPolicy;
import dev.wal.SyncPolicy;
import dev.wal.WalCorruptedException;
import dev.wal.WalObserver;
import dev.wal.WalOptions;
import dev.wal.internal.format.BlockHeader;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.recovery.InspectedLog;
import dev.wal.internal.recovery.Inspection;
import dev.wal.internal.segment.BlockReader;
import dev.wal.internal.segment.CheckpointFile;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentFactory;
import dev.wal.internal.segment.SegmentName;
import org.jspecify.annotations.Nullable;

/**
 * Repairs a damaged log and keeps every record that can be read.
 * <p>
 * Segments cannot have a gap inside, but between them, so the segments from the first
 * damaged one on are written anew, with higher numbers, one for each part without a gap;
 * the first of them is chained to the last sound segment. They are complete and forced
 * before any of them gets its name. The newest gets it first: until the oldest has its
 * own, one segment is missing and no open succeeds; then the log is complete, and the
 * replaced segments are no longer part of it. A repair that is interrupted in between
 * continues there when it is run again.
 */
final class Repair implements Closeable {

	private static final int BUFFER = 1 << 20;

	private static final long SEGMENT_SIZE = 64L << 20;

	private static final int MAX_SIZE = 64 << 20;

	private final Storage storage;

	private final InspectedLog inspected;

	private final SegmentFactory factory;

	private final Checksum checksum = new Checksum();

	private final List<String> written = new ArrayList<>();

	private ByteBuffer buffer = Format.directBuffer(BUFFER);

	private @Nullable StorageFile file;

	private long salt;

	/** Where the buffer belongs in the file. */
	private long position;

	/** What the next segment follows. */
	private long number;

	private long lastLsn;

	private long end;

	private long nextNumber;

	private Repair(Storage storage, InspectedLog inspected, SegmentFactory factory) {
		this.storage = storage;
		this.inspected = inspected;
		this.factory = factory;
		// A gap in the numbers makes an open look at what comes before it.
		this.nextNumber = inspected.highestNumber() + 2;
	}

	/**
	 * Repair a log.
	 */
	static RepairReport run(Storage storage) throws IOException {
		VerificationReport before = Verification.of(storage);
		if (isSound(before)) {
			return new RepairReport(storage.directory(), before, before, List.of());
		}
		Set<String> known = new HashSet<>(storage.list());
		underLock(storage, () -> finishNaming(storage));
		// Removes a torn tail, replaces the checkpoint, continues after damage at the
		// end.
		open(storage, CorruptionPolicy.SKIP);
		underLock(storage, () -> rewrite(storage));
		// Renames what was replaced to side files.
		open(storage, CorruptionPolicy.FAIL);
		List<String> kept = storage.list()
			.stream()
			.filter((name) -> !known.contains(name))
			.filter((name) -> SegmentName.isTorn(name) || name.endsWith(SegmentName.DAMAGED))
			.sorted()
			.toList();
		return new RepairReport(storage.directory(), before, Verification.of(storage), kept);
	}

	private static void underLock(Storage storage, Step step) throws IOException {
		try (DirectoryLock lock = new LogDirectory(storage).lock(Duration.ZERO)) {
			lock.claim();
			step.run();
		}
	}

	private static boolean isSound(VerificationReport report) {
		return report.isIntact() && report.tail().isClean();
	}

	private static void open(Storage storage, CorruptionPolicy policy) {
		LogOpener.open(options(storage, policy), storage).close();
	}

	private static WalOptions options(Storage storage, CorruptionPolicy policy) {
		return new WalOptions(
				new LogSettings(null, MAX_SIZE, MAX_SIZE, BUFFER, Overflow.BLOCK, Compression.NONE, new WalObserver() {
				}, Clock.systemUTC(), Duration.ofSeconds(10)),
				new FileSettings(storage.directory(), SEGMENT_SIZE, BUFFER, SyncPolicy.always(), false, policy,
						RecoveryScan.FULL, Long.MAX_VALUE, RetentionPolicy.releaseAtOnce(), false, Duration.ZERO,
						FileSettings.OWNER_ONLY));
	}

	/**
	 * Continue a repair that was interrupted while it gave segments their names: a
	 * segment that another one follows has no name yet, and is needed. (A segment that a
	 * checkpoint released may have such a name as well, before it is used again.)
	 */
	private static void finishNaming(Storage storage) throws IOException {
		long number = newest(storage);
		while (number > 0) {
			StartBlock start = FoundSegment.read(storage, number).start();
			if (start == null || start.numberBefore() >= number || start.lastLsnBefore() <= checkpointLsn(storage)) {
				return;
			}
			String before = SegmentName.of(start.numberBefore());
			List<String> names = storage.list();
			if (!names.contains(before)) {
				if (!names.contains(before + SegmentName.NEW)) {
					return;
				}
				storage.rename(before + SegmentName.NEW, before);
				storage.force();
			}
			number = start.numberBefore();
		}
	}

	/**
	 * Return the highest number that a segment has, 0 if there is none.
	 */
	private static long newest(Storage storage) throws IOException {
		return storage.list().stream().mapToLong((name) -> SegmentName.parse(name).orElse(0)).max().orElse(0);
	}

	/**
	 * A repair gives out names only when the checkpoint can be read.
	 */
	private static long checkpointLsn(Storage storage) throws IOException {
		try {
			CheckpointFile checkpoint = CheckpointFile.read(storage);
			return (checkpoint != null) ? checkpoint.lsn() : 0;
		}
		catch (WalCorruptedException ex) {
			return Long.MAX_VALUE;
		}
	}

	private static void rewrite(Storage storage) throws IOException {
		InspectedLog inspected = Inspection.of(storage, null, CorruptionPolicy.SKIP, RecoveryScan.FULL);
		if (inspected.damage().isEmpty()) {
			return;
		}
		SegmentFactory factory = new SegmentFactory(new LogDirectory(storage),
				Objects.requireNonNull(inspected.logId()), inspected.owner(), options(storage, CorruptionPolicy.SKIP));
		try (Repair repair = new Repair(storage, inspected, factory)) {
			repair.write();
		}
	}

	private void write() throws IOException {
		long damaged = this.inspected.damage()
			.stream()
			.mapToLong((range) -> SegmentName.parse(range.segment()).orElse(0))
			.min()
			.orElse(0);
		Segment last = this.inspected.segments().get(this.inspected.segments().size() - 1);
		for (Segment segment : this.inspected.segments()) {
			if (segment.number() < damaged) {
				this.number = segment.number();
				this.lastLsn = segment.lastLsn();
				this.end = segment.readableEnd();
				continue;
			}
			copy(segment);
			if (segment == last && this.file == null) {
				// It has no records, but says which LSNs were used.
				begin(segment.firstLsn());
			}
			finish();
		}
		this.storage.force();
		for (int i = this.written.size() - 1; i >= 0; i--) {
			this.storage.rename(this.written.get(i) + SegmentName.NEW, this.written.get(i));
			this.storage.force();
		}
		this.written.clear();
	}

	private void copy(Segment segment) throws IOException {
		Map<Long, DamagedRange> gaps = gapsIn(segment);
		try (BlockReader reader = new BlockReader(this.storage.openForReading(segment.name()), segment.header().salt(),
				segment.readableEnd())) {
			while (true) {
				BlockReader.Step step = reader.next();
				if (step == BlockReader.Step.BLOCK) {
					if (reader.header().kind == Format.KIND_DATA) {
						copy(reader);
					}
					continue;
				}
				DamagedRange gap = gaps.get(reader.offset());
				if (gap == null) {
					return;
				}
				reader.seek(gap.offset() + gap.length());
			}
		}
	}

	/**
	 * Return what cannot be read of a segment, by the offset where it begins.
	 */
	private Map<Long, DamagedRange> gapsIn(Segment segment) {
		Map<Long, DamagedRange> gaps = new HashMap<>();
		for (DamagedRange range : this.inspected.damage()) {
			if (range.segment().equals(segment.name()) && range.length() > 0) {
				gaps.put(range.offset(), range);
			}
		}
		return gaps;
	}

	private void copy(BlockReader reader) throws IOException {
		BlockHeader header = reader.header();
		if (this.file == null || header.firstLsn != this.lastLsn + 1) {
			finish();
			begin(header.firstLsn);
		}
		int size = header.size();
		if (this.buffer.remaining() < size) {
			flush();
			if (this.buffer.capacity() < size) {
				this.buffer = Format.directBuffer(size);
			}
		}
		int at = this.buffer.position();
		this.buffer.put(at + Format.BLOCK_HEADER_SIZE, reader.body(), reader.bodyIndex(),
				size - Format.BLOCK_HEADER_SIZE);
		header.encode(this.buffer, at, this.salt, this.checksum);
		this.buffer.position(at + size);
		this.lastLsn = header.nextLsn() - 1;
	}

	private void begin(long firstLsn) throws IOException {
		SegmentHeader header = this.factory.header(this.nextNumber);
		String name = SegmentName.of(this.nextNumber);
		this.written.add(name);
		StorageFile created = this.storage.create(name + SegmentName.NEW);
		this.file = created;
		created.writeFully(header.encode(), 0);
		this.position = Format.SEGMENT_HEADER_SIZE;
		this.salt = header.salt();
		new StartBlock(firstLsn, this.number, this.lastLsn, this.end).encode(this.buffer, 0, this.salt,
				header.created(), 0, this.checksum);
		this.buffer.position(Format.START_BLOCK_SIZE);
		this.number = this.nextNumber++;
		this.lastLsn = firstLsn - 1;
	}

	private void flush() throws IOException {
		if (this.file != null) {
			this.buffer.flip();
			int size = this.buffer.limit();
			this.file.writeFully(this.buffer, this.position);
			this.position += size;
		}
		this.buffer.clear();
	}

	private void finish() throws IOException {
		flush();
		if (this.file != null) {
			this.file.force(true);
			this.file.close();
			this.file = null;
			this.end = this.position;
		}
	}

	/**
	 * Delete the files of a repair that failed before it gave out names.
	 */
	@Override
	public void close() throws IOException {
		if (this.file != null) {
			this.file.close();
		}
		List<String> names = this.storage.list();
		if (names.stream().noneMatch(this.written::contains)) {
			for (String name : this.written) {
				if (names.contains(name + SegmentName.NEW)) {
					this.storage.delete(name + SegmentName.NEW);
				}
			}
		}
	}

	/**
	 * A step that needs the lock of the directory.
	 */
	@FunctionalInterface
	private interface Step {

		void run() throws IOException;

	}

}
