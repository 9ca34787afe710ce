package dev.wal.internal.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.wal.CorruptionPolicy;
import dev.wal.DamagedRange;
import dev.wal.Lsn;
import dev.wal.RecoveryReport;
import dev.wal.RecoveryScan;
import dev.wal.SegmentInfo;
import dev.wal.TailState;
import dev.wal.WalClosedException;
import dev.wal.WalCorruptedException;
import dev.wal.WalDirectoryException;
import dev.wal.WalIoException;
import dev.wal.WalOptions;
import dev.wal.WalReader;
import dev.wal.WalView;
import dev.wal.internal.io.Storage;
import dev.wal.internal.read.RecordCursor;
import dev.wal.internal.read.SegmentedReader;
import dev.wal.internal.recovery.Inspection;
import dev.wal.internal.retention.Retention;
import dev.wal.internal.segment.CheckpointFile;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentList;
import dev.wal.internal.segment.SegmentName;
import dev.wal.tools.MeteredStorage;
import dev.wal.tools.VerificationProgress;
import dev.wal.tools.VerificationReport;
import org.jspecify.annotations.Nullable;

/**
 * A log that is only looked at, perhaps while another process writes it.
 */
public final class ReadOnlyLog implements WalView {

	/**
	 * A live writer may change the files between two reads of the same inspection. What
	 * still looks the same after so many is no race.
	 */
	private static final int ATTEMPTS = 5;

	private final Storage storage;

	private final boolean skipDamage;

	private final SegmentList segments;

	private final long lastLsn;

	private final long checkpointLsn;

	private final RecoveryReport report;

	private volatile boolean closed;

	private ReadOnlyLog(Storage storage, boolean skipDamage, Inspection inspection, Duration duration) {
		this.storage = storage;
		this.skipDamage = skipDamage;
		this.segments = new SegmentList(inspection.segments);
		this.lastLsn = inspection.lastLsn();
		this.checkpointLsn = inspection.checkpointLsn;
		this.report = new RecoveryReport(duration, inspection.segments.size(), inspection.scanned.size(),
				inspection.scannedRecords(), inspection.scannedBytes, firstLsn(), Lsn.of(this.lastLsn),
				Lsn.of(this.checkpointLsn), Lsn.of(inspection.provenLsn), 0, inspection.closed, inspection.tail(null),
				inspection.damage);
	}

	public static WalView open(Storage storage, WalOptions options) {
		requireDirectory(storage);
		CorruptionPolicy policy = options.corruptionPolicy();
		long began = System.nanoTime();
		Inspection inspection = inspect(storage, options.owner(), policy, options.recoveryScan());
		return new ReadOnlyLog(storage, policy == CorruptionPolicy.SKIP, inspection,
				Duration.ofNanos(System.nanoTime() - began));
	}

	public static VerificationReport verify(Storage storage, VerificationProgress progress) {
		requireDirectory(storage);
		try {
			return verify(new MeteredStorage(storage, progress));
		}
		catch (IOException ex) {
			throw new WalIoException("read", storage.directory(), ex);
		}
	}

	public static VerificationReport verify(Storage storage) {
		requireDirectory(storage);
		Inspection inspection = inspect(storage, null, CorruptionPolicy.SKIP, RecoveryScan.FULL);
		Map<String, String> problems = new HashMap<>();
		Map<String, VerificationReport.Segment> verdicts = new TreeMap<>();
		for (DamagedRange range : inspection.damage) {
			String name = range.segment();
			problems.putIfAbsent(name, "at offset " + range.offset() + ": " + range.reason());
			SegmentName.parse(name).ifPresent((number) -> {
				// Stays where nothing of the segment can be read.
				SegmentInfo info = new SegmentInfo(name, number, Lsn.NONE, Lsn.NONE, range.length(), false);
				verdicts.putIfAbsent(name, new VerificationReport.Segment(info, 0, problems.get(name)));
			});
		}
		long lastLsn = inspection.lastLsn();
		long records = 0;
		for (Segment segment : inspection.segments) {
			long count = inspection.scanned.getOrDefault(segment.number(), 0L);
			records += count;
			verdicts.put(segment.name(),
					new VerificationReport.Segment(segment.info(false), count, problems.get(segment.name())));
		}
		for (DamagedRange range : inspection.damage) {
			if (!range.firstLsn().isNone()) {
				lastLsn = Math.min(lastLsn, range.firstLsn().value() - 1);
			}
		}
		Lsn firstLsn = inspection.segments.isEmpty() ? Lsn.NONE
				: firstLsn(inspection.segments.get(0).firstLsn(), inspection.lastLsn());
		return new VerificationReport(storage.directory(), List.copyOf(verdicts.values()), firstLsn, Lsn.of(lastLsn),
				records, inspection.scannedBytes, inspection.tail(null), inspection.damage);
	}

