package dev.wal.internal.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import dev.wal.Compression;
import dev.wal.CorruptionPolicy;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.RecoveryReport;
import dev.wal.SegmentInfo;
import dev.wal.SyncPolicy;
import dev.wal.TailState;
import dev.wal.WalBatch;
import dev.wal.WalClosedException;
import dev.wal.WalConfigurationException;
import dev.wal.WalDirectoryException;
import dev.wal.WalException;
import dev.wal.WalFollower;
import dev.wal.WalFullException;
import dev.wal.WalIoException;
import dev.wal.WalListener;
import dev.wal.WalLockedException;
import dev.wal.WalOptions;
import dev.wal.WalReader;
import dev.wal.WalRecordTooLargeException;
import dev.wal.WalState;
import dev.wal.WalStatus;
import dev.wal.WalSubscription;
import dev.wal.WalView;
import dev.wal.WriteAheadLog;
import dev.wal.internal.commit.Appender;
import dev.wal.internal.commit.Committer;
import dev.wal.internal.commit.Completions;
import dev.wal.internal.commit.Counters;
import dev.wal.internal.commit.Intake;
import dev.wal.internal.commit.Progress;
import dev.wal.internal.format.BlockCodec;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.DiskStorage;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFullException;
import dev.wal.internal.io.StorageLockedException;
import dev.wal.internal.read.RecordCursor;
import dev.wal.internal.read.SegmentedFollower;
import dev.wal.internal.read.SegmentedReader;
import dev.wal.internal.read.Subscription;
import dev.wal.internal.recovery.Inspection;
import dev.wal.internal.recovery.Recovery;
import dev.wal.internal.retention.Retention;
import dev.wal.internal.segment.Preparer;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentList;
import dev.wal.internal.segment.SegmentName;
import dev.wal.internal.thread.DurableSignal;
import dev.wal.tools.Inventory;
import dev.wal.tools.Repair;
import dev.wal.tools.RepairReport;
import dev.wal.tools.VerificationProgress;
import dev.wal.tools.VerificationReport;
import dev.wal.tools.WalFiles;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A write-ahead log in segment files: puts the parts of this package together.
 */
public final class SegmentedLog implements WriteAheadLog {

	private static final Logger logger = LoggerFactory.getLogger(SegmentedLog.class);

	/**
	 * Once and for all: an open that is refused leaves the same text in the lock file.
	 */
	private static final String PROCESS = describeProcess();

	private final Storage storage;

	private final WalOptions options;

	private final Closeable lock;

	private final UUID logId;

	private final SegmentList segments;

	private final RecoveryReport recovery;

	private final Counters counters = new Counters();

	private final Completions completions;

	private final DurableSignal signal = new DurableSignal();

	private final Preparer preparer;

	private final Progress progress;

	private final Intake intake;

	private final Committer committer;

	private final Appender appender;

	private final Retention retention;

	private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	private SegmentedLog(Storage storage, WalOptions options, Closeable lock, Recovery.Result recovered) {
		this.storage = storage;
		this.options = options;
		this.lock = lock;
		this.logId = recovered.logId();
		this.segments = new SegmentList(recovered.segments());
		this.recovery = recovered.report();
		this.preparer = new Preparer(storage, recovered.factory(), options, recovered.active(), recovered.spare());
		this.progress = new Progress(options.directory(), recovered.nextLsn() - 1);
		this.intake = new Intake(options, this.progress);
		this.completions = new Completions(options, this.intake, this.counters);
		this.committer = new Committer(storage, options, recovered, this.segments, this.preparer, this.intake,
				this.progress, this.completions, this.signal, this.counters);
		this.appender = new Appender(this.intake, this.committer, this.progress, this.completions);
		this.retention = new Retention(storage, this.segments, recovered.factory(), this.logId, options,
				recovered.checkpointLsn(), this.counters);
	}

	/**
	 * Open a log, creating it if there is none.
	 * @param options the settings
	 * @return the log
	 */
	public static WriteAheadLog open(WalOptions options) {
		return open(options, new DiskStorage(options.directory()));
	}

	public static SegmentedLog open(WalOptions options, Storage storage) {
		checkCompression(options.compression());
		createDirectory(storage);
		checkLayout(storage);
		Closeable lock = lock(storage);
		SegmentedLog log;
		try {
			log = new SegmentedLog(storage, options, lock, Recovery.run(storage, options));
		}
		catch (IOException ex) {
			WalException failure = openFailed(storage, ex);
			release(lock, failure);
			throw failure;
		}
		catch (RuntimeException | Error ex) {
			release(lock, ex);
			throw ex;
		}
		log.start();
		return log;
	}

