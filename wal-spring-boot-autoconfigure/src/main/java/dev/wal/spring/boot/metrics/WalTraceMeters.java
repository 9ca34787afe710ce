package dev.wal.spring.boot.metrics;

/**
 * The names of the meters of the trace journal, part of the API as those of
 * {@link WalMeters} are. Each meter has the tag {@link WalMeters#TAG_WAL}. Counters begin
 * at zero when the application starts.
 */
public final class WalTraceMeters {

	/** Tag of {@link #NODE}: the name of the trace, {@code none} if it has none. */
	public static final String TAG_NAME = "name";

	/** Tag of {@link #NODE}: the number of the node. */
	public static final String TAG_NODE = "node";

	/** Tag of {@link #NODE}: {@code completed} or {@code failed}. */
	public static final String TAG_OUTCOME = "outcome";

	/** Counter: traces begun. */
	public static final String STARTED = "wal.trace.started";

	/** Counter: traces completed. */
	public static final String COMPLETED = "wal.trace.completed";

	/** Counter: traces given up. */
	public static final String FAILED = "wal.trace.failed";

	/** Gauge: traces that did not end, those that are suspended included. */
	public static final String INCOMPLETE = "wal.trace.incomplete";

	/** Gauge: traces that wait for something from outside. */
	public static final String SUSPENDED = "wal.trace.suspended";

	/**
	 * Time gauge: how long ago the oldest trace began that did not end, 0 if there is
	 * none. It holds back the deletion of segments.
	 */
	public static final String OLDEST_AGE = "wal.trace.oldest.age";

	/**
	 * Timer: how long nodes took that were run by {@link dev.wal.trace.Trace}, without
	 * the writing of their records.
	 */
	public static final String NODE = "wal.trace.node";

	private WalTraceMeters() {
	}

}
