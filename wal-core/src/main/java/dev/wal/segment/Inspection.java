package dev.wal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;

import dev.wal.CorruptionPolicy;
import dev.wal.DamagedRange;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.RecoveryScan;
import dev.wal.TailState;
import dev.wal.WalCorruptedException;
import dev.wal.WalForeignLogException;
import dev.wal.WalFormatVersionException;
import dev.wal.WalLegacyLayoutException;
import dev.wal.io.Storage;
import dev.wal.io.StorageFile;
import org.jspecify.annotations.Nullable;

/**
 * What lies in the directory of a log: which segments belong to it, where it ends, and
 * whether anything is missing. Inspecting changes no byte; {@link Recovery} acts on it.
 * <p>
 * Each segment names the one before it and where that one ends. The log is the chain that
 * the newest segment with a start block begins; it must lead without a break to a segment
 * that either is the first of the log or continues at or below the checkpoint. Files that
 * the chain leaves out were given up by an earlier recovery.
 */
final class Inspection {

	private final Storage storage;

	private final CorruptionPolicy policy;

	private final RecoveryScan level;

	private final NavigableMap<Long, Found> found = new TreeMap<>();

	/** The segments of the log, oldest first. */
	final List<Segment> segments = new ArrayList<>();

	/** Prepared but unused segments behind the last one that was used. */
	final List<Segment> spares = new ArrayList<>();

	/** Names of segments that are no longer part of the log. */
	final List<String> abandoned = new ArrayList<>();

	/** Names of files whose creation was not finished. */
	final List<String> unfinished = new ArrayList<>();

	final List<DamagedRange> damage = new ArrayList<>();

	/** The number of records read from each segment that was scanned. */
	final Map<Long, Long> scanned = new TreeMap<>();

	@Nullable UUID logId;

	String owner = "";

	long checkpointLsn;

	boolean checkpointDamaged;

	/** The highest number that any segment file has. */
	long highestNumber;

	long nextLsn = 1;

	long provenLsn;

	long scannedBytes;

	boolean closed;

	/** Where to begin rewriting what is not proven to be durable. */
	long unprovenFrom;

	/** The segment that ends with bytes to cut off, or {@code null}. */
	@Nullable Segment torn;

	long tornAt;

	long tornEnd;

	@Nullable String tornReason;

	/**
	 * What the next segment has to begin with if the log cannot go on in its last one
	 * because of damage.
	 */
	@Nullable StartBlock restart;

	/** The highest LSN that is mentioned anywhere. */
	private long seenLsn;

	private @Nullable UUID checkpointLogId;

	/** The earliest place where acknowledged data is missing. */
	private @Nullable Loss firstLoss;

	private Inspection(Storage storage, CorruptionPolicy policy, RecoveryScan level) {
		this.storage = storage;
		this.policy = policy;
		this.level = (policy == CorruptionPolicy.FAIL) ? level : RecoveryScan.FULL;
	}

	/**
	 * A segment file.
	 */
	private static final class Found {

		final String name;

		final long number;

		long size;

		@Nullable SegmentHeader header;

		@Nullable StartBlock start;

		@Nullable String problem;

		/** Whether there is nothing but zeros behind the header. */
		boolean unused;

		Found(long number) {
			this.number = number;
			this.name = SegmentName.of(number);
		}

		SegmentHeader header() {
			return Objects.requireNonNull(this.header, "A segment with a start block has a header");
		}

		StartBlock start() {
			return Objects.requireNonNull(this.start, "Only called for segments with a start block");
		}

	}

	private record Loss(long number, long offset, long expectedLsn) {
	}

	/**
	 * Inspect the directory of a log.
	 * @param owner the owner that the log must have, or {@code null} for any
	 * @param policy what to do with damage: throw, or go on behind it
	 * @param level how much to verify; everything unless the policy is to throw
	 */
	static Inspection of(Storage storage, @Nullable String owner, CorruptionPolicy policy, RecoveryScan level)
			throws IOException {
		Inspection inspection = new Inspection(storage, policy, level);
		inspection.list();
		inspection.readCheckpoint();
		inspection.readSegments();
		inspection.checkIdentity(owner);
		inspection.run();
		return inspection;
	}

	/**
	 * Refuse a directory that holds files of another kind of log.
	 */
	static void checkLayout(Storage storage) throws IOException {
		List<String> names = storage.list().stream().sorted().toList();
		for (String name : names) {
			String layout = SegmentName.legacyLayout(name);
			if (layout != null) {
				Path segment = names.stream()
					.filter((other) -> SegmentName.parse(other).isPresent())
					.findFirst()
					.map(storage.directory()::resolve)
					.orElse(null);
				throw new WalLegacyLayoutException(storage.directory().resolve(name), layout, segment);
			}
		}
	}

