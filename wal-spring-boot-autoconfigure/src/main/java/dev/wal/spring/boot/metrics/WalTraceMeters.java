// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.metrics;

/**
 * The names of the meters of the trace journal. They are part of the API, like those of
 * {@link WalMeters}. Each meter has the tag {@link WalMeters#TAG_WAL}. Counters start at
 * zero when the application starts.
 */
public final class WalTraceMeters {

	/** Tag of {@link #NODE}: the name of the trace, {@code none} if it has none. */
	public static final String TAG_NAME = "name";

	/** Tag of {@link #NODE}: the number of the node. */
	public static final String TAG_NODE = "node";

	/** Tag of {@link #NODE}: {@code completed} or {@code failed}. */
	public static final String TAG_OUTCOME = "outcome";

	/** Counter: started traces. */
	public static final String STARTED = "wal.trace.started";

	/** Counter: completed traces. */
	public static final String COMPLETED = "wal.trace.completed";

	/** Counter: traces that were given up. */
	public static final String FAILED = "wal.trace.failed";

	/** Gauge: open traces, including suspended ones. */
	public static final String INCOMPLETE = "wal.trace.incomplete";

	/** Gauge: traces that wait for an external event. */
	public static final String SUSPENDED = "wal.trace.suspended";

	/**
	 * Time gauge: the age of the oldest open trace, 0 if there is none. Segments with
	 * records of open traces are not deleted.
	 */
	public static final String OLDEST_AGE = "wal.trace.oldest.age";

	/**
	 * Timer: the time of the nodes that {@link dev.wal.trace.Trace} ran, without the time
	 * to write their records.
	 */
	public static final String NODE = "wal.trace.node";

	private WalTraceMeters() {
	}

}
