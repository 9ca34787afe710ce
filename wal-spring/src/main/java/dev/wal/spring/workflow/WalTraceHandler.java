package dev.wal.spring.workflow;

import dev.wal.trace.TraceRecoveryHandler;
import dev.wal.trace.TraceState;

/**
 * Takes up traces that an earlier run of the application has left open. Beans of this
 * type are asked in their order; the first one that supports a trace recovers it. A trace
 * that none supports stays open, and is reported.
 * <p>
 * Called on one thread, after the replay and before the application is ready for traffic:
 * hand long work to an executor. A trace whose recovery throws stays open, and the next
 * start finds it again; the application starts nevertheless.
 */
@FunctionalInterface
public interface WalTraceHandler extends TraceRecoveryHandler {

	/**
	 * Return whether this handler is for a trace.
	 * @param trace where the trace stands
	 * @return for example whether its {@link TraceState#name() name} is that of the
	 * workflow that this handler runs
	 */
	default boolean supports(TraceState trace) {
		return true;
	}

}
