// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalRecovery;
import dev.wal.LocalStatus;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.RecoveryReport;
import dev.wal.SegmentInfo;
import dev.wal.SyncPolicy;
import dev.wal.TailState;
import dev.wal.WalBatch;
import dev.wal.WalClosedException;
import dev.wal.WalFollower;
import dev.wal.WalObserver;
import dev.wal.WalOptions;
import dev.wal.WalReader;
import dev.wal.WalRecordListener;
import dev.wal.WalStatus;
import dev.wal.WalSubscription;
import dev.wal.internal.commit.Announcer;
import dev.wal.internal.commit.Appender;
import dev.wal.internal.commit.CommitState;
import dev.wal.internal.commit.Committer;
import dev.wal.internal.commit.Completions;
import dev.wal.internal.commit.Counters;
import dev.wal.internal.commit.Intake;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.read.RecordCursor;
import dev.wal.internal.read.SegmentedFollower;
import dev.wal.internal.read.SegmentedReader;
import dev.wal.internal.read.Subscriptions;
import dev.wal.internal.retention.Retention;
import dev.wal.internal.segment.LogControl;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.Preallocator;
import dev.wal.internal.segment.RecoveredLog;
import dev.wal.internal.segment.SegmentList;
import dev.wal.internal.segment.SegmentName;
import dev.wal.internal.thread.DurableSignal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A write-ahead log in segment files: puts the parts of the engine together.
 */
public final class SegmentedLog implements LocalWriteAheadLog {

	private static final Logger logger = LoggerFactory.getLogger(SegmentedLog.class);

	private final Storage storage;

	private final WalOptions options;

	private final RecordLimits limits;

	/** Never throws. */
	private final WalObserver observer;

	private final SegmentList segments;

	private final RecoveryReport recovery;

	private final LocalRecovery localRecovery;

	private final Completions completions;

	private final DurableSignal signal = new DurableSignal();

	private final Preallocator preallocator;

	private final CommitState state;

	private final Intake intake;

	private final Committer committer;

	private final Appender appender;

	private final Retention retention;

	private final LogControl control;

	private final Subscriptions subscriptions;

	private final LogStatus status;

	private final LogCloser closer;

	private volatile boolean closed;

	/**
	 * Create a log.
	 * @param options the settings as they were given
	 * @param guarded the same settings, with code that never throws
	 * @param lock is closed with the log
	 * @param threads have no task yet
	 */
	SegmentedLog(LogDirectory directory, WalOptions options, WalOptions guarded, DirectoryLock lock,
			RecoveredLog recovered, LogThreads threads) {
		this.storage = directory.storage();
		this.options = options;
		this.limits = RecordLimits.of(options.log());
		this.observer = guarded.log().observer();
		this.segments = new SegmentList(recovered.segments());
		this.recovery = recovered.report();
		this.localRecovery = recovered.localReport();
		Counters counters = new Counters();
		this.preallocator = new Preallocator(this.storage, guarded, recovered, threads.preallocator());
		this.state = new CommitState(options.directory(), recovered.nextLsn() - 1);
		this.intake = new Intake(guarded, this.state);
		Announcer announcer = new Announcer(guarded, this.state, counters);
		this.completions = new Completions(guarded, this.intake, announcer, counters, threads.completions());
		this.committer = new Committer(this.storage, guarded, recovered, this.segments, this.preallocator, this.intake,
				this.state, this.completions, this.signal, counters, announcer, threads.flusher());
		this.appender = new Appender(this.intake, this.committer, this.state, this.completions);
		this.control = recovered.control();
		this.retention = new Retention(this.segments, recovered.factory(), this.control, guarded,
				counters.deletedSegments, this.preallocator::preparedBytes);
		this.subscriptions = new Subscriptions(this::follow, threads.factory(), this.signal,
				options.log().closeTimeout());
		DirectoryWatch watch = new DirectoryWatch(directory, lock, List.of(SegmentName.LOCK, SegmentName.CONTROL),
				this.segments::activeName, this.state::durableLsn, this.committer.failStop()::fail);
		BackgroundThread background = new BackgroundThread(threads.background(), watch::look,
				this.committer.failStop()::lookForSpace, this.control::turn);
		this.status = new LogStatus(this.storage, recovered.logId(), this.segments, this.intake, this.state,
				this.retention, this::sizeOnDisk, watch, this.control, counters);
		this.closer = new LogCloser(options.log().closeTimeout());
		addCloseSteps(lock, watch, background);
		announcer.tell();
		// The last step, which cannot fail: from here the threads end with the log.
		this.control.begin(() -> this.state.failure() != null);
		this.committer.flusher().start();
		this.completions.start();
		this.preallocator.start(this.committer.failStop()::recovered, this.committer.failStop()::fail);
		background.start();
	}

