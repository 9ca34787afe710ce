// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

/**
 * All counters at one moment. What happened between two of these is what a cell cost.
 */
final class Gauges {

	private static final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory
		.getOperatingSystemMXBean();

	private final long nanos;

	private final double flushes;

	private final double deviceBytes;

	private final long processorNanos;

	private final Subject.Counts counts;

	private final Map<Long, Long> allocated = new HashMap<>();

	private Gauges(Device device, Subject.Counts counts) {
		this.flushes = device.flushes();
		this.deviceBytes = device.bytesWritten();
		this.counts = counts;
		this.processorNanos = system.getProcessCpuTime();
		long[] ids = threads.getAllThreadIds();
		long[] bytes = threads.getThreadAllocatedBytes(ids);
		for (int i = 0; i < ids.length; i++) {
			this.allocated.put(ids[i], bytes[i]);
		}
		// What measuring allocates is not the subject's.
		this.allocated.remove(Thread.currentThread().getId());
		this.nanos = System.nanoTime();
	}

	static Gauges take(Device device, Subject.Log log) {
		return new Gauges(device, log.counts());
	}

	Subject.Counts counts() {
		return this.counts;
	}

	double seconds(Gauges end) {
		return (end.nanos - this.nanos) / 1e9;
	}

	/**
	 * Return what was spent since, for each of a number of appends.
	 */
	Measurement spent(Gauges end, long appends) {
		return new Measurement().with(Metric.ALLOCATED, (double) allocatedUntil(end) / appends)
			.with(Metric.CPU, (end.processorNanos - this.processorNanos) / 1e3 / appends)
			.with(Metric.FORCES, (end.counts.forces() - this.counts.forces()) / appends)
			.with(Metric.FLUSHES, (end.flushes - this.flushes) / appends)
			.with(Metric.DEVICE_BYTES, (end.deviceBytes - this.deviceBytes) / appends)
			.with(Metric.AMPLIFICATION, amplificationUntil(end));
	}

	/**
	 * On a disk so slow that all of the few records measured were written before, take
	 * all that was ever written.
	 */
	private double amplificationUntil(Gauges end) {
		double payload = end.counts.payload() - this.counts.payload();
		return (payload > 0) ? (end.counts.written() - this.counts.written()) / payload
				: end.counts.written() / end.counts.payload();
	}

	/**
	 * Sum up over the threads that live at both moments: those of the harness and those
	 * of the subject do.
	 */
	private long allocatedUntil(Gauges end) {
		long sum = 0;
		for (Map.Entry<Long, Long> thread : this.allocated.entrySet()) {
			sum += end.allocated.getOrDefault(thread.getKey(), thread.getValue()) - thread.getValue();
		}
		return sum;
	}

}
