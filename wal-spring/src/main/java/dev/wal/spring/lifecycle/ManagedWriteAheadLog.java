// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.lifecycle;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

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
import dev.wal.WalOptions;
import dev.wal.WalReader;
import dev.wal.WalRecordListener;
import dev.wal.WalState;
import dev.wal.WalStatistics;
import dev.wal.WalStatus;
import dev.wal.WalSubscription;
import org.jspecify.annotations.Nullable;

/**
 * The log as a bean. Creating the bean opens no file: the log opens when
 * {@link WalLifecycle} starts, or when it is first used before that. It can be suspended
 * and reopened until it is closed.
 */
public final class ManagedWriteAheadLog implements LocalWriteAheadLog {

	/** Stands for the identity of a log that was never open. */
	private static final UUID NO_LOG_ID = new UUID(0, 0);

	private final WalOptions options;

	private final Supplier<LocalWriteAheadLog> opener;

	/** Held while the log opens or closes, never while it is used. */
	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable LocalWriteAheadLog delegate;

	/** The last status of the log, while it is closed or suspended. */
	private volatile WalStatus closedStatus;

	private volatile LocalStatus closedLocalStatus;

	private volatile Phase phase = Phase.NEW;

	/** Found by the first recovery; reopening after a suspension does not change it. */
	private volatile @Nullable Lsn recoveredLsn;

	public ManagedWriteAheadLog(WalOptions options, Supplier<LocalWriteAheadLog> opener) {
		this.options = options;
		this.opener = opener;
		this.closedStatus = neverOpened(options);
		this.closedLocalStatus = new LocalStatus(options.directory(), 0, 0, -1, 0, 0, null, null, 0);
	}

	private static WalStatus neverOpened(WalOptions options) {
		return new WalStatus("local", options.directory().toString(), NO_LOG_ID, WalState.CLOSED, Lsn.NONE, Lsn.NONE,
				Lsn.NONE, Lsn.NONE, Duration.ZERO, 0, null, null,
				new WalStatistics(0, 0, 0, 0, 0, Duration.ZERO, 0, 0, 0, 0, 0, 0));
	}

	/**
	 * Open the log, also after {@link #suspend()}.
	 * @throws WalClosedException if the log was closed
	 */
	void open() {
		open(true);
	}

	/**
	 * Close the files and release the lock of the directory until the log is opened
	 * again.
	 */
	void suspend() {
		close(Phase.SUSPENDED);
	}

	/**
	 * Force all appended records, if the log is open.
	 */
	void syncIfOpen() {
		LocalWriteAheadLog log = this.delegate;
		if (log != null && log.status().state() != WalState.CLOSED) {
			log.sync();
		}
	}

	/**
	 * Return the last LSN that an earlier run appended. All records above it belong to
	 * this run, even if the log was suspended and reopened.
	 * @return the last LSN that the first recovery found
	 */
	Lsn recoveredLsn() {
		log();
		Lsn lsn = this.recoveredLsn;
		return (lsn != null) ? lsn : Lsn.NONE;
	}

	private LocalWriteAheadLog log() {
		LocalWriteAheadLog log = this.delegate;
		return (log != null) ? log : open(false);
	}