	private void addCloseSteps(DirectoryLock lock, DirectoryWatch watch, BackgroundThread background) {
		this.closer.add(this.completions::lookAgain);
		this.closer.add(background::stop);
		// A lost directory is not closed, and may be another log's by now.
		this.closer.add(watch::look);
		// First what was appended: code of the application may take its time.
		this.closer.add(() -> this.committer.commitIf(() -> true));
		this.closer.add(() -> this.subscriptions.close(this.closer.listenerDeadline()));
		this.closer.add(this.preallocator::stop);
		this.closer.add(this.committer::close);
		this.closer.add(() -> {
			this.closed = true;
			this.signal.advanced();
		});
		this.closer.add(this.retention::close);
		this.closer.add(() -> this.control.close(() -> this.preallocator.close(this.state.failure() == null)));
		this.closer.add(() -> this.completions.close(this.closer.futureDeadline()));
		this.closer.add(lock);
		if (this.options.files().temporary()) {
			this.closer.add(() -> {
				if (!watch.isLost()) {
					this.storage.deleteAll(SegmentName::isOfLog);
				}
			});
		}
	}

	@Override
	public Lsn append(int type, byte[] payload) {
		return append(type, payload, this.options.files().syncPolicy());
	}

	@Override
	public Lsn append(int type, ByteBuffer payload) {
		return append(type, payload, this.options.files().syncPolicy());
	}

	@Override
	public Lsn append(int type, byte[] payload, SyncPolicy policy) {
		Objects.requireNonNull(payload, "payload must not be null");
		this.limits.check(type, payload.length);
		long began = System.nanoTime();
		Lsn lsn = this.appender.append(type, payload, policy);
		this.observer.appended(1, payload.length, System.nanoTime() - began);
		return lsn;
	}

	@Override
	public Lsn append(int type, ByteBuffer payload, SyncPolicy policy) {
		Objects.requireNonNull(payload, "payload must not be null");
		// A copy: if the caller moves its own, no other record suffers.
		ByteBuffer content = payload.duplicate();
		int length = content.remaining();
		this.limits.check(type, length);
		long began = System.nanoTime();
		Lsn lsn = this.appender.append(type, content, policy);
		this.observer.appended(1, length, System.nanoTime() - began);
		return lsn;
	}

	@Override
	public LsnRange appendAll(WalBatch batch) {
		return appendAll(batch, this.options.files().syncPolicy());
	}

	@Override
	public LsnRange appendAll(WalBatch batch, SyncPolicy policy) {
		List<WalBatch.Entry> entries = batch.entries();
		if (entries.isEmpty()) {
			return LsnRange.EMPTY;
		}
		long size = this.limits.check(entries);
		long began = System.nanoTime();
		LsnRange range = this.appender.append(entries, size, policy);
		this.observer.appended(entries.size(), Format.payloadSize(size, entries.size()), System.nanoTime() - began);
		return range;
	}

