// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalBatch;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Replays a log that lies in the page cache, through the public API.
 */
@State(Scope.Benchmark)
public class ReplayBenchmark {

	private static final int BATCH = 64;

	private static final int BATCHES = 2000;

	private LocalWriteAheadLog wal = WriteAheadLog.temporary().open();

	/**
	 * Write the log.
	 */
	@Setup
	public void fill() {
		WalBatch batch = new WalBatch();
		for (int i = 0; i < BATCH; i++) {
			batch.add(Load.payload(AppendWorkload.PAYLOAD));
		}
		for (int i = 0; i < BATCHES; i++) {
			this.wal.appendAll(batch);
		}
		// Only what is durable is read.
		this.wal.sync();
	}

	/**
	 * Delete the log.
	 */
	@TearDown
	public void delete() {
		this.wal.close();
	}

	/**
	 * Read every record.
	 */
	@Benchmark
	@OperationsPerInvocation(BATCH * BATCHES)
	public void replay(Blackhole blackhole) {
		try (WalReader reader = this.wal.read(Lsn.FIRST)) {
			for (WalRecord record : reader) {
				blackhole.consume(record);
			}
		}
	}

}