	private static void checkCompression(Compression compression) {
		if (compression == Compression.NONE) {
			return;
		}
		try {
			BlockCodec.of(compression);
		}
		catch (LinkageError ex) {
			byte codec = (compression == Compression.LZ4) ? Format.CODEC_LZ4 : Format.CODEC_ZSTD;
			throw new WalConfigurationException("compression", compression,
					"it needs " + BlockCodec.library(codec) + " on the class path, which cannot be loaded: " + ex);
		}
	}

	private static void createDirectory(Storage storage) {
		boolean exists;
		try {
			exists = storage.exists();
		}
		catch (IOException ex) {
			throw new WalDirectoryException(storage.directory(), "it is not a directory", ex);
		}
		try {
			if (!exists) {
				storage.create();
			}
		}
		catch (IOException ex) {
			throw new WalDirectoryException(storage.directory(), "it cannot be created", ex);
		}
	}

	/**
	 * Before the lock, whose file would be a change. Where there is one already, recovery
	 * is early enough.
	 */
	private static void checkLayout(Storage storage) {
		try {
			if (!storage.contains(SegmentName.LOCK)) {
				Inspection.checkLayout(storage);
			}
		}
		catch (IOException ex) {
			throw openFailed(storage, ex);
		}
	}

	public static Closeable lock(Storage storage) {
		try {
			return storage.lock(SegmentName.LOCK, PROCESS);
		}
		catch (StorageLockedException ex) {
			throw new WalLockedException(storage.directory(), ex.owner());
		}
		catch (IOException ex) {
			throw new WalDirectoryException(storage.directory(), "its lock file cannot be written", ex);
		}
	}

	private static String describeProcess() {
		String host = Objects.requireNonNullElse(System.getenv("HOSTNAME"), "this host");
		// Not Instant.toString(), whose formatter takes longer to load than all of this.
		return "process " + DiskStorage.processId() + " on " + host + ", since "
				+ Instant.now().atOffset(ZoneOffset.UTC);
	}

	private static WalException openFailed(Storage storage, IOException ex) {
		if (ex instanceof StorageFullException) {
			return new WalFullException(storage.directory(), Format.SEGMENT_HEADER_SIZE, storage.usableSpace(), ex);
		}
		return new WalIoException("open the log in", storage.directory(), ex);
	}

	private static void release(Closeable lock, Throwable reason) {
		try {
			lock.close();
		}
		catch (IOException ex) {
			reason.addSuppressed(ex);
		}
	}

	private void start() {
		this.committer.flusher().start();
		this.preparer.start(this.committer);
		if (this.recovery.lastLsn().isNone()) {
			logger.info("Opened the log in {}: it has no records yet", this.storage.directory());
			return;
		}
		logger.info("Opened the log in {}: {} segment(s), LSN {} to {}, checkpoint {}, {}, tail {}, in {} ms",
				this.storage.directory(), this.recovery.segments(), this.recovery.firstLsn(), this.recovery.lastLsn(),
				this.recovery.checkpointLsn(), this.recovery.cleanShutdown() ? "closed cleanly" : "not closed",
				this.recovery.tail().kind(), this.recovery.duration().toMillis());
	}

