// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

import dev.wal.CorruptionPolicy;
import dev.wal.DamagedRange;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.RecoveryScan;
import dev.wal.TailState;
import dev.wal.WalCorruptedException;
import dev.wal.WalForeignLogException;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.segment.CheckpointFile;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentName;
import dev.wal.internal.segment.SegmentScan;
import dev.wal.internal.segment.UnreadSegment;
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
public final class Inspection {

	private final Storage storage;

	private final CorruptionPolicy policy;

	private final RecoveryScan level;

	/** Whether older segments are read later, when they are needed. */
	private final boolean lazy;

	private final NavigableMap<Long, FoundSegment> found = new TreeMap<>();

	/**
	 * The first and the last of the segments that are not even put into {@link #found}, 0
	 * and -1 if there are none: of their names, none is missing.
	 */
	private long laterFrom = 0;

	private long laterTo = -1;

	/** The segments of the log, oldest first. */
	public final List<Segment> segments = new ArrayList<>();

	/** Prepared but unused segments behind the last one that was used. */
	final List<Segment> spares = new ArrayList<>();

	/** Names of files whose creation was not finished. */
	final List<String> unfinished = new ArrayList<>();

	/** Names of segments that are no longer part of the log. */
	final Set<String> abandoned = new TreeSet<>();

	/** Names of segments that are no part of the log, and that nothing was written to. */
	final Set<String> leftover = new TreeSet<>();

	/** In order of the segments and offsets. */
	public final List<DamagedRange> damage = new ArrayList<>();

	/** The number of records read from each segment that was scanned. */
	public final Map<Long, Long> scanned = new TreeMap<>();

	public @Nullable UUID logId;

	public String owner;

	public long checkpointLsn;

	public boolean checkpointDamaged;

	/** The highest number that any segment file has. */
	public long highestNumber;

	long nextLsn = 1;

	public long provenLsn;

	public long scannedBytes;

	public boolean closed;

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

	private @Nullable String firstReason;

	private Inspection(Storage storage, @Nullable String owner, CorruptionPolicy policy, RecoveryScan level,
			boolean lazy) {
		this.storage = storage;
		this.owner = Objects.requireNonNullElse(owner, "");
		this.policy = policy;
		this.level = (policy == CorruptionPolicy.FAIL) ? level : RecoveryScan.FULL;
		this.lazy = lazy && policy == CorruptionPolicy.FAIL && level != RecoveryScan.FULL;
	}

	private record Loss(long number, long offset, long expectedLsn) {

		boolean isBefore(Loss other) {
			return this.number < other.number || (this.number == other.number && this.offset < other.offset);
		}

	}

	/**
	 * Inspect the directory of a log, with the beginnings of all segments.
	 * @param owner the owner that the log must have, or {@code null} for any
	 * @param policy what to do with damage: throw, or go on behind it
	 * @param level how much to verify; everything unless the policy is to throw
	 */
	public static Inspection of(Storage storage, @Nullable String owner, CorruptionPolicy policy, RecoveryScan level)
			throws IOException {
		return new Inspection(storage, owner, policy, level, false).inspect(owner);
	}

	/**
	 * Inspect the directory of a log that nobody else changes. If the policy and the
	 * level allow it, older segments are read when they are needed: that none is missing
	 * is seen from their numbers.
	 */
	static Inspection ofTail(Storage storage, @Nullable String owner, CorruptionPolicy policy, RecoveryScan level)
			throws IOException {
		Inspection inspection = new Inspection(storage, owner, policy, level, true);
		try {
			return inspection.inspect(owner);
		}
		catch (WalCorruptedException ex) {
			if (!inspection.lazy) {
				throw ex;
			}
			// What is wrong is told best by who has read all segments.
			return of(storage, owner, policy, level);
		}
	}

	private Inspection inspect(@Nullable String expectedOwner) throws IOException {
		list();
		readSegments();
		// In this order: a live writer stores the checkpoint before it deletes segments.
		readCheckpoint();
		checkIdentity(expectedOwner);
		run();
		return this;
	}

