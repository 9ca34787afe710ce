// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What to do about a trace that did not end.
 */
public sealed interface RecoveryAction {

	/**
	 * Decide by the rules of the journal: a suspended trace keeps waiting; if nodes were
	 * running, those are run again; else it continues after the node that completed last;
	 * else it begins again.
	 * @param trace where the trace stands
	 * @return the action
	 */
	static RecoveryAction of(TraceState trace) {
		if (trace.isSuspended()) {
			return new AwaitResume(trace.suspendedAt().getAsLong(), trace.suspensionMetadata());
		}
		if (!trace.startedNodes().isEmpty()) {
			return new RetryNodes(trace.startedNodes().keySet());
		}
		if (trace.lastCompletedNode().isPresent()) {
			return new ResumeFrom(trace.lastCompletedNode().getAsLong());
		}
		return new Restart();
	}

	/**
	 * Let it wait for what it waits for.
	 *
	 * @param node the node at which it waits
	 * @param metadata what it was suspended with, or {@code null}
	 */
	record AwaitResume(long node, @Nullable String metadata) implements RecoveryAction {
	}

	/**
	 * Run the nodes again that had begun and not ended. They may have done some or all of
	 * their work.
	 *
	 * @param nodes the nodes
	 */
	record RetryNodes(Set<Long> nodes) implements RecoveryAction {

		/**
		 * Create an action.
		 * @param nodes the nodes
		 */
		public RetryNodes {
			nodes = Set.copyOf(nodes);
		}

	}

	/**
	 * Continue after the node that completed last.
	 *
	 * @param lastCompletedNode that node, which is not run again
	 */
	record ResumeFrom(long lastCompletedNode) implements RecoveryAction {
	}

	/**
	 * Begin with the first node: none had begun that did not fail.
	 */
	record Restart() implements RecoveryAction {
	}

	/**
	 * Give the trace up: it is written to the journal as failed.
	 *
	 * @param reason why
	 */
	record Skip(String reason) implements RecoveryAction {
	}

}
