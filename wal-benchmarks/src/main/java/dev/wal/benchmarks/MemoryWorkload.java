// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.util.Collection;
import java.util.List;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What never touches the disk, measured by JMH: each turn of each benchmark is a JVM of
 * its own.
 */
final class MemoryWorkload implements Workload {

	private static final int ITERATIONS = 3;

	private static final List<String> BENCHMARKS = List.of("BlockBenchmark.copy", "BlockBenchmark.encode",
			"BlockBenchmark.checksum", "BlockBenchmark.decode", "ReplayBenchmark.replay");

	private final Settings settings;

	MemoryWorkload(Settings settings) {
		this.settings = settings;
	}

	@Override
	public String name() {
		return "memory";
	}

	@Override
	public String description() {
		return "in memory (JMH): records of 256 B, 64 to a block; copy is the floor";
	}

	@Override
	public List<Cell> cells() {
		double seconds = 2 * this.settings.measure().toMillis() / 1000.0 + 2;
		return BENCHMARKS.stream().map((name) -> new Cell(name, seconds, (directory) -> run(name))).toList();
	}

	private Measurement run(String name) throws RunnerException {
		TimeValue time = TimeValue.milliseconds(this.settings.measure().toMillis() / ITERATIONS);
		// Other runs on this machine are the user's business.
		System.setProperty("jmh.ignoreLock", "true");
		Collection<RunResult> results = new Runner(new OptionsBuilder().include("\\." + name.replace(".", "\\.") + "$")
			.forks(1)
			.warmupIterations(ITERATIONS)
			.warmupTime(time)
			.measurementIterations(ITERATIONS)
			.measurementTime(time)
			.verbosity(VerboseMode.SILENT)
			.build()).run();
		double rate = results.iterator().next().getPrimaryResult().getScore();
		return new Measurement().with(Metric.RATE, rate).with(Metric.THROUGHPUT, rate * AppendWorkload.PAYLOAD / 1e6);
	}

}
