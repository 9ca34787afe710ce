// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.read;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import dev.wal.Lsn;
import dev.wal.WalClosedException;
import dev.wal.WalFollower;
import dev.wal.WalRecord;
import dev.wal.internal.thread.DurableSignal;
import org.jspecify.annotations.Nullable;

/**
 * Reads up to the durable LSN, and waits for it to rise.
 */
public final class SegmentedFollower implements WalFollower {

	/** More nanoseconds than anybody waits, and few enough to count with. */
	private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

	private final RecordCursor cursor;

	private final LongSupplier durableLsn;

	private final DurableSignal signal;

	private final BooleanSupplier logClosed;

	private final Consumer<RecordCursor> onClose;

	/** Keeps {@link #close()} from closing a file that is being read. */
	private final ReentrantLock reading = new ReentrantLock();

	private volatile long position;

	private volatile boolean closed;

	public SegmentedFollower(RecordCursor cursor, LongSupplier durableLsn, DurableSignal signal,
			BooleanSupplier logClosed, Consumer<RecordCursor> onClose) {
		this.cursor = cursor;
		this.durableLsn = durableLsn;
		this.signal = signal;
		this.logClosed = logClosed;
		this.onClose = onClose;
		this.position = cursor.position();
	}

	@Override
	public @Nullable WalRecord poll(Duration timeout) throws InterruptedException {
		long deadline = System.nanoTime() + bounded(timeout).toNanos();
		while (true) {
			WalRecord record = next();
			if (record != null) {
				return record;
			}
			boolean ready = this.signal.await(
					() -> this.closed || this.logClosed.getAsBoolean() || this.durableLsn.getAsLong() >= this.position,
					deadline - System.nanoTime());
			if (!ready) {
				return null;
			}
		}
	}

	private static Duration bounded(Duration timeout) {
		if (timeout.isNegative()) {
			return Duration.ZERO;
		}
		return (timeout.compareTo(LONGEST_WAIT) < 0) ? timeout : LONGEST_WAIT;
	}

	private @Nullable WalRecord next() {
		this.reading.lock();
		try {
			if (this.closed) {
				throw new WalClosedException("The follower is closed.");
			}
			if (this.logClosed.getAsBoolean()) {
				throw new WalClosedException("The log was closed while it was being read.");
			}
			WalRecord record = this.cursor.next(this.durableLsn.getAsLong());
			this.position = this.cursor.position();
			return record;
		}
		finally {
			this.reading.unlock();
		}
	}

	@Override
	public WalRecord take() throws InterruptedException {
		while (true) {
			WalRecord record = poll(Duration.ofDays(1));
			if (record != null) {
				return record;
			}
		}
	}

	@Override
	public Lsn position() {
		return Lsn.of(this.position);
	}

	@Override
	public void close() {
		this.reading.lock();
		try {
			if (this.closed) {
				return;
			}
			this.closed = true;
			this.onClose.accept(this.cursor);
		}
		finally {
			this.reading.unlock();
		}
		this.signal.advanced();
	}

}