	private void list() throws IOException {
		checkLayout(this.storage);
		for (String name : this.storage.list()) {
			OptionalLong number = SegmentName.parse(name);
			if (number.isPresent()) {
				this.found.put(number.getAsLong(), new Found(number.getAsLong()));
			}
			else if (SegmentName.isUnfinished(name)) {
				this.unfinished.add(name);
			}
		}
		this.highestNumber = this.found.isEmpty() ? 0 : this.found.lastKey();
	}

	private void readCheckpoint() throws IOException {
		try {
			CheckpointFile checkpoint = CheckpointFile.read(this.storage);
			if (checkpoint != null) {
				this.checkpointLsn = checkpoint.lsn();
				this.checkpointLogId = checkpoint.logId();
			}
		}
		catch (WalCorruptedException ex) {
			if (this.policy == CorruptionPolicy.FAIL) {
				throw ex;
			}
			this.checkpointDamaged = true;
			this.damage.add(new DamagedRange(SegmentName.CHECKPOINT, 0, 0, Lsn.NONE, Lsn.NONE,
					"the checkpoint file does not match its checksum"));
		}
	}

	private void readSegments() throws IOException {
		for (Found segment : this.found.values()) {
			try (StorageFile file = this.storage.openForReading(segment.name)) {
				readSegment(segment, file);
			}
		}
	}

	private void readSegment(Found segment, StorageFile file) throws IOException {
		segment.size = file.size();
		ByteBuffer page = Format.directBuffer(Format.SEGMENT_HEADER_SIZE);
		int present = file.readFully(page, 0);
		page.clear();
		SegmentHeader header = (present < Format.SEGMENT_HEADER_SIZE) ? null : SegmentHeader.decode(page);
		if (header == null) {
			segment.problem = "the segment header " + ((present < Format.SEGMENT_HEADER_SIZE)
					? "is cut off after " + present + " bytes" : "does not match its checksum");
			segment.unused = isZero(file, segment.size);
			return;
		}
		if (header.version() > Format.VERSION) {
			throw new WalFormatVersionException(path(segment), header.version(), Format.VERSION);
		}
		if (header.number() != segment.number) {
			segment.problem = "the file holds segment " + header.number() + ", it was renamed or copied";
			return;
		}
		segment.header = header;
		BlockReader reader = new BlockReader(file, header.salt(), segment.size);
		if (reader.next() == BlockReader.Step.BLOCK && reader.header().kind == Format.KIND_START
				&& reader.header().storedLength == Format.START_BODY_SIZE) {
			segment.start = StartBlock.decode(reader.header(), reader.body(), reader.bodyIndex());
			return;
		}
		segment.unused = isZero(file, segment.size);
	}

	private static boolean isZero(StorageFile file, long size) throws IOException {
		ByteBuffer chunk = Format.directBuffer(256 * 1024);
		for (long at = Format.SEGMENT_HEADER_SIZE; at < size; at += chunk.limit()) {
			chunk.clear();
			int read = file.readFully(chunk, at);
			if (read == 0) {
				return true;
			}
			chunk.clear().limit(read);
			if (!Format.isZero(chunk, 0, read)) {
				return false;
			}
		}
		return true;
	}

	private void checkIdentity(@Nullable String expectedOwner) {
		for (Found segment : this.found.values()) {
			SegmentHeader header = segment.header;
			if (header == null) {
				continue;
			}
			if (expectedOwner != null && !header.owner().equals(expectedOwner)) {
				throw new WalForeignLogException(path(segment), "owner", header.owner(), expectedOwner);
			}
			if (this.logId == null) {
				this.logId = header.logId();
				this.owner = header.owner();
			}
			if (!header.logId().equals(this.logId)) {
				throw new WalForeignLogException(path(segment), "log id", header.logId().toString(),
						this.logId.toString());
			}
		}
		if (this.logId != null && this.checkpointLogId != null && !this.checkpointLogId.equals(this.logId)) {
			throw new WalForeignLogException(this.storage.directory().resolve(SegmentName.CHECKPOINT), "log id",
					this.checkpointLogId.toString(), this.logId.toString());
		}
	}

