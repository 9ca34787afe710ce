// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.zip.CRC32C;

import com.sun.management.ThreadMXBean;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from its first record to its last, over and over, from the page cache. Two
 * logs of the same records: one that concurrent appends left, with many records to a
 * block, and one that a lone buffered writer left. The floor reads the files of the first
 * one in large pieces and computes one checksum over all, without looking at any record.
 */
final class ReplayWorkload implements Workload {

	private static final String NAME = "replay";

	private static final double RECORDS = 10e6;

	private static final int PIECE = 1 << 20;

	private final Settings settings;

	private @Nullable Path grouped;

	private @Nullable Path buffered;

	ReplayWorkload(Settings settings) {
		this.settings = settings;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public String description() {
		return "replay, 256 B, page cache warm, checksums verified";
	}

	@Override
	public void prepare(Path directory) throws Exception {
		byte[] payload = Load.payload(AppendWorkload.PAYLOAD);
		Path grouped = directory.resolve("grouped");
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(grouped).open()) {
			Load.Pipeline pipeline = new Load.Pipeline(wal, AppendWorkload.IN_FLIGHT);
			for (int i = 0; i < this.settings.replayRecords(); i++) {
				pipeline.append(payload);
			}
			pipeline.complete();
		}
		Path buffered = directory.resolve("buffered");
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(buffered)
			.syncPolicy(SyncPolicy.interval(Duration.ofMillis(BufferedFloor.INTERVAL_MILLIS)))
			.open()) {
			for (int i = 0; i < this.settings.replayRecords(); i++) {
				wal.append(payload);
			}
		}
		this.grouped = grouped;
		this.buffered = buffered;
	}

	@Override
	public double prepareSeconds() {
		return this.settings.replayRecords() / 200_000.0;
	}

	@Override
	public List<Cell> cells() {
		return List.of(
				new Cell("floor", this.settings.cellSeconds(),
						(directory) -> measure(() -> readFiles(prepared(this.grouped)))),
				new Cell("wal", this.settings.cellSeconds(),
						(directory) -> replay(prepared(this.grouped), this::iterate)),
				new Cell("wal, of a lone buffered writer", this.settings.cellSeconds(),
						(directory) -> replay(prepared(this.buffered), this::iterate)),
				new Cell("wal, visitor", this.settings.cellSeconds(),
						(directory) -> replay(prepared(this.grouped), this::visit)),
				new Cell("wal, visitor, of a lone buffered writer", this.settings.cellSeconds(),
						(directory) -> replay(prepared(this.buffered), this::visit)));
	}

	private static Path prepared(@Nullable Path directory) {
		if (directory == null) {
			throw new IllegalStateException("There is no log to replay");
		}
		return directory;
	}

	private Measurement replay(Path directory, ToLongFunction<LocalWriteAheadLog> replay) throws Exception {
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(directory).open()) {
			return measure(() -> replay.applyAsLong(wal));
		}
	}

	private long iterate(LocalWriteAheadLog wal) {
		long records = 0;
		long sum = 0;
		try (WalReader reader = wal.read(Lsn.FIRST)) {
			for (WalRecord record : reader) {
				records++;
				sum += record.payload().get(0);
			}
		}
		checkAll(records);
		return sum;
	}

	private long visit(LocalWriteAheadLog wal) {
		long[] sum = new long[1];
		try (WalReader reader = wal.read(Lsn.FIRST)) {
			checkAll(reader
				.visitRemaining((lsn, type, timestamp, payload) -> sum[0] += payload.get(payload.position())));
		}
		return sum[0];
	}

	private void checkAll(long records) {
		if (records != this.settings.replayRecords()) {
			throw new IllegalStateException("Read " + records + " of " + this.settings.replayRecords() + " records");
		}
	}

	private static long readFiles(Path directory) throws IOException {
		ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
		CRC32C checksum = new CRC32C();
		for (Path file : Logs.segments(directory)) {
			try (FileChannel channel = FileChannel.open(file)) {
				while (channel.read(buffer.clear()) > 0) {
					checksum.update(buffer.flip());
				}
			}
		}
		return checksum.getValue();
	}

	private Measurement measure(Pass pass) throws Exception {
		repeat(pass, this.settings.warmUp());
		long allocated = allocatedBytes();
		long began = System.nanoTime();
		long records = repeat(pass, this.settings.measure()) * this.settings.replayRecords();
		double seconds = (System.nanoTime() - began) / 1e9;
		double rate = records / seconds;
		return new Measurement().with(Metric.RATE, rate)
			.with(Metric.THROUGHPUT, rate * AppendWorkload.PAYLOAD / 1e6)
			.with(Metric.ALLOCATED, (double) (allocatedBytes() - allocated) / records);
	}

	/**
	 * Return how much this thread, the one that reads, has allocated.
	 */
	private static long allocatedBytes() {
		return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
	}

	private static long repeat(Pass pass, Duration duration) throws Exception {
		long deadline = System.nanoTime() + duration.toNanos();
		long expected = pass.run();
		long passes = 1;
		do {
			if (pass.run() != expected) {
				throw new IllegalStateException("The same log was read differently");
			}
			passes++;
		}
		while (System.nanoTime() - deadline < 0);
		return passes;
	}

	@Override
	public List<Row> rows(Results results) {
		return List.of(
				Row.atLeast("replay, warm, group-committed log: records/s", results.series(NAME, "wal", Metric.RATE),
						"/s", RECORDS),
				Row.atLeast("replay, warm, log of a lone buffered writer: records/s",
						results.series(NAME, "wal, of a lone buffered writer", Metric.RATE), "/s", RECORDS),
				Row.atLeast("replay with a visitor, warm, group-committed log: records/s",
						results.series(NAME, "wal, visitor", Metric.RATE), "/s", RECORDS),
				Row.atLeast("replay with a visitor, warm, log of a lone buffered writer: records/s",
						results.series(NAME, "wal, visitor, of a lone buffered writer", Metric.RATE), "/s", RECORDS),
				Row.atMost("replay with a visitor: heap per record",
						results.series(NAME, "wal, visitor, of a lone buffered writer", Metric.ALLOCATED), "B", 1));
	}

	/**
	 * Reads everything once.
	 */
	@FunctionalInterface
	private interface Pass {

		/**
		 * Read.
		 * @return a sum over what was read, so that no compiler leaves the reading out
		 */
		long run() throws Exception;

	}

}