	private LocalWriteAheadLog open(boolean resume) {
		this.lock.lock();
		try {
			LocalWriteAheadLog log = this.delegate;
			if (log != null) {
				return log;
			}
			if (this.phase == Phase.CLOSED) {
				throw new WalClosedException("The log in " + this.options.directory()
						+ " is closed, because its application context was closed. Do not use the log after that.");
			}
			if (this.phase == Phase.SUSPENDED && !resume) {
				// Another process may use the directory while the context is stopped.
				throw new WalClosedException("The log in " + this.options.directory()
						+ " is closed, because its application context is stopped. It opens when the context starts "
						+ "again.");
			}
			log = this.opener.get();
			if (this.recoveredLsn == null) {
				this.recoveredLsn = log.recoveryReport().lastLsn();
			}
			this.phase = Phase.OPEN;
			this.delegate = log;
			return log;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void close(Phase next) {
		this.lock.lock();
		try {
			if (this.phase == Phase.CLOSED) {
				return;
			}
			this.phase = next;
			LocalWriteAheadLog log = this.delegate;
			if (log == null) {
				return;
			}
			try {
				log.close();
			}
			finally {
				this.closedStatus = log.status();
				this.closedLocalStatus = log.localStatus();
				this.delegate = null;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close() {
		close(Phase.CLOSED);
	}

	@Override
	public WalStatus status() {
		LocalWriteAheadLog log = this.delegate;
		return (log != null) ? log.status() : this.closedStatus;
	}

	@Override
	public LocalStatus localStatus() {
		LocalWriteAheadLog log = this.delegate;
		return (log != null) ? log.localStatus() : this.closedLocalStatus;
	}

	@Override
	public WalOptions options() {
		return this.options;
	}

	@Override
	public Lsn append(int type, byte[] payload) {
		return log().append(type, payload);
	}

	@Override
	public Lsn append(int type, ByteBuffer payload) {
		return log().append(type, payload);
	}

	@Override
	public Lsn append(int type, byte[] payload, SyncPolicy policy) {
		return log().append(type, payload, policy);
	}

	@Override
	public Lsn append(int type, ByteBuffer payload, SyncPolicy policy) {
		return log().append(type, payload, policy);
	}

	@Override
	public LsnRange appendAll(WalBatch batch) {
		return log().appendAll(batch);
	}

	@Override
	public LsnRange appendAll(WalBatch batch, SyncPolicy policy) {
		return log().appendAll(batch, policy);
	}

	@Override
	public CompletableFuture<LsnRange> appendAllAsync(WalBatch batch) {
		return log().appendAllAsync(batch);
	}

	@Override
	public CompletableFuture<Lsn> appendAsync(int type, byte[] payload) {
		return log().appendAsync(type, payload);
	}

	@Override
	public CompletableFuture<Lsn> appendAsync(int type, ByteBuffer payload) {
		return log().appendAsync(type, payload);
	}

	@Override
	public Lsn flush() {
		return log().flush();
	}

	@Override
	public Lsn sync() {
		return log().sync();
	}

	@Override
	public boolean rotate() {
		return log().rotate();
	}

	@Override
	public long acknowledgeLoss() {
		return log().acknowledgeLoss();
	}

	@Override
	public WalFollower follow(Lsn from) {
		return log().follow(from);
	}

	@Override
	public WalSubscription subscribe(Lsn from, WalRecordListener listener) {
		return log().subscribe(from, listener);
	}

	@Override
	public Lsn checkpoint(Lsn lsn) {
		return log().checkpoint(lsn);
	}

	@Override
	public Lsn reset(Lsn fence) {
		return log().reset(fence);
	}

	@Override
	public WalReader read(Lsn from) {
		return log().read(from);
	}

	@Override
	public Lsn firstLsn() {
		return log().firstLsn();
	}

	@Override
	public Lsn lastLsn() {
		return log().lastLsn();
	}

	@Override
	public Lsn durableLsn() {
		return log().durableLsn();
	}

	@Override
	public Lsn checkpointLsn() {
		return log().checkpointLsn();
	}

	@Override
	public List<SegmentInfo> segments() {
		return log().segments();
	}

	@Override
	public int segmentCount() {
		return log().segmentCount();
	}

	@Override
	public long sizeOnDisk() {
		return log().sizeOnDisk();
	}

	@Override
	public TailState tailState() {
		return log().tailState();
	}

	@Override
	public RecoveryReport recoveryReport() {
		return log().recoveryReport();
	}

	@Override
	public LocalRecovery localRecovery() {
		return log().localRecovery();
	}

	@Override
	public String toString() {
		return "ManagedWriteAheadLog[" + this.options.directory() + ", " + this.phase + "]";
	}

	private enum Phase {

		NEW, OPEN, SUSPENDED, CLOSED

	}

}
