// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.metrics;

/**
 * The names of the meters of a log. They are part of the API, because dashboards and
 * alerts depend on them. Each meter has the tag {@link #TAG_WAL} with the bean name of
 * the log. Counters start at zero when the log is opened.
 */
public final class WalMeters {

	/** Tag: the bean name of the log. */
	public static final String TAG_WAL = "wal";

	/** Tag of {@link #STATE}: the state in lower case. */
	public static final String TAG_STATE = "state";

	/**
	 * Tag of {@link #REJECTIONS}: {@code disk-full}, {@code overloaded} (too many bytes
	 * are in flight) or {@code no-segment} (the next segment cannot be created).
	 */
	public static final String TAG_REASON = "reason";

	/** Timer: the time of append calls, including the wait for the force. */
	public static final String APPEND = "wal.append";

	/** Timer: the time of forces of segment data. */
	public static final String FORCE = "wal.force";

	/** Distribution summary: the number of records in a group commit. */
	public static final String BATCH_RECORDS = "wal.batch.records";

	/** Counter: appended records. */
	public static final String RECORDS = "wal.records";

	/** Counter, in bytes: payloads of appended records. */
	public static final String BYTES = "wal.bytes";

	/** Counter, in bytes: all bytes written to segments, including headers. */
	public static final String BYTES_WRITTEN = "wal.bytes.written";

	/** Counter: new segments. */
	public static final String ROTATIONS = "wal.rotations";

	/** Counter: segments that checkpoints deleted. */
	public static final String SEGMENTS_DELETED = "wal.segments.deleted";

	/** Counter: rejected appends, with {@link #TAG_REASON}. */
	public static final String REJECTIONS = "wal.rejections";

	/** Counter: writes and forces that failed. */
	public static final String FAILURES = "wal.failures";

	/**
	 * Timer: the time of writing snapshots, since the application started.
	 */
	public static final String SNAPSHOT = "wal.snapshot";

	/**
	 * Counter: messages that were skipped because they could not be read, since the
	 * application started.
	 */
	public static final String TYPES_UNREADABLE = "wal.types.unreadable";

	/** Counter: failed snapshots, since the application started. */
	public static final String SNAPSHOT_FAILURES = "wal.snapshot.failures";

	/**
	 * Time gauge: the age of the newest snapshot, or, if there is none, the time since
	 * the application was started.
	 */
	public static final String SNAPSHOT_AGE = "wal.snapshot.age";

	/** Gauge, in bytes: the size of the newest snapshot. */
	public static final String SNAPSHOT_SIZE = "wal.snapshot.size";

	/** Gauge: kept snapshots. */
	public static final String SNAPSHOTS = "wal.snapshots";

	/** Gauge: damaged snapshots that are kept aside. */
	public static final String SNAPSHOTS_DAMAGED = "wal.snapshots.damaged";

	/** Gauge: the LSN of the newest snapshot. */
	public static final String LSN_SNAPSHOT = "wal.lsn.snapshot";

	/**
	 * Gauge: segments beyond the retention limits that cannot be deleted, because they
	 * have records above the checkpoint or a reader uses them.
	 */
	public static final String RETENTION_EXCESS = "wal.retention.excess";

	/**
	 * Gauge: readers and followers that keep released segments from being deleted, and
	 * have not moved for a minute.
	 */
	public static final String READERS_STALLED = "wal.readers.stalled";

	/** Counter: failed checkpoints, since the application started. */
	public static final String CHECKPOINT_FAILURES = "wal.checkpoint.failures";

	/** Gauge: segments with records, including the active one. */
	public static final String SEGMENTS = "wal.segments";

	/** Gauge, in bytes: the size of all segment files, including preallocated space. */
	public static final String SIZE = "wal.size";

	/** Gauge: the LSN of the last written record. */
	public static final String LSN_LAST = "wal.lsn.last";

	/** Gauge: the LSN up to which every record is on the disk. */
	public static final String LSN_DURABLE = "wal.lsn.durable";

	/** Gauge: the LSN of the last checkpoint. */
	public static final String LSN_CHECKPOINT = "wal.lsn.checkpoint";

	/** Gauge: records that are written but not forced. */
	public static final String DURABLE_GAP = "wal.durable.gap";

	/** Time gauge: the age of the oldest record that is written but not forced. */
	public static final String OLDEST_UNSYNCED = "wal.oldest.unsynced";

	/** Gauge: durable records above the last checkpoint. */
	public static final String CHECKPOINT_LAG = "wal.checkpoint.lag";

	/**
	 * Time gauge: the time since the checkpoint task last succeeded, or, if it never did,
	 * since the application was started.
	 */
	public static final String CHECKPOINT_AGE = "wal.checkpoint.age";

	/** Gauge, in bytes: the free space on the disk of the log. -1 if unknown. */
	public static final String DISK_USABLE = "wal.disk.usable";

	/** Gauge: open readers and followers. Segments that they use are not deleted. */
	public static final String READERS = "wal.readers";

	/** Counter: exceptions of listeners, since the context last started. */
	public static final String LISTENER_FAILURES = "wal.listener.failures";

	/** Gauge: durable records not yet delivered to the slowest listener. */
	public static final String LISTENER_LAG = "wal.listener.lag";

	/** Time gauge: the time that opening the log took. 0 if the log is not open. */
	public static final String RECOVERY_DURATION = "wal.recovery.duration";

	/**
	 * Gauge: records that were verified while the log was opened. 0 if the log is not
	 * open.
	 */
	public static final String RECOVERY_RECORDS = "wal.recovery.records";

	/**
	 * Gauge, in bytes: the size of the torn tail that was removed while the log was
	 * opened. 0 if the log is not open.
	 */
	public static final String RECOVERY_TORN = "wal.recovery.torn";

	/**
	 * Gauge: damaged places in acknowledged data, found while the log was opened. 0 if
	 * the log is not open.
	 */
	public static final String RECOVERY_DAMAGE = "wal.recovery.damage";

	/**
	 * Gauge: acknowledged records that the log gave up, now or at an earlier open,
	 * without anybody having acknowledged that.
	 */
	public static final String RECORDS_LOST = "wal.records.lost";

	/**
	 * Gauge, one for each state: 1 for the current state of the log, 0 for the others.
	 */
	public static final String STATE = "wal.state";

	private WalMeters() {
	}

}