	private void run() throws IOException {
		dropHalfCreated();
		Found tail = newestStarted();
		if (tail != null) {
			this.nextLsn = tail.start().firstLsn();
			followChain(tail);
			scanTail(tail);
			scanOlder();
		}
		else {
			requireBeginning();
		}
		judgeBehind(tail);
		if (tail != null && this.nextLsn <= this.checkpointLsn) {
			Segment last = this.segments.get(this.segments.size() - 1);
			damaged(new Loss(tail.number, last.readableEnd(), this.nextLsn), range(tail, last.readableEnd(), 0,
					this.nextLsn, this.checkpointLsn,
					"the log ends here, but the checkpoint says that LSN " + this.checkpointLsn + " was durable"));
		}
		if (this.firstLoss != null) {
			planRestart(this.firstLoss);
		}
	}

	/**
	 * A newest segment without a whole header was still being created: a segment gets its
	 * name after its header was forced, so nothing can have been written to it.
	 */
	private void dropHalfCreated() {
		while (!this.found.isEmpty()) {
			Found newest = this.found.lastEntry().getValue();
			if (newest.header != null || !newest.unused || newest.problem == null) {
				return;
			}
			this.unfinished.add(newest.name);
			this.found.remove(newest.number);
		}
	}

	private @Nullable Found newestStarted() {
		for (Found segment : this.found.descendingMap().values()) {
			if (segment.start != null) {
				return segment;
			}
		}
		return null;
	}

	private void requireBeginning() {
		this.nextLsn = this.checkpointLsn + 1;
		if (this.checkpointLsn > 0) {
			damaged(new Loss(0, 0, this.nextLsn), new DamagedRange(SegmentName.CHECKPOINT, 0, 0, Lsn.NONE, Lsn.NONE,
					"there is a checkpoint at LSN " + this.checkpointLsn + ", but no segment with records"));
		}
		else if (!this.found.isEmpty() && this.found.firstKey() != 1) {
			Found first = this.found.firstEntry().getValue();
			damaged(new Loss(first.number, 0, this.nextLsn),
					range(first, 0, 0, this.nextLsn, this.nextLsn - 1, "the segments before it are missing"));
		}
	}

	/**
	 * Follow the chain from the newest segment to the oldest.
	 */
	private void followChain(Found tail) throws IOException {
		Found current = tail;
		while (true) {
			StartBlock start = current.start();
			long before = start.numberBefore();
			Map.Entry<Long, Found> lower = this.found.lowerEntry(current.number);
			if (before == 0 || lower == null) {
				giveUpBelow(current.number);
				if (before != 0 && start.lastLsnBefore() > this.checkpointLsn && !this.checkpointDamaged) {
					damaged(new Loss(before, 0, this.checkpointLsn + 1), new DamagedRange(SegmentName.of(before), 0, 0,
							Lsn.of(this.checkpointLsn + 1), Lsn.of(start.lastLsnBefore()), "the segment is missing"));
				}
				break;
			}
			Found next = this.found.get(before);
			String problem = (next == null) ? "the segment is missing" : checkLink(next, start);
			if (problem != null && start.lastLsnBefore() <= this.checkpointLsn) {
				// Nothing below is needed any more: a delete by a checkpoint did not
				// last.
				giveUpBelow(current.number);
				break;
			}
			if (problem != null) {
				damaged(new Loss(before, 0, firstLsnAfter(before)), new DamagedRange(SegmentName.of(before), 0, 0,
						Lsn.of(firstLsnAfter(before)), Lsn.of(start.lastLsnBefore()), problem));
				next = readableBelow(before);
			}
			if (next == null) {
				break;
			}
			giveUpBetween(next.number, Math.min(before, current.number), current.number);
			SegmentHeader header = next.header();
			boolean direct = next.number == before;
			long end = direct ? start.endBefore() : next.size;
			long last = direct ? start.lastLsnBefore() : start.firstLsn() - 1;
			this.segments.add(new Segment(header, next.start().firstLsn(), last, end, next.size));
			current = next;
		}
		Collections.reverse(this.segments);
	}

	private @Nullable String checkLink(Found segment, StartBlock successor) {
		if (segment.start == null) {
			return (segment.problem != null) ? segment.problem : "the segment has no start block";
		}
		if (segment.size < successor.endBefore()) {
			return "the segment has " + segment.size + " bytes, but its successor says that it ends at "
					+ successor.endBefore();
		}
		if (segment.start.firstLsn() > successor.lastLsnBefore() + 1) {
			return "the segment begins with LSN " + segment.start.firstLsn()
					+ ", but its successor says that it ends with LSN " + successor.lastLsnBefore();
		}
		return null;
	}

	private @Nullable Found readableBelow(long number) {
		for (Found segment : this.found.headMap(number, false).descendingMap().values()) {
			if (segment.start != null) {
				return segment;
			}
		}
		return null;
	}

