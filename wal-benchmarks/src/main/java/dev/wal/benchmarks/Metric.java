// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

/**
 * What is measured. Counts are per append or record, so that cells of different speed can
 * be compared.
 */
enum Metric {

	/** Appends or records per second. */
	RATE("/s"),

	/** The median latency in microseconds. */
	P50("us"),

	/** The latency in microseconds that 1 append in 100 exceeds. */
	P99("us"),

	/** The latency in microseconds that 1 append in 1,000 exceeds. */
	P999("us"),

	/** The highest latency in microseconds. */
	MAX("us"),

	/** Payload in megabytes per second. */
	THROUGHPUT("MB/s"),

	/**
	 * Java heap allocated per append by all threads but the one that measures, or per
	 * record by the one that reads.
	 */
	ALLOCATED("B/op"),

	/** Processor time of this process, per append. */
	CPU("us/op"),

	/** Forces that the subject itself counted, per append. */
	FORCES("forces/op"),

	/**
	 * Cache flushes that the block device counted, those of other processes included, per
	 * append.
	 */
	FLUSHES("flushes/op"),

	/**
	 * Bytes that the block device counted as written, those of other processes included,
	 * per append.
	 */
	DEVICE_BYTES("device B/op"),

	/** Bytes written to the log per byte of payload. */
	AMPLIFICATION("log B/B"),

	/** The time to open a log in a new JVM, from the first line of its main method on. */
	OPEN("ms open"),

	/** The time to open a log in a new JVM and append one durable record. */
	OPEN_APPEND("ms open+append");

	private final String unit;

	Metric(String unit) {
		this.unit = unit;
	}

	String unit() {
		return this.unit;
	}

}
