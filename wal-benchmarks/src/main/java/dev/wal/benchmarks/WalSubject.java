// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

import dev.wal.LocalWriteAheadLog;
import dev.wal.WalBuilder;
import dev.wal.WalStatistics;
import dev.wal.WriteAheadLog;
import org.jspecify.annotations.Nullable;

/**
 * The log, with default settings unless the workload is about one of them.
 */
final class WalSubject implements Subject {

	private static final long CHECKPOINT_MILLIS = 100;

	private final String name;

	private final UnaryOperator<WalBuilder> settings;

	private final boolean checkpointing;

	private WalSubject(String name, UnaryOperator<WalBuilder> settings, boolean checkpointing) {
		this.name = name;
		this.settings = settings;
		this.checkpointing = checkpointing;
	}

	/**
	 * The log as it is opened without a word about settings.
	 */
	static WalSubject withDefaults() {
		return with("wal", UnaryOperator.identity());
	}

	static WalSubject with(String name, UnaryOperator<WalBuilder> settings) {
		return new WalSubject(name, settings, false);
	}

	/**
	 * A log whose application keeps up: it takes a checkpoint ten times a second, so that
	 * segments are deleted, or used again, during the measurement.
	 */
	static WalSubject checkpointed() {
		return new WalSubject("wal-checkpointed", UnaryOperator.identity(), true);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public WalLog open(Path directory, int payloadSize) {
		return new WalLog(this.settings.apply(WriteAheadLog.builder(directory)).open(), this.checkpointing);
	}

	/**
	 * An opened log.
	 */
	static final class WalLog implements Log {

		private final LocalWriteAheadLog wal;

		private final @Nullable PeriodicTask checkpoints;

		WalLog(LocalWriteAheadLog wal, boolean checkpointing) {
			this.wal = wal;
			this.checkpoints = checkpointing
					? new PeriodicTask(CHECKPOINT_MILLIS, () -> wal.checkpoint(wal.durableLsn())) : null;
		}

		LocalWriteAheadLog wal() {
			return this.wal;
		}

		@Override
		public void append(byte[] payload) {
			this.wal.append(payload);
		}

		@Override
		public void sync() {
			this.wal.sync();
		}

		@Override
		public Counts counts() {
			WalStatistics statistics = this.wal.status().statistics();
			return new Counts(statistics.forces(), statistics.writtenBytes(), statistics.appendedBytes());
		}

		@Override
		public void close() throws IOException {
			if (this.checkpoints != null) {
				this.checkpoints.close();
			}
			this.wal.close();
		}

	}

}