	private long firstLsnAfter(long number) {
		Found below = readableBelow(number);
		return (below != null) ? below.start().firstLsn() : this.checkpointLsn + 1;
	}

	private void giveUpBelow(long number) {
		for (Found segment : this.found.headMap(number, false).values()) {
			this.abandoned.add(segment.name);
		}
	}

	private void giveUpBetween(long lower, long upper, long current) {
		for (Found segment : this.found.subMap(lower, false, current, false).values()) {
			if (segment.number > upper) {
				this.abandoned.add(segment.name);
			}
		}
	}

	private void scanTail(Found tail) throws IOException {
		SegmentHeader header = tail.header();
		SegmentScan scan;
		try (StorageFile file = this.storage.openForReading(tail.name)) {
			scan = SegmentScan.of(file, header, tail.start().firstLsn(), tail.size, -1, isTolerant());
		}
		Segment segment = new Segment(header, tail.start().firstLsn(), scan.nextLsn - 1, scan.end, tail.size);
		this.segments.add(segment);
		account(tail.number, scan);
		report(tail, scan);
		this.nextLsn = scan.nextLsn;
		this.provenLsn = Math.max(scan.provenLsn, tail.start().firstLsn() - 1);
		this.unprovenFrom = scan.unprovenFrom;
		this.closed = scan.closed && scan.problem == null;
		if (scan.gaps.isEmpty() && scan.dirtyEnd > scan.end) {
			tear(segment, scan.end, scan.dirtyEnd,
					(scan.problem != null) ? scan.problem : "blocks were found behind a block that is missing");
		}
		if (!scan.gaps.isEmpty()) {
			segment.markDamaged();
		}
	}

	private void scanOlder() throws IOException {
		for (Segment segment : this.segments.subList(0, this.segments.size() - 1)) {
			boolean wanted = this.level == RecoveryScan.FULL
					|| (this.level == RecoveryScan.SINCE_CHECKPOINT && segment.lastLsn() > this.checkpointLsn);
			if (!wanted) {
				continue;
			}
			Found file = this.found.get(segment.number());
			try (StorageFile content = this.storage.openForReading(segment.name())) {
				SegmentScan scan = SegmentScan.of(content, segment.header(), segment.firstLsn(), segment.readableEnd(),
						segment.lastLsn(), isTolerant());
				account(segment.number(), scan);
				if (file != null) {
					report(file, scan);
				}
				if (!scan.gaps.isEmpty()) {
					segment.markDamaged();
				}
			}
		}
	}

	private void account(long number, SegmentScan scan) {
		this.scanned.put(number, scan.records);
		this.scannedBytes += scan.end;
		this.seenLsn = Math.max(this.seenLsn, Math.max(scan.seenLsn, scan.nextLsn - 1));
	}

	private void report(Found segment, SegmentScan scan) {
		if (scan.damaged && !isTolerant()) {
			long last = Math.max(scan.nextLsn, scan.seenLsn);
			throw new WalCorruptedException(path(segment), scan.end, new LsnRange(Lsn.of(scan.nextLsn), Lsn.of(last)),
					scan.describeDamage());
		}
		for (SegmentScan.Gap gap : scan.gaps) {
			damaged(new Loss(segment.number, gap.from(), gap.firstLsn()), range(segment, gap.from(),
					gap.to() - gap.from(), gap.firstLsn(), gap.nextLsn() - 1, gap.problem()));
		}
	}

	/**
	 * Judge the segments behind the last one that has a start block: they are unused, or
	 * their first write was torn, or what was acknowledged in them is damaged.
	 */
	private void judgeBehind(@Nullable Found tail) throws IOException {
		long from = (tail != null) ? tail.number : 0;
		for (Found segment : this.found.tailMap(from, false).values()) {
			SegmentHeader header = segment.header;
			if (header == null) {
				// Each record takes 5 bytes at least, which bounds the LSNs that it may
				// hold.
				long bound = this.nextLsn + segment.size / Format.RECORD_HEADER_SIZE;
				damaged(new Loss(segment.number, 0, this.nextLsn),
						range(segment, 0, segment.size, this.nextLsn, bound, String.valueOf(segment.problem)));
				continue;
			}
			Segment unused = new Segment(header, this.nextLsn, this.nextLsn - 1, Format.SEGMENT_HEADER_SIZE,
					segment.size);
			if (!segment.unused) {
				judgeFirstWrite(segment, unused);
			}
			this.spares.add(unused);
		}
	}

