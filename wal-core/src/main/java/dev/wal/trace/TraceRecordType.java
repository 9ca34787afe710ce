// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

/**
 * What a record of the journal says. The number of each is its {@link #code()} in the
 * encoded record, for ever.
 */
public enum TraceRecordType {

	/**
	 * A trace begins.
	 */
	TRACE_START(0),

	/**
	 * A node begins to run.
	 */
	NODE_START(1),

	/**
	 * A node has completed, and where its output is.
	 */
	NODE_DONE(2),

	/**
	 * A run of a node has failed; the trace goes on, and may run it again.
	 */
	NODE_ERROR(3),

	/**
	 * The trace has completed.
	 */
	TRACE_COMPLETE(4),

	/**
	 * The trace was given up.
	 */
	TRACE_FAILED(5),

	/**
	 * The trace waits at a node for something from outside.
	 */
	TRACE_SUSPENDED(6),

	/**
	 * The trace goes on.
	 */
	TRACE_RESUMED(7),

	/**
	 * A mark that belongs to no trace.
	 */
	CHECKPOINT(8),

	/**
	 * A loop at a node begins an iteration.
	 */
	LOOP_ITERATION(9),

	/**
	 * A loop at a node ends.
	 */
	LOOP_EXIT(10);

	private static final TraceRecordType[] TYPES = values();

	private final int code;

	TraceRecordType(int code) {
		this.code = code;
	}

	/**
	 * Return the number that stands for this type.
	 * @return a number from 0 to 10
	 */
	public int code() {
		return this.code;
	}

	/**
	 * Return the type with a number.
	 * @param code the number
	 * @return the type
	 * @throws TraceFormatException if there is none
	 */
	public static TraceRecordType of(int code) {
		for (TraceRecordType type : TYPES) {
			if (type.code == code) {
				return type;
			}
		}
		throw new TraceFormatException("there is no record type " + code);
	}

}
