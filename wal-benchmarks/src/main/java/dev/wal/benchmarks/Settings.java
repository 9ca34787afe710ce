// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How much to measure, and where.
 *
 * @param directory where files are written; on the disk to be measured
 * @param output where the results go
 * @param turns how often every cell is measured
 * @param warmUp how long a cell runs before it is measured
 * @param measure how long a cell is measured
 * @param peers whether other logs run beside this one
 * @param only the names of the workloads to run, all if empty
 * @param floorBytes the size of the file that a floor writes to, start to end and over
 * again
 * @param bufferedFloorBytes the same for the floor that forces only now and then
 * @param replayRecords the number of records to replay
 * @param openBytes the payload in the log to open
 * @param growthBytes the payload in the logs that cost growth is measured with, the
 * smallest first
 */
record Settings(Path directory, Path output, int turns, Duration warmUp, Duration measure, boolean peers,
		List<String> only, long floorBytes, long bufferedFloorBytes, int replayRecords, long openBytes,
		List<Long> growthBytes) {

	static final long MIB = 1L << 20;

	static final long GIB = 1L << 30;

	Settings {
		if (turns < 1) {
			throw new IllegalArgumentException("There must be at least 1 turn, not " + turns);
		}
		only = List.copyOf(only);
		growthBytes = List.copyOf(growthBytes);
	}

	/**
	 * Figures to publish: below a quarter of an hour.
	 */
	static Settings full(Path directory, Path output) {
		return new Settings(directory, output, 5, Duration.ofMillis(300), Duration.ofMillis(1000), true, List.of(),
				64 * MIB, 512 * MIB, 1_000_000, GIB, List.of(GIB, 10 * GIB));
	}

	/**
	 * A first look: below three minutes.
	 */
	static Settings quick(Path directory, Path output) {
		return new Settings(directory, output, 3, Duration.ofMillis(150), Duration.ofMillis(350), true, List.of(),
				32 * MIB, 256 * MIB, 500_000, GIB / 4, List.of(GIB / 4, GIB));
	}

	Settings withTurns(int turns) {
		return new Settings(this.directory, this.output, turns, this.warmUp, this.measure, this.peers, this.only,
				this.floorBytes, this.bufferedFloorBytes, this.replayRecords, this.openBytes, this.growthBytes);
	}

	Settings withPeers(boolean peers) {
		return new Settings(this.directory, this.output, this.turns, this.warmUp, this.measure, peers, this.only,
				this.floorBytes, this.bufferedFloorBytes, this.replayRecords, this.openBytes, this.growthBytes);
	}

	Settings withOnly(List<String> only) {
		return new Settings(this.directory, this.output, this.turns, this.warmUp, this.measure, this.peers, only,
				this.floorBytes, this.bufferedFloorBytes, this.replayRecords, this.openBytes, this.growthBytes);
	}

	Settings withGrowth(List<Long> growthBytes) {
		return new Settings(this.directory, this.output, this.turns, this.warmUp, this.measure, this.peers, this.only,
				this.floorBytes, this.bufferedFloorBytes, this.replayRecords, this.openBytes, growthBytes);
	}

	/**
	 * Return how long one turn of a cell takes, opening and deleting included.
	 */
	double cellSeconds() {
		return this.warmUp.plus(this.measure).toMillis() / 1000.0 + 0.3;
	}

	/**
	 * Write a number of bytes as people do.
	 */
	static String size(long bytes) {
		if (bytes % GIB == 0) {
			return bytes / GIB + " GiB";
		}
		return (bytes % MIB == 0) ? bytes / MIB + " MiB" : bytes + " B";
	}

}