	private void judgeFirstWrite(Found segment, Segment unused) throws IOException {
		try (StorageFile file = this.storage.openForReading(segment.name)) {
			SegmentScan scan = SegmentScan.of(file, unused.header(), this.nextLsn, segment.size, -1, isTolerant());
			report(segment, scan);
			this.seenLsn = Math.max(this.seenLsn, Math.max(scan.seenLsn, scan.nextLsn - 1));
			if (scan.gaps.isEmpty()) {
				tear(unused, scan.end, scan.dirtyEnd,
						(scan.problem != null) ? scan.problem : "the first block of the segment is missing");
			}
		}
	}

	private void tear(Segment segment, long at, long end, String reason) {
		this.torn = segment;
		this.tornAt = at;
		this.tornEnd = end;
		this.tornReason = reason;
	}

	/**
	 * Note damage, or throw if that is the policy.
	 */
	private void damaged(Loss loss, DamagedRange range) {
		if (!isTolerant()) {
			throw new WalCorruptedException(this.storage.directory().resolve(range.segment()), range.offset(),
					new LsnRange(range.firstLsn(), range.lastLsn()), range.reason());
		}
		this.damage.add(range);
		if (this.firstLoss == null || loss.number() < this.firstLoss.number()
				|| (loss.number() == this.firstLoss.number() && loss.offset() < this.firstLoss.offset())) {
			this.firstLoss = loss;
		}
	}

	private void planRestart(Loss loss) {
		long seen = Math.max(this.seenLsn, Math.max(this.nextLsn - 1, this.checkpointLsn));
		for (DamagedRange range : this.damage) {
			seen = Math.max(seen, range.lastLsn().value());
		}
		if (this.policy == CorruptionPolicy.TRUNCATE) {
			truncateAt(loss, seen + 1);
		}
		else if (this.segments.isEmpty()) {
			this.restart = new StartBlock(seen + 1, 0, seen, 0);
		}
		else {
			Segment last = this.segments.get(this.segments.size() - 1);
			if (last.isDamaged() || seen >= this.nextLsn) {
				this.restart = new StartBlock(seen + 1, last.number(), last.lastLsn(), last.readableEnd());
			}
		}
		if (this.restart != null) {
			this.nextLsn = this.restart.firstLsn();
			this.torn = null;
			this.spares.forEach((spare) -> this.abandoned.add(spare.name()));
			this.spares.clear();
		}
	}

	private void truncateAt(Loss loss, long nextLsn) {
		List<Segment> kept = new ArrayList<>();
		for (Segment segment : this.segments) {
			if (segment.number() < loss.number()
					|| (segment.number() == loss.number() && loss.offset() > Format.SEGMENT_HEADER_SIZE)) {
				kept.add(segment);
			}
			else {
				this.abandoned.add(segment.name());
			}
		}
		this.segments.clear();
		this.segments.addAll(kept);
		if (kept.isEmpty()) {
			this.restart = new StartBlock(nextLsn, 0, loss.expectedLsn() - 1, 0);
			return;
		}
		Segment last = kept.get(kept.size() - 1);
		if (last.number() == loss.number()) {
			last.written(loss.expectedLsn() - 1);
			last.readable(loss.offset());
		}
		this.restart = new StartBlock(nextLsn, last.number(), last.lastLsn(), last.readableEnd());
	}

	private boolean isTolerant() {
		return this.policy != CorruptionPolicy.FAIL;
	}

	private DamagedRange range(Found segment, long offset, long length, long first, long last, String reason) {
		return new DamagedRange(segment.name, offset, length, Lsn.of(first), Lsn.of(Math.max(last, 0)), reason);
	}

	private Path path(Found segment) {
		return this.storage.directory().resolve(segment.name);
	}

	/**
	 * Return how the log ends.
	 * @param savedAs the file that keeps what was cut off, or {@code null}
	 */
	TailState tail(@Nullable String savedAs) {
		if (this.policy == CorruptionPolicy.TRUNCATE && this.firstLoss != null) {
			Loss loss = this.firstLoss;
			return new TailState(TailState.Kind.DAMAGE_TRUNCATED, SegmentName.of(loss.number()), loss.offset(), 0,
					Lsn.of(loss.expectedLsn()), this.damage.get(0).reason(), savedAs);
		}
		if (this.torn != null) {
			return new TailState(TailState.Kind.TRUNCATED, this.torn.name(), this.tornAt, this.tornEnd - this.tornAt,
					Lsn.of(this.nextLsn), this.tornReason, savedAs);
		}
		Segment last = this.segments.isEmpty() ? null : this.segments.get(this.segments.size() - 1);
		return new TailState(TailState.Kind.CLEAN, (last != null) ? last.name() : null,
				(last != null) ? last.readableEnd() : 0, 0, Lsn.of(this.nextLsn), null, null);
	}

}