	private void list() throws IOException {
		List<String> names = this.storage.list();
		List<String> others = new ArrayList<>();
		long[] numbers = new long[names.size()];
		int count = 0;
		long lowest = Long.MAX_VALUE;
		long highest = 0;
		for (String name : names) {
			OptionalLong number = SegmentName.parse(name);
			if (number.isPresent()) {
				numbers[count++] = number.getAsLong();
				lowest = Math.min(lowest, number.getAsLong());
				highest = Math.max(highest, number.getAsLong());
			}
			else {
				others.add(name);
			}
		}
		LogDirectory.checkLayout(this.storage.directory(), names, others);
		for (String name : others) {
			if (SegmentName.isUnfinished(name)) {
				this.unfinished.add(name);
			}
		}
		if (this.lazy && this.level == RecoveryScan.HEADERS && count > 5 && highest - lowest == count - 1L) {
			// All but the oldest two, and the newest three: one may be a spare.
			this.laterFrom = lowest + 2;
			this.laterTo = highest - 3;
		}
		for (int i = 0; i < count; i++) {
			if (!isLater(numbers[i])) {
				this.found.put(numbers[i], new FoundSegment(numbers[i]));
			}
		}
	}

	private boolean isLater(long number) {
		return number >= this.laterFrom && number <= this.laterTo;
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
		FoundSegment tail = readFound();
		if (isLater(this.laterTo) && !isChainedToLater(tail)) {
			for (long number = this.laterFrom; number <= this.laterTo; number++) {
				this.found.put(number, new FoundSegment(number));
			}
			this.laterFrom = 0;
			this.laterTo = -1;
			readFound();
		}
	}

