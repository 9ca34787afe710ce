package dev.wal;

/**
 * How much of the log is verified when it is opened. The newest segment always is,
 * completely; a record is verified again whenever it is read.
 */
public enum RecoveryScan {

	/**
	 * Verify how the segments are chained, not what older ones contain. Opening costs as
	 * much as the newest segment.
	 */
	HEADERS,

	/**
	 * Verify every segment that holds records above the checkpoint.
	 */
	SINCE_CHECKPOINT,

	/**
	 * Verify every segment.
	 */
	FULL

}
