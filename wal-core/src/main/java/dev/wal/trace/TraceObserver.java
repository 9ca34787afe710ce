// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import dev.wal.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * Receives what a {@link TraceJournal} does, on the thread that does it. Must be quick
 * and thread-safe; what it throws is logged and changes nothing.
 */
public interface TraceObserver {

	/**
	 * A record was written: an append of it has returned.
	 * @param lsn its LSN
	 * @param entry the record
	 */
	default void written(Lsn lsn, TraceRecord entry) {
	}

	/**
	 * A node was run by {@link Trace#run} or {@link Trace#call}.
	 * @param name the name of its trace, or {@code null}
	 * @param nodeId the node
	 * @param completed whether it completed; else it failed
	 * @param nanos how long the step took, without the writing of its records
	 */
	default void nodeRan(@Nullable String name, long nodeId, boolean completed, long nanos) {
	}

}