	@Override
	public CompletableFuture<LsnRange> appendAllAsync(WalBatch batch) {
		List<WalBatch.Entry> entries = batch.entries();
		if (entries.isEmpty()) {
			return CompletableFuture.completedFuture(LsnRange.EMPTY);
		}
		return RecordLimits.orFailed(() -> this.appender.appendAsync(entries, this.limits.check(entries)));
	}

	@Override
	public CompletableFuture<Lsn> appendAsync(int type, ByteBuffer payload) {
		Objects.requireNonNull(payload, "payload must not be null");
		ByteBuffer content = payload.duplicate();
		return RecordLimits.orFailed(() -> {
			this.limits.check(type, content.remaining());
			return this.appender.appendAsync(type, content);
		});
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
		// In this order: what is durable now is also written.
		long end = this.state.durableLsn();
		return new SegmentedReader(openCursor(from), end, () -> this.closed, this.retention::close);
	}

	@Override
	public WalFollower follow(Lsn from) {
		return new SegmentedFollower(openCursor(from), this.state::durableLsn, this.signal, () -> this.closed,
				this.retention::close);
	}

	private RecordCursor openCursor(Lsn from) {
		checkOpen();
		return this.retention.open(from, this.state.writtenLsn(),
				this.options.files().corruptionPolicy() == CorruptionPolicy.SKIP);
	}

	@Override
	public WalSubscription subscribe(Lsn from, WalRecordListener listener) {
		return this.subscriptions.add(from, listener);
	}

	@Override
	public Lsn checkpoint(Lsn lsn) {
		checkOpen();
		this.retention.checkpoint(lsn, this.state.durableLsn(), true);
		return Lsn.of(this.segments.first().firstLsn());
	}

	@Override
	public Lsn reset(Lsn fence) {
		checkOpen();
		if (fence.value() <= this.state.durableLsn() && fence.value() >= 0) {
			rotate();
		}
		checkOpen();
		this.retention.checkpoint(fence, this.state.durableLsn(), false);
		return Lsn.of(this.segments.first().firstLsn());
	}

	private void checkOpen() {
		if (this.closed) {
			throw new WalClosedException("The log in " + this.options.directory() + " is closed.");
		}
	}

	@Override
	public Lsn firstLsn() {
		long first = this.segments.first().firstLsn();
		return Lsn.of((first <= this.state.writtenLsn()) ? first : 0);
	}

	@Override
	public Lsn lastLsn() {
		return Lsn.of(this.state.writtenLsn());
	}

	@Override
	public Lsn durableLsn() {
		return Lsn.of(this.state.durableLsn());
	}

	@Override
	public Lsn checkpointLsn() {
		return Lsn.of(this.retention.checkpointLsn());
	}

	@Override
	public List<SegmentInfo> segments() {
		return this.segments.infos(true);
	}

	@Override
	public int segmentCount() {
		return this.segments.all().size();
	}

	@Override
	public long sizeOnDisk() {
		return this.segments.sizeOnDisk() + this.preallocator.preparedBytes();
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
	public LocalRecovery localRecovery() {
		return this.localRecovery;
	}

	@Override
	public WalOptions options() {
		return this.options;
	}

	@Override
	public WalStatus status() {
		return this.status.status();
	}

	@Override
	public LocalStatus localStatus() {
		return this.status.local();
	}

	@Override
	public long acknowledgeLoss() {
		checkOpen();
		return this.control.acknowledgeLoss();
	}

	@Override
	public void close() {
		if (this.intake.close()) {
			this.closer.close(this.storage.directory());
			logger.info("Closed the log in {} at LSN {}", this.storage.directory(), lastLsn());
		}
		else if (!this.completions.isCurrentThread() && !this.subscriptions.isCurrentThread()) {
			// Threads that the other one waits for must not wait for it.
			this.closer.awaitEnd();
		}
	}

	@Override
	public String toString() {
		return "SegmentedLog[" + this.storage.directory() + "]";
	}

}
