// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.workflow;

import dev.wal.trace.TraceRecoveryHandler;
import dev.wal.trace.TraceState;

/**
 * Continues traces that an earlier run of the application left open. Beans of this type
 * are asked in their order, and the first one that supports a trace recovers it. A trace
 * that no bean supports stays open and is reported.
 * <p>
 * Called on one thread, after the replay and before the application is ready for traffic.
 * Hand long work to an executor. If the recovery of a trace throws an exception, the
 * trace stays open and the next start finds it again; the application starts anyway.
 */
@FunctionalInterface
public interface WalTraceHandler extends TraceRecoveryHandler {

	/**
	 * Return whether this handler recovers a trace.
	 * @param trace the state of the trace
	 * @return {@code true} if it does, for example because the {@link TraceState#name()
	 * name} is that of its workflow
	 */
	default boolean supports(TraceState trace) {
		return true;
	}

}