	static void requireDirectory(Storage storage) {
		try {
			if (!storage.exists()) {
				throw new WalDirectoryException(storage.directory(), "it does not exist", null);
			}
		}
		catch (IOException ex) {
			throw new WalDirectoryException(storage.directory(), "it is not a directory", ex);
		}
	}

	/**
	 * Return whether a live writer let go meanwhile of all that was found: the newest
	 * segment may have been blanked for another life while it was read.
	 */
	private static boolean isOvertaken(Storage storage, Inspection inspection) throws IOException {
		if (inspection.checkpointDamaged) {
			return false;
		}
		CheckpointFile checkpoint = CheckpointFile.read(storage);
		return checkpoint != null && checkpoint.lsn() > inspection.checkpointLsn
				&& checkpoint.lsn() > inspection.lastLsn();
	}

	private static Inspection inspect(Storage storage, @Nullable String owner, CorruptionPolicy policy,
			RecoveryScan level) {
		String before = null;
		for (int attempt = 1;; attempt++) {
			try {
				Inspection inspection = Inspection.of(storage, owner, policy, level);
				String now = inspection.damage.toString();
				boolean settled = inspection.damage.isEmpty() || now.equals(before);
				if ((settled && !isOvertaken(storage, inspection)) || attempt == ATTEMPTS) {
					return inspection;
				}
				before = now;
			}
			catch (WalCorruptedException ex) {
				if (String.valueOf(ex.getMessage()).equals(before) || attempt == ATTEMPTS) {
					throw ex;
				}
				before = ex.getMessage();
			}
			catch (NoSuchFileException ex) {
				if (attempt == ATTEMPTS) {
					throw new WalIoException("read", storage.directory(), ex);
				}
			}
			catch (IOException ex) {
				throw new WalIoException("read", storage.directory(), ex);
			}
		}
	}

	@Override
	public WalReader read(Lsn from) {
		if (this.closed) {
			throw new WalClosedException("The log in " + this.storage.directory() + " is closed.");
		}
		Retention.checkReadable(from, this.segments, this.lastLsn);
		RecordCursor cursor = new RecordCursor(this.storage, this.segments, from.value(), this.skipDamage);
		return new SegmentedReader(cursor, this.lastLsn, () -> this.closed, RecordCursor::close);
	}

	@Override
	public Lsn firstLsn() {
		return this.segments.all().isEmpty() ? Lsn.NONE : firstLsn(this.segments.first().firstLsn(), this.lastLsn);
	}

	private static Lsn firstLsn(long first, long last) {
		return Lsn.of((first <= last) ? first : 0);
	}

	@Override
	public Lsn lastLsn() {
		return Lsn.of(this.lastLsn);
	}

	@Override
	public Lsn durableLsn() {
		return this.report.provenLsn();
	}

	@Override
	public Lsn checkpointLsn() {
		return Lsn.of(this.checkpointLsn);
	}

	@Override
	public List<SegmentInfo> segments() {
		return SegmentedLog.infos(this.segments, false);
	}

	@Override
	public long sizeOnDisk() {
		return SegmentedLog.sizeOnDisk(this.segments);
	}

	@Override
	public TailState tailState() {
		return this.report.tail();
	}

	@Override
	public RecoveryReport recoveryReport() {
		return this.report;
	}

	@Override
	public void close() {
		this.closed = true;
	}

}