	/**
	 * Create a directory for a temporary log.
	 * @return the directory, new and empty
	 */
	public static Path temporaryDirectory() {
		try {
			return DiskStorage.createTemporaryDirectory();
		}
		catch (IOException ex) {
			throw new WalException("Could not create a temporary directory: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Open a log for reading only.
	 * @param options the settings
	 * @return the log as it is now
	 */
	public static WalView openReadOnly(WalOptions options) {
		return ReadOnlyLog.open(new DiskStorage(options.directory()), options);
	}

	/**
	 * List the files of a log.
	 * @param directory the directory
	 * @return the files
	 */
	public static WalFiles files(Path directory) {
		DiskStorage storage = new DiskStorage(directory);
		ReadOnlyLog.requireDirectory(storage);
		try {
			return Inventory.of(storage, storage.lastOwner(SegmentName.LOCK));
		}
		catch (IOException ex) {
			throw new WalIoException("read", storage.directory(), ex);
		}
	}

	/**
	 * Check every byte of a log.
	 * @param options the settings
	 * @param progress is told how far it has come
	 * @return the verdict
	 */
	public static VerificationReport verify(WalOptions options, VerificationProgress progress) {
		return ReadOnlyLog.verify(new DiskStorage(options.directory()), progress);
	}

	/**
	 * Make a damaged log whole.
	 * @param directory the directory
	 * @return what was lost, and what was kept
	 */
	public static RepairReport repair(Path directory) {
		Storage storage = new DiskStorage(directory);
		ReadOnlyLog.requireDirectory(storage);
		try {
			return Repair.run(storage,
					WriteAheadLog.builder(directory).preallocate(false).tornBytesKept(Long.MAX_VALUE));
		}
		catch (IOException ex) {
			throw new WalIoException("repair the log in", storage.directory(), ex);
		}
	}

	@Override
	public Lsn append(int type, byte[] payload) {
		return append(type, payload, this.options.syncPolicy());
	}

	@Override
	public Lsn append(int type, ByteBuffer payload) {
		return append(type, payload, this.options.syncPolicy());
	}

	@Override
	public Lsn append(int type, byte[] payload, SyncPolicy policy) {
		Objects.requireNonNull(payload, "payload must not be null");
		checkRecord(type, payload.length);
		long began = System.nanoTime();
		Lsn lsn = this.appender.append(type, payload, policy);
		this.options.observer().appended(1, payload.length, System.nanoTime() - began);
		return lsn;
	}

	@Override
	public Lsn append(int type, ByteBuffer payload, SyncPolicy policy) {
		Objects.requireNonNull(payload, "payload must not be null");
		// One of our own: if the caller's changes meanwhile, no other record suffers.
		ByteBuffer content = payload.duplicate();
		int length = content.remaining();
		checkRecord(type, length);
		long began = System.nanoTime();
		Lsn lsn = this.appender.append(type, content, policy);
		this.options.observer().appended(1, length, System.nanoTime() - began);
		return lsn;
	}

	@Override
	public LsnRange appendAll(WalBatch batch) {
		return appendAll(batch, this.options.syncPolicy());
	}

	@Override
	public LsnRange appendAll(WalBatch batch, SyncPolicy policy) {
		List<WalBatch.Entry> entries = batch.entries();
		if (entries.isEmpty()) {
			return LsnRange.EMPTY;
		}
		long size = 0;
		for (WalBatch.Entry entry : entries) {
			checkRecord(entry.type(), entry.payload().remaining());
			size += Format.RECORD_HEADER_SIZE + entry.payload().remaining();
		}
		if (size > this.options.maxBatchSize()) {
			throw new WalRecordTooLargeException("A batch", size, this.options.maxBatchSize(), "max-batch-size");
		}
		long began = System.nanoTime();
		Lsn first = this.appender.append(entries, size, policy);
		this.options.observer()
			.appended(entries.size(), size - (long) Format.RECORD_HEADER_SIZE * entries.size(),
					System.nanoTime() - began);
		return new LsnRange(first, new Lsn(first.value() + entries.size() - 1));
	}

	@Override
	public CompletableFuture<Lsn> appendAsync(int type, byte[] payload) {
		Objects.requireNonNull(payload, "payload must not be null");
		return appendAsync(type, ByteBuffer.wrap(payload));
	}

	@Override
	public CompletableFuture<Lsn> appendAsync(int type, ByteBuffer payload) {
		Objects.requireNonNull(payload, "payload must not be null");
		ByteBuffer content = payload.duplicate();
		try {
			checkRecord(type, content.remaining());
		}
		catch (WalException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return this.appender.appendAsync(type, content);
	}

	private void checkRecord(int type, int length) {
		if (type < 0 || type > 255) {
			throw new IllegalArgumentException("The record type " + type + " is not from 0 to 255");
		}
		if (length > this.options.maxRecordSize()) {
			throw new WalRecordTooLargeException("A record", length, this.options.maxRecordSize(), "max-record-size");
		}
	}

	@Override
	public Lsn flush() {
		return this.appender.flush();
	}

	@Override
	public Lsn sync() {
		return this.appender.sync();
	}

	@Override
	public boolean rotate() {
		return this.committer.rotate();
	}

	@Override
	public WalReader read(Lsn from) {
		checkOpen();
		// In this order: what is durable now is also written.
		long end = this.progress.durableLsn();
		RecordCursor cursor = openCursor(from);
		return new SegmentedReader(cursor, end, () -> this.closed, this.retention::close);
	}

	@Override
	public WalFollower follow(Lsn from) {
		checkOpen();
		return new SegmentedFollower(openCursor(from), this.progress::durableLsn, this.signal, () -> this.closed,
				this.retention::close);
	}

	private RecordCursor openCursor(Lsn from) {
		return this.retention.open(from, this.progress.writtenLsn(),
				this.options.corruptionPolicy() == CorruptionPolicy.SKIP);
	}

	@Override
	public WalSubscription subscribe(Lsn from, WalListener listener) {
		Subscription subscription = new Subscription(follow(from), listener, this.signal, this.subscriptions::remove);
		this.subscriptions.add(subscription);
		subscription.start();
		return subscription;
	}

	@Override
	public int checkpoint(Lsn lsn) {
		checkOpen();
		return this.retention.checkpoint(lsn, this.progress.durableLsn(), true);
	}

	@Override
	public int reset(Lsn fence) {
		checkOpen();
		if (fence.value() <= this.progress.durableLsn() && fence.value() >= 0) {
			rotate();
		}
		checkOpen();
		return this.retention.checkpoint(fence, this.progress.durableLsn(), false);
	}

	private void checkOpen() {
		if (this.closed) {
			throw new WalClosedException("The log in " + this.options.directory() + " is closed.");
		}
	}

	@Override
	public Lsn firstLsn() {
		long first = this.segments.first().firstLsn();
		return Lsn.of((first <= this.progress.writtenLsn()) ? first : 0);
	}

	@Override
	public Lsn lastLsn() {
		return Lsn.of(this.progress.writtenLsn());
	}

	@Override
	public Lsn durableLsn() {
		return Lsn.of(this.progress.durableLsn());
	}

	@Override
	public Lsn checkpointLsn() {
		return Lsn.of(this.retention.checkpointLsn());
	}

	@Override
	public List<SegmentInfo> segments() {
		return infos(this.segments, true);
	}

	static List<SegmentInfo> infos(SegmentList segments, boolean writable) {
		List<Segment> all = segments.all();
		List<SegmentInfo> infos = new ArrayList<>(all.size());
		for (int i = 0; i < all.size(); i++) {
			infos.add(all.get(i).info(writable && i == all.size() - 1));
		}
		return List.copyOf(infos);
	}

	@Override
	public int segmentCount() {
		return this.segments.all().size();
	}

	@Override
	public long sizeOnDisk() {
		return sizeOnDisk(this.segments);
	}

	static long sizeOnDisk(SegmentList segments) {
		long size = 0;
		for (Segment segment : segments.all()) {
			size += segment.fileSize();
		}
		return size;
	}

	@Override
	public TailState tailState() {
		return this.recovery.tail();
	}

	@Override
	public RecoveryReport recoveryReport() {
		return this.recovery;
	}

	@Override
	public WalOptions options() {
		return this.options;
	}

	@Override
	public WalStatus status() {
		Throwable failure = this.progress.failure();
		WalFullException full = this.progress.full();
		WalState state = this.closed ? WalState.CLOSED
				: (failure != null) ? WalState.FAILED : (full != null) ? WalState.FULL : WalState.OPEN;
		// The durable LSN first: it must not seem to be ahead of what was written.
		Lsn durable = durableLsn();
		return new WalStatus(this.storage.directory(), this.logId, state, firstLsn(), lastLsn(), durable,
				checkpointLsn(), segmentCount(), sizeOnDisk(), oldestUnforced(), this.storage.usableSpace(),
				this.retention.cursorCount(), this.retention.excess(), (failure != null) ? failure : full,
				this.counters.statistics());
	}

	private Duration oldestUnforced() {
		return this.closed ? Duration.ZERO : this.progress.oldestUnforced();
	}

	@Override
	public void close() {
		if (!this.intake.close()) {
			return;
		}
		List<Closeable> steps = new ArrayList<>();
		steps.add(() -> this.subscriptions.forEach(WalSubscription::close));
		steps.add(this.preparer::stop);
		steps.add(this.committer::close);
		steps.add(() -> {
			this.closed = true;
			this.signal.advanced();
		});
		steps.add(this.retention::close);
		steps.add(() -> this.preparer.close(this.progress.failure() == null));
		steps.add(this.completions::close);
		steps.add(this.lock);
		if (this.options.temporary()) {
			steps.add(this.storage::deleteAll);
		}
		runAll(steps);
		logger.info("Closed the log in {} at LSN {}", this.storage.directory(), lastLsn());
	}

	/**
	 * Take every step, whatever becomes of the others, then report the first failure.
	 */
	private void runAll(List<Closeable> steps) {
		RuntimeException failure = null;
		for (Closeable step : steps) {
			try {
				step.close();
			}
			catch (IOException ex) {
				failure = keep(failure, new WalIoException("close the log in", this.storage.directory(), ex));
			}
			catch (RuntimeException ex) {
				failure = keep(failure, ex);
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	private static RuntimeException keep(@Nullable RuntimeException first, RuntimeException next) {
		if (first == null) {
			return next;
		}
		first.addSuppressed(next);
		return first;
	}

	@Override
	public String toString() {
		return "SegmentedLog[" + this.storage.directory() + "]";
	}

}
