package dev.wal.spring.boot.metrics;

/**
 * The names of all meters. They are part of the API: dashboards and alerts depend on
 * them. Each meter has the tag {@link #TAG_WAL} with the name of the log's bean. Counters
 * begin at zero when the log is opened.
 */
public final class WalMeters {

	/** Tag: the name of the bean of the log. */
	public static final String TAG_WAL = "wal";

	/** Tag of {@link #STATE}: the state in lower case. */
	public static final String TAG_STATE = "state";

	/** Timer: how long calls that appended took, the wait for the force included. */
	public static final String APPEND = "wal.append";

	/** Timer: how long forces of segment data took. */
	public static final String FORCE = "wal.force";

	/** Distribution summary: how many records one group commit wrote. */
	public static final String BATCH_RECORDS = "wal.batch.records";

	/** Counter: records appended. */
	public static final String RECORDS = "wal.records";

	/** Counter, in bytes: payloads appended. */
	public static final String BYTES = "wal.bytes";

	/** Counter, in bytes: what was written to segments, headers included. */
	public static final String BYTES_WRITTEN = "wal.bytes.written";

	/** Counter: new segments begun. */
	public static final String ROTATIONS = "wal.rotations";

	/** Counter: segments deleted after checkpoints. */
	public static final String SEGMENTS_DELETED = "wal.segments.deleted";

	/** Counter: appends refused because the disk is full or too much is in flight. */
	public static final String REJECTIONS = "wal.rejections";

	/** Counter: writes and forces that failed. */
	public static final String FAILURES = "wal.failures";

	/**
	 * Timer: how long snapshots took that were written, since the application started.
	 */
	public static final String SNAPSHOT = "wal.snapshot";

	/** Counter: snapshots that failed, since the application was started. */
	public static final String SNAPSHOT_FAILURES = "wal.snapshot.failures";

	/**
	 * Time gauge: how old the newest snapshot is. Not a number if there is none.
	 */
	public static final String SNAPSHOT_AGE = "wal.snapshot.age";

	/** Gauge, in bytes: the newest snapshot. */
	public static final String SNAPSHOT_SIZE = "wal.snapshot.size";

	/** Gauge: snapshots that are kept. */
	public static final String SNAPSHOTS = "wal.snapshots";

	/** Gauge: damaged snapshots that were set aside. */
	public static final String SNAPSHOTS_DAMAGED = "wal.snapshots.damaged";

	/** Gauge: the LSN of the newest snapshot. */
	public static final String LSN_SNAPSHOT = "wal.lsn.snapshot";

	/**
	 * Gauge: segments kept beyond the retention limits, because they are above the
	 * checkpoint or a reader needs them.
	 */
	public static final String RETENTION_EXCESS = "wal.retention.excess";

	/** Counter: checkpoints that failed, since the application was started. */
	public static final String CHECKPOINT_FAILURES = "wal.checkpoint.failures";

	/** Gauge: segments with records, the active one included. */
	public static final String SEGMENTS = "wal.segments";

	/** Gauge, in bytes: all segment files, preallocated space included. */
	public static final String SIZE = "wal.size";

	/** Gauge: the LSN of the last record written. */
	public static final String LSN_LAST = "wal.lsn.last";

	/** Gauge: the LSN up to which every record is on the disk. */
	public static final String LSN_DURABLE = "wal.lsn.durable";

	/** Gauge: the LSN of the last checkpoint. */
	public static final String LSN_CHECKPOINT = "wal.lsn.checkpoint";

	/** Gauge: records written that are not on the disk. */
	public static final String DURABLE_GAP = "wal.durable.gap";

	/** Time gauge: for how long the oldest record has been written but not forced. */
	public static final String OLDEST_UNSYNCED = "wal.oldest.unsynced";

	/** Gauge: durable records above the last checkpoint. */
	public static final String CHECKPOINT_LAG = "wal.checkpoint.lag";

	/**
	 * Time gauge: how long ago the application was last asked how far it is, with
	 * success. Not a number if it never was.
	 */
	public static final String CHECKPOINT_AGE = "wal.checkpoint.age";

	/** Gauge, in bytes: what is free on the disk of the log. Not a number if unknown. */
	public static final String DISK_USABLE = "wal.disk.usable";

	/** Gauge: readers and followers that hold back the deletion of segments. */
	public static final String READERS = "wal.readers";

	/** Counter: how often listeners threw, since the context was last started. */
	public static final String LISTENER_FAILURES = "wal.listener.failures";

	/** Gauge: durable records that the listener furthest behind has yet to be given. */
	public static final String LISTENER_LAG = "wal.listener.lag";

	/** Time gauge: how long opening the log took. */
	public static final String RECOVERY_DURATION = "wal.recovery.duration";

	/** Gauge: records that opening the log verified. */
	public static final String RECOVERY_RECORDS = "wal.recovery.records";

	/** Gauge, in bytes: what opening the log cut off its end. */
	public static final String RECOVERY_TORN = "wal.recovery.torn";

	/** Gauge: places where opening the log found acknowledged data damaged. */
	public static final String RECOVERY_DAMAGE = "wal.recovery.damage";

	/** Gauge, one for each state: 1 for the state that the log is in, 0 for others. */
	public static final String STATE = "wal.state";

	private WalMeters() {
	}

}