	/**
	 * Return whether the newest segments lead to those that are left for later.
	 */
	private boolean isChainedToLater(@Nullable FoundSegment tail) {
		if (tail == null || tail.number <= this.laterTo + 1) {
			return false;
		}
		for (long number = tail.number; number > this.laterTo; number--) {
			FoundSegment segment = this.found.get(number);
			if (segment == null || segment.start == null || segment.start.numberBefore() != number - 1) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Read the segments that were found, but for those to be read later.
	 * @return the newest one with a start block
	 */
	private @Nullable FoundSegment readFound() throws IOException {
		FoundSegment tail = null;
		for (FoundSegment segment : List.copyOf(this.found.descendingMap().values())) {
			if (this.lazy && tail != null && segment.number < tail.number - 1 && isInside(segment.number)) {
				continue;
			}
			try {
				segment.read(this.storage);
			}
			catch (NoSuchFileException ex) {
				// Deleted since by a live writer, oldest first; if not, it is found
				// missing below. Nothing would tell that the newest one is.
				if (this.found.higherKey(segment.number) == null) {
					throw ex;
				}
				this.found.remove(segment.number);
			}
			if (tail == null && segment.start != null) {
				tail = segment;
			}
		}
		return tail;
	}

	/**
	 * Return whether a segment has neighbors of the numbers next to its own, and there
	 * are two below it. The oldest two tell where the log begins, and those around a gap
	 * in the numbers whether anything is missing there.
	 */
	private boolean isInside(long number) {
		return this.found.containsKey(number + 1) && this.found.containsKey(number - 1)
				&& this.found.lowerKey(number - 1) != null;
	}

	private void checkIdentity(@Nullable String expectedOwner) {
		for (FoundSegment segment : this.found.values()) {
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
		if (this.logId == null) {
			this.logId = this.checkpointLogId;
		}
		if (this.logId != null && this.checkpointLogId != null && !this.checkpointLogId.equals(this.logId)) {
			throw new WalForeignLogException(this.storage.directory().resolve(SegmentName.CHECKPOINT), "log id",
					this.checkpointLogId.toString(), this.logId.toString());
		}
	}

	private void run() throws IOException {
		dropHalfCreated();
		FoundSegment tail = newestStarted();
		if (tail != null) {
			followChain(tail);
			scanOlder();
			scanTail(tail);
		}
		else {
			// Without a segment 1, a checkpoint let go of all before the oldest.
			this.nextLsn = this.found.containsKey(1L) ? 1 : this.checkpointLsn + 1;
		}
		judgeBehind(tail);
		compareWithCheckpoint();
		if (this.firstLoss != null) {
			this.damage.sort(Comparator.comparing(DamagedRange::segment).thenComparing(DamagedRange::offset));
			planRestart(this.firstLoss);
		}
		if (this.nextLsn < 1 || this.nextLsn > Format.MAX_LSN) {
			throw new WalCorruptedException(this.storage.directory(), 0, LsnRange.EMPTY,
					"it would go on with an LSN that no log reaches: " + Lsn.of(this.nextLsn));
		}
	}

	/**
	 * A newest segment without a whole header was still being created: a segment gets its
	 * name after its header was forced, so nothing can have been written to it.
	 */
	private void dropHalfCreated() {
		while (!this.found.isEmpty()) {
			FoundSegment newest = this.found.lastEntry().getValue();
			if (newest.header != null || !newest.unused) {
				this.highestNumber = newest.number;
				return;
			}
			this.unfinished.add(newest.name());
			this.found.remove(newest.number);
		}
	}

	private @Nullable FoundSegment newestStarted() {
		for (FoundSegment segment : this.found.descendingMap().values()) {
			if (segment.start != null) {
				return segment;
			}
		}
		return null;
	}

	/**
	 * Follow the chain from the newest segment to the oldest.
	 */
	private void followChain(FoundSegment tail) throws IOException {
		FoundSegment current = tail;
		while (true) {
			if (isLater(current.number - 1)) {
				current = addLater(current);
			}
			Segment before = isLeftForLater(current) ? unread(found(current.number - 1), current) : before(current);
			if (before == null) {
				return;
			}
			this.segments.add(0, before);
			current = found(before.number());
		}
	}

	/**
	 * Add the segments that are left for later, and the one before them.
	 * @param successor the one after them
	 * @return the one before them
	 */
	private FoundSegment addLater(FoundSegment successor) {
		FoundSegment after = successor;
		for (long number = this.laterTo; number >= this.laterFrom; number--) {
			FoundSegment segment = new FoundSegment(number);
			this.segments.add(0, unread(segment, after));
			after = segment;
		}
		FoundSegment before = found(this.laterFrom - 1);
		this.segments.add(0, unread(before, after));
		return before;
	}

	private FoundSegment found(long number) {
		return Objects.requireNonNull(this.found.get(number));
	}

	/**
	 * Return whether a segment, or the one that must come before it, is read later.
	 */
	private boolean isLeftForLater(FoundSegment segment) {
		FoundSegment before = this.found.get(segment.number - 1);
		boolean skips = segment.start != null && segment.start.numberBefore() != segment.number - 1;
		return before != null && !skips && !(before.isRead() && segment.isRead());
	}

	private Segment unread(FoundSegment segment, FoundSegment successor) {
		return new Segment(new UnreadSegment(this.storage, Objects.requireNonNull(this.logId), segment, successor));
	}

	/**
	 * Return the segment that another one follows, or {@code null} if the log begins with
	 * that one.
	 */
	private @Nullable Segment before(FoundSegment segment) throws IOException {
		segment.read(this.storage);
		StartBlock start = startOf(segment);
		long number = start.numberBefore();
		if (number == 0) {
			giveUpBetween(0, segment.number);
			return null;
		}
		FoundSegment named = (number < segment.number) ? this.found.get(number) : null;
		if (named != null) {
			named.read(this.storage);
		}
		String problem = (named != null) ? named.problemBefore(start) : "the segment is missing";
		if (named != null && problem == null) {
			giveUpBetween(number, segment.number);
			named.incomplete |= named.size < start.endBefore();
			long first = startOf(named).firstLsn();
			return new Segment(named.header(), first, start.lastLsnBefore(), start.endBefore(), named.size);
		}
		if (this.checkpointDamaged && this.found.lowerKey(segment.number) == null) {
			// That a segment is no longer there shows how far the checkpoint had come.
			this.checkpointLsn = start.lastLsnBefore();
		}
		if (start.lastLsnBefore() <= this.checkpointLsn) {
			// Nothing below is needed: what is there, a checkpoint let go of.
			giveUpBetween(0, segment.number);
			return null;
		}
		FoundSegment readable = newestReadable(Math.min(number, segment.number));
		Segment next = (readable != null) ? openEnded(readable) : null;
		long lostFrom = (next != null) ? next.lastLsn() + 1 : this.checkpointLsn + 1;
		damaged(new Loss(number, 0, lostFrom),
				new DamagedRange(SegmentName.of(number), 0, (named != null) ? named.size : 0, Lsn.of(lostFrom),
						Lsn.of(start.lastLsnBefore()), String.valueOf(problem)));
		giveUpBetween(Math.min(number, segment.number), segment.number);
		return next;
	}

	private @Nullable FoundSegment newestReadable(long below) {
		for (FoundSegment segment : this.found.headMap(below, false).descendingMap().values()) {
			if (segment.header != null && !segment.unused) {
				return segment;
			}
		}
		return null;
	}

	/**
	 * Return a segment that has lost its successor, and with it who said where it ends.
	 */
	private Segment openEnded(FoundSegment segment) throws IOException {
		StartBlock start = startOf(segment);
		SegmentScan scan = scan(segment, start.firstLsn());
		return new Segment(segment.header(), start.firstLsn(), scan.nextLsn - 1, scan.end, segment.size);
	}

	/**
	 * Return how a segment begins. If its start block is lost, it follows what can be
	 * read below it.
	 */
	private StartBlock startOf(FoundSegment segment) throws IOException {
		StartBlock start = segment.start;
		if (start == null) {
			segment.incomplete = true;
			FoundSegment readable = newestReadable(segment.number);
			if (readable != null) {
				Segment before = openEnded(readable);
				start = new StartBlock(before.lastLsn() + 1, before.number(), before.lastLsn(), before.readableEnd());
			}
			else {
				long first = scan(segment, 1).gaps.stream().mapToLong(SegmentScan.Gap::nextLsn).findFirst().orElse(1);
				start = new StartBlock(Math.min(first, this.checkpointLsn + 1), 0, 0, 0);
			}
			segment.start = start;
		}
		return start;
	}

	/**
	 * Read all that can be read of a segment whose end nobody knows.
	 */
	private SegmentScan scan(FoundSegment segment, long expectedLsn) throws IOException {
		try (StorageFile file = this.storage.openForReading(segment.name())) {
			return SegmentScan.of(file, segment.header(), expectedLsn, segment.size, -1, true);
		}
	}

	private void giveUpBetween(long lower, long upper) throws IOException {
		for (FoundSegment segment : this.found.subMap(lower, false, upper, false).values()) {
			segment.read(this.storage);
			(segment.unused ? this.leftover : this.abandoned).add(segment.name());
		}
	}

	private void scanOlder() throws IOException {
		for (Segment segment : this.segments) {
			if (isLater(segment.number())) {
				continue;
			}
			FoundSegment file = found(segment.number());
			boolean wanted = file.incomplete || this.level == RecoveryScan.FULL
					|| (this.level == RecoveryScan.SINCE_CHECKPOINT && segment.lastLsn() > this.checkpointLsn);
			if (wanted) {
				try (StorageFile content = this.storage.openForReading(file.name())) {
					account(segment, file, SegmentScan.of(content, segment.header(), segment.firstLsn(),
							segment.readableEnd(), segment.lastLsn(), isTolerant()));
				}
			}
		}
	}

	private void scanTail(FoundSegment tail) throws IOException {
		SegmentScan scan = scanUnsealed(tail, tail.start().firstLsn());
		Segment segment = new Segment(tail.header(), tail.start().firstLsn(), scan.nextLsn - 1, scan.end, tail.size);
		this.segments.add(segment);
		account(segment, tail, scan);
		this.nextLsn = scan.nextLsn;
		this.provenLsn = Math.max(scan.provenLsn, tail.start().firstLsn() - 1);
		this.unprovenFrom = scan.unprovenFrom;
		this.closed = scan.closed && scan.problem == null;
		if (!segment.isDamaged() && scan.dirtyEnd > scan.end) {
			tear(segment, scan.end, scan.dirtyEnd,
					(scan.problem != null) ? scan.problem : "blocks were found behind a block that is missing");
		}
	}

	private SegmentScan scanUnsealed(FoundSegment segment, long expectedLsn) throws IOException {
		try (StorageFile file = this.storage.openForReading(segment.name())) {
			return SegmentScan.of(file, segment.header(), expectedLsn, segment.size, -1, isTolerant());
		}
	}

	private void account(Segment segment, FoundSegment file, SegmentScan scan) {
		this.scanned.put(segment.number(), scan.records);
		this.scannedBytes += scan.end;
		this.seenLsn = Math.max(this.seenLsn, Math.max(scan.seenLsn, scan.nextLsn - 1));
		for (SegmentScan.Gap gap : scan.gaps) {
			segment.markDamaged();
			damaged(new Loss(file.number, gap.from(), gap.firstLsn()),
					range(file, gap.from(), gap.to() - gap.from(), gap.firstLsn(), gap.nextLsn() - 1, gap.problem()));
		}
	}

	/**
	 * Judge the segments behind the last one that has a start block: they are unused, or
	 * their first write was torn, or what was acknowledged in them is damaged.
	 */
	private void judgeBehind(@Nullable FoundSegment tail) throws IOException {
		boolean released = tail == null && (this.checkpointLsn > 0 || this.checkpointDamaged);
		long due = (tail != null) ? tail.number + 1 : 1;
		for (FoundSegment segment : this.found.tailMap(due, true).values()) {
			if (segment.number > due && !released) {
				// A segment is created only when the one before it has its name.
				damaged(new Loss(due, 0, this.nextLsn), new DamagedRange(SegmentName.of(due), 0, 0,
						Lsn.of(this.nextLsn), Lsn.of(highestLsnIn(segment.size)), "the segment is missing"));
			}
			if (segment.header == null) {
				damaged(new Loss(segment.number, 0, this.nextLsn), range(segment, 0, segment.size, this.nextLsn,
						highestLsnIn(segment.size), String.valueOf(segment.problem)));
			}
			else if (segment.unused) {
				this.spares.add(unused(segment));
			}
			else {
				judgeFirstWrite(segment);
			}
			due = segment.number + 1;
			released = false;
		}
	}

	/**
	 * Return an LSN that no record in an unreadable segment can be above: each takes 5
	 * bytes at least.
	 */
	private long highestLsnIn(long size) {
		return this.nextLsn + size / Format.RECORD_HEADER_SIZE;
	}

	private Segment unused(FoundSegment segment) {
		return new Segment(segment.header(), this.nextLsn, this.nextLsn - 1, Format.SEGMENT_HEADER_SIZE, segment.size);
	}

	private void judgeFirstWrite(FoundSegment segment) throws IOException {
		if (this.torn != null) {
			damaged(new Loss(this.torn.number(), this.tornAt, this.nextLsn),
					new DamagedRange(this.torn.name(), this.tornAt, this.tornEnd - this.tornAt, Lsn.of(this.nextLsn),
							Lsn.of(this.nextLsn), this.tornReason + ", and the log had gone on in the next segment"));
			this.torn.markDamaged();
			this.torn = null;
		}
		long expected = this.segments.isEmpty() ? startOf(segment).firstLsn() : this.nextLsn;
		SegmentScan scan = scanUnsealed(segment, expected);
		if (scan.gaps.isEmpty()) {
			Segment unused = unused(segment);
			this.spares.add(unused);
			tear(unused, scan.end, scan.dirtyEnd,
					(scan.problem != null) ? scan.problem : "the first block of the segment is missing");
			return;
		}
		Segment damaged = new Segment(segment.header(), expected, scan.nextLsn - 1, scan.end, segment.size);
		account(damaged, segment, scan);
		this.segments.add(damaged);
		this.nextLsn = scan.nextLsn;
	}

	private void compareWithCheckpoint() {
		if (this.segments.isEmpty()) {
			if (this.checkpointLsn > 0 && this.firstLoss == null) {
				damaged(new Loss(0, 0, this.nextLsn), new DamagedRange(SegmentName.CHECKPOINT, 0, 0, Lsn.NONE, Lsn.NONE,
						"there is a checkpoint at LSN " + this.checkpointLsn + ", but no segment with records"));
			}
			return;
		}
		Segment last = this.segments.get(this.segments.size() - 1);
		if (this.nextLsn <= this.checkpointLsn) {
			damaged(new Loss(last.number(), last.readableEnd(), this.nextLsn), new DamagedRange(last.name(),
					last.readableEnd(), 0, Lsn.of(this.nextLsn), Lsn.of(this.checkpointLsn),
					"the log ends here, but the checkpoint says that LSN " + this.checkpointLsn + " was durable"));
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
					range.firstLsn().isNone() ? LsnRange.EMPTY : new LsnRange(range.firstLsn(), range.lastLsn()),
					range.reason());
		}
		this.damage.add(range);
		if (this.firstLoss == null || loss.isBefore(this.firstLoss)) {
			this.firstLoss = loss;
			this.firstReason = range.reason();
		}
	}

	/**
	 * Decide where to go on. If that is behind damage, then in a new segment, whose start
	 * block tells of the gap.
	 */
	private void planRestart(Loss loss) throws IOException {
		long seen = Math.max(this.seenLsn, Math.max(this.nextLsn - 1, this.checkpointLsn));
		for (DamagedRange range : this.damage) {
			seen = Math.max(seen, range.lastLsn().value());
		}
		boolean truncate = this.policy == CorruptionPolicy.TRUNCATE;
		if (truncate) {
			truncateAt(loss);
		}
		Segment last = this.segments.isEmpty() ? null : this.segments.get(this.segments.size() - 1);
		if (!truncate && last != null && !last.isDamaged() && seen < this.nextLsn) {
			return;
		}
		long number = (last != null) ? last.number() : 0;
		this.restart = (last != null) ? new StartBlock(seen + 1, number, last.lastLsn(), last.readableEnd())
				: new StartBlock(seen + 1, 0, 0, 0);
		this.nextLsn = seen + 1;
		this.torn = null;
		this.spares.clear();
		giveUpBetween(number, Long.MAX_VALUE);
	}

	private void truncateAt(Loss loss) {
		this.segments.removeIf((segment) -> segment.number() > loss.number()
				|| (segment.number() == loss.number() && loss.offset() <= Format.SEGMENT_HEADER_SIZE));
		Segment last = this.segments.isEmpty() ? null : this.segments.get(this.segments.size() - 1);
		if (last != null && last.number() == loss.number()) {
			last.written(loss.expectedLsn() - 1);
			last.readable(loss.offset());
		}
	}

	private boolean isTolerant() {
		return this.policy != CorruptionPolicy.FAIL;
	}

	private DamagedRange range(FoundSegment segment, long offset, long length, long first, long last, String reason) {
		boolean none = last < first;
		return new DamagedRange(segment.name(), offset, length, Lsn.of(none ? 0 : first), Lsn.of(none ? 0 : last),
				reason);
	}

	private Path path(FoundSegment segment) {
		return this.storage.directory().resolve(segment.name());
	}

	/**
	 * Return the number of records read from all segments that were scanned.
	 */
	public long scannedRecords() {
		long records = 0;
		for (long count : this.scanned.values()) {
			records += count;
		}
		return records;
	}

	/**
	 * Return the LSN up to which there are records.
	 */
	public long lastLsn() {
		return (this.restart != null) ? this.restart.lastLsnBefore() : this.nextLsn - 1;
	}

	/**
	 * Return how the log ends.
	 * @param savedAs the file that keeps what was cut off, or {@code null}
	 */
	public TailState tail(@Nullable String savedAs) {
		if (this.policy == CorruptionPolicy.TRUNCATE && this.firstLoss != null) {
			Loss loss = this.firstLoss;
			return new TailState(TailState.Kind.DAMAGE_TRUNCATED, SegmentName.of(loss.number()), loss.offset(), 0,
					Lsn.of(loss.expectedLsn()), this.firstReason, savedAs);
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
