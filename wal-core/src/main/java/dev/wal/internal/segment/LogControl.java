// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import dev.wal.Lsn;
import dev.wal.WalIoException;
import dev.wal.internal.format.Format;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the control file of an open log up to date: in the background after a rotation
 * and while records come, at once for a checkpoint and at the close. No append waits for
 * it. Thread-safe.
 */
public final class LogControl {

	private static final Logger logger = LoggerFactory.getLogger(LogControl.class);

	private static final long MIN_AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** How old an end may become while records are appended to the same segment. */
	private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(10);

	private final Path directory;

	private final ControlFile file;

	private final DurableEnd end;

	private final Clock clock;

	private volatile BooleanSupplier failed = () -> false;

	private volatile long written = System.nanoTime();

	private volatile @Nullable IOException problem;

	public LogControl(Path directory, ControlFile file, DurableEnd end, Clock clock) {
		this.directory = directory;
		this.file = file;
		this.end = end;
		this.clock = clock;
	}

	/**
	 * The log was opened.
	 * @param failed whether the log has failed, after which nothing is written
	 */
	public void begin(BooleanSupplier failed) {
		this.failed = failed;
	}

	/**
	 * Return up to where the log is durable, to be told by the thread that commits.
	 */
	public DurableEnd end() {
		return this.end;
	}

	public ControlRecord record() {
		return this.file.record();
	}

	/**
	 * Return why the last update failed, or {@code null} if it did not.
	 */
	public @Nullable String problem() {
		IOException problem = this.problem;
		return (problem != null)
				? new WalIoException("write", this.directory.resolve(SegmentName.CONTROL), problem).getMessage() : null;
	}

	/**
	 * Update the file if it is time to. Called now and then, by a thread that no append
	 * waits for.
	 */
	public void turn() {
		long age = System.nanoTime() - this.written;
		if (this.failed.getAsBoolean() || age < MIN_AGE_NANOS) {
			return;
		}
		ControlRecord.End stored = record().end();
		ControlRecord.End now = this.end.get();
		if (now.segment() != stored.segment() || (now.lsn() != stored.lsn() && age >= MAX_AGE_NANOS)
				|| this.problem != null) {
			try {
				update();
			}
			catch (IOException ex) {
				// Tried again at the next turn.
				logger.debug("Could not update the control file", ex);
			}
		}
	}

	/**
	 * Store up to where the log is durable now.
	 */
	public void update() throws IOException {
		update(record().checkpointLsn(), record().checkpointTime());
	}

	/**
	 * Store a checkpoint, durably, and up to where the log is durable now: what was
	 * stored before may lie in what the checkpoint releases.
	 */
	public void checkpoint(long lsn) throws IOException {
		update(lsn, Format.nanos(this.clock.instant()));
	}

	private void update(long checkpointLsn, long checkpointTime) throws IOException {
		write(() -> this.file.update((record) -> record.withEnd(this.end.get())
			.withCheckpoint(Math.max(checkpointLsn, record.checkpointLsn()),
					(checkpointLsn > record.checkpointLsn()) ? checkpointTime : record.checkpointTime())));
	}

	/**
	 * Note that somebody knows of the records that were given up.
	 * @return how many there were
	 * @throws WalIoException if that could not be stored
	 */
	public long acknowledgeLoss() {
		long records = record().loss().records();
		try {
			if (records > 0) {
				write(() -> this.file.update((record) -> record.withLoss(ControlRecord.Loss.NONE)));
			}
			return records;
		}
		catch (IOException ex) {
			throw new WalIoException("acknowledge the loss of", this.directory, ex);
		}
	}

	private void write(Update update) throws IOException {
		if (this.failed.getAsBoolean()) {
			throw new IOException("the log has failed");
		}
		try {
			update.run();
			this.written = System.nanoTime();
			if (this.problem != null) {
				this.problem = null;
				logger.info("The control file of {} can be written again", this.directory);
			}
		}
		catch (IOException ex) {
			if (this.problem == null) {
				logger.warn("Could not update the control file of {}. It still says what was durable before; no"
						+ " checkpoint deletes anything until it can be written", this.directory, ex);
			}
			this.problem = ex;
			throw ex;
		}
	}

	/**
	 * Close the files of the log, then note that it was closed, if it ends with a block
	 * that says so and nothing failed.
	 * @param files the other files of the log
	 */
	public void close(Closeable files) throws IOException {
		try (this.file) {
			files.close();
			if (this.end.isClosed() && !this.failed.getAsBoolean()) {
				noteClosed();
			}
		}
	}

	private void noteClosed() {
		try {
			this.file.update((record) -> record.closedAt(this.end.get()));
		}
		catch (IOException ex) {
			logger.warn(
					"Could not note in the control file of {} that the log was closed. Every record is on the disk;"
							+ " the next open cannot confirm that LSN {} is the last",
					this.directory, Lsn.of(this.end.get().lsn()), ex);
		}
	}

	/**
	 * A change of the file.
	 */
	@FunctionalInterface
	private interface Update {

		void run() throws IOException;

	}

}
