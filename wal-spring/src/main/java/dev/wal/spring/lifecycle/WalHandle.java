// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.lifecycle;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import dev.wal.LocalStatus;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalClosedException;
import dev.wal.WalOptions;
import dev.wal.WalState;
import dev.wal.WalStatistics;
import dev.wal.WalStatus;
import org.jspecify.annotations.Nullable;

/**
 * Opens, suspends and closes a log. Creating it opens no file: the log opens when
 * {@link WalLifecycle} starts, or when its {@link #view() view} is first used before
 * that. It can be suspended and reopened until it is closed.
 * <p>
 * A bean of its own, so that the bean of the log may be wrapped, spied on or replaced: a
 * log whose bean is no view on the handle is never opened.
 */
public final class WalHandle implements AutoCloseable {

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

	public WalHandle(WalOptions options, Supplier<LocalWriteAheadLog> opener) {
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
	 * Return the log as a bean of the application. The first call of it that needs an
	 * open log opens it.
	 * @return a view on this handle, which gives it when it is unwrapped
	 */
	public LocalWriteAheadLog view() {
		return new ManagedWriteAheadLog(this);
	}

	WalOptions options() {
		return this.options;
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

	/**
	 * Return the open log. Opens it if it was never open.
	 * @throws WalClosedException if it was closed or suspended
	 */
	LocalWriteAheadLog log() {
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

	/**
	 * Close the log, if it is open. It cannot be opened again.
	 */
	@Override
	public void close() {
		close(Phase.CLOSED);
	}

	WalStatus status() {
		LocalWriteAheadLog log = this.delegate;
		return (log != null) ? log.status() : this.closedStatus;
	}

	LocalStatus localStatus() {
		LocalWriteAheadLog log = this.delegate;
		return (log != null) ? log.localStatus() : this.closedLocalStatus;
	}

	@Override
	public String toString() {
		return "WalHandle[" + this.options.directory() + ", " + this.phase + "]";
	}

	private enum Phase {

		NEW, OPEN, SUSPENDED, CLOSED

	}

}
