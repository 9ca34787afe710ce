// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import dev.wal.LocalWriteAheadLog;
import dev.wal.WriteAheadLog;

/**
 * Durable appends per second by 1, 16 and 64 writers, beside the floor of the same disk:
 * positional writes of the same size into a file of zeros, each forced. All take turns
 * several times in one directory; the medians count.
 * <p>
 * After {@code mvn -pl wal-core test-compile}, with slf4j-api on the class path:
 * {@code java -cp ... dev.wal.testing.process.ThroughputMain <directory> [turns] [seconds per turn]}.
 * Ends with status 1 if 16 writers get less than four times what one gets.
 */
final class ThroughputMain {

	private static final int PAYLOAD = 100;

	/** What the log writes for such a payload. */
	private static final int BLOCK = 168;

	private static final long FILE_SIZE = 64L << 20;

	private ThroughputMain() {
	}

	/**
	 * Measure.
	 * @param args see above
	 */
	public static void main(String[] args) throws Exception {
		Path directory = Path.of(args[0]);
		int turns = (args.length > 1) ? Integer.parseInt(args[1]) : 5;
		long nanos = (long) (((args.length > 2) ? Double.parseDouble(args[2]) : 2) * TimeUnit.SECONDS.toNanos(1));
		Map<String, List<Double>> results = new LinkedHashMap<>();
		Path zeros = Files.createTempFile(directory, "floor", ".dat");
		try (FileChannel floor = zeroFile(zeros);
				LocalWriteAheadLog log = WriteAheadLog.builder(directory.resolve("throughput-" + System.nanoTime()))
					.open()) {
			// Once for the compiler.
			floor(floor, nanos);
			append(log, 16, nanos);
			append(log, 1, nanos);
			for (int turn = 0; turn < turns; turn++) {
				add(results, "floor", floor(floor, nanos));
				add(results, "1 writer", append(log, 1, nanos));
				add(results, "16 writers", append(log, 16, nanos));
				add(results, "64 writers", append(log, 64, nanos));
				log.checkpoint(log.durableLsn());
			}
		}
		finally {
			Files.delete(zeros);
		}
		for (String name : results.keySet()) {
			System.out.printf("%-12s %9.0f durable appends/s (turns: %s)%n", name, median(results.get(name)),
					results.get(name).stream().map(Math::round).toList());
		}
		// Turn by turn, since whoever else uses the machine changes more than the log
		// does.
		System.out.printf("one writer is at %.2f of the floor%n", median(ratios(results, "1 writer", "floor")));
		System.out.printf("64 writers get %.1f times what one gets%n",
				median(ratios(results, "64 writers", "1 writer")));
		double ratio = median(ratios(results, "16 writers", "1 writer"));
		System.out.printf("16 writers get %.1f times what one gets, at least 4 are due%n", ratio);
		if (ratio < 4) {
			System.exit(1);
		}
	}

	private static List<Double> ratios(Map<String, List<Double>> results, String name, String base) {
		List<Double> ratios = new ArrayList<>();
		for (int turn = 0; turn < results.get(name).size(); turn++) {
			ratios.add(results.get(name).get(turn) / results.get(base).get(turn));
		}
		return ratios;
	}

	private static void add(Map<String, List<Double>> results, String name, double rate) {
		results.computeIfAbsent(name, (key) -> new ArrayList<>()).add(rate);
	}

	private static double median(List<Double> values) {
		return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
	}

	private static FileChannel zeroFile(Path file) throws IOException {
		FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
		for (long at = 0; at < FILE_SIZE; at += 1 << 20) {
			channel.write(ByteBuffer.allocate(1 << 20), at);
		}
		channel.force(true);
		return channel;
	}

	private static double floor(FileChannel channel, long nanos) throws IOException {
		ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
		long began = System.nanoTime();
		long count = 0;
		while (System.nanoTime() - began < nanos) {
			channel.write(block.clear(), (count * BLOCK) % (FILE_SIZE - BLOCK));
			channel.force(false);
			count++;
		}
		return rate(count, began);
	}

	private static double append(LocalWriteAheadLog log, int writers, long nanos) throws InterruptedException {
		LongAdder count = new LongAdder();
		List<Thread> threads = new ArrayList<>();
		long began = System.nanoTime();
		for (int i = 0; i < writers; i++) {
			Thread thread = new Thread(() -> {
				byte[] payload = new byte[PAYLOAD];
				while (System.nanoTime() - began < nanos) {
					log.append(payload);
					count.increment();
				}
			});
			threads.add(thread);
			thread.start();
		}
		for (Thread thread : threads) {
			thread.join();
		}
		return rate(count.sum(), began);
	}

	private static double rate(long count, long began) {
		return count * 1e9 / (System.nanoTime() - began);
	}

}
