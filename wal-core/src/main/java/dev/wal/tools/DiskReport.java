// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link DiskCheck} found.
 *
 * @param directory the directory
 * @param fileSystem the type of its file system, such as {@code ext4}
 * @param device the block device below the file system, or {@code null} if the operating
 * system names none
 * @param latencies how long a write with its force takes, a row for each way to do it
 * @param flushes the flushes that reached the device, or {@code null} if it does not
 * count them
 * @param findings what the figures mean; those against the disk come first
 */
public record DiskReport(Path directory, String fileSystem, @Nullable Device device, List<Latency> latencies,
		@Nullable Flushes flushes, List<Finding> findings) {

	/**
	 * Create a report.
	 */
	public DiskReport {
		latencies = List.copyOf(latencies);
		findings = List.copyOf(findings);
	}

	/**
	 * Return whether no problem was found. Only a real power cut could prove that the
	 * disk keeps what it acknowledges.
	 * @return {@code true} if no finding speaks against the disk
	 */
	public boolean isTrusted() {
		return this.findings.stream().noneMatch(Finding::critical);
	}

	/**
	 * A block device.
	 *
	 * @param name its name, such as {@code nvme0n1}
	 * @param writeCache its cache as the kernel names it: {@code write back}, which must
	 * be flushed, or {@code write through}, which need not; {@code null} if unknown
	 */
	public record Device(String name, @Nullable String writeCache) {
	}

	/**
	 * How long one way to write and force took.
	 *
	 * @param way the way, in words
	 * @param count how often it was tried
	 * @param p50 the median
	 * @param p99 what 99 of 100 did not exceed
	 */
	public record Latency(String way, int count, Duration p50, Duration p99) {
	}

	/**
	 * The flushes that a device counted while a file was forced as the log forces it.
	 * Those of other processes are included.
	 *
	 * @param count the number of flushes
	 * @param forces the number of forces
	 */
	public record Flushes(long count, int forces) {
	}

	/**
	 * A finding.
	 *
	 * @param critical whether it means that a force protects nothing here
	 * @param sentence the finding, for an operator
	 */
	public record Finding(boolean critical, String sentence) {
	}

}
