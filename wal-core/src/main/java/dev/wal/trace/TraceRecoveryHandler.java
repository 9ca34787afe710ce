// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

/**
 * Carries out what has to be done about traces that did not end.
 */
@FunctionalInterface
public interface TraceRecoveryHandler {

	/**
	 * Choose what is done about a trace. Is asked before {@link #recover}, and may say
	 * {@link RecoveryAction.Skip} if the trace cannot go on.
	 * @param trace where the trace stands
	 * @param proposed the action by the rules of the journal
	 * @return the action to take
	 */
	default RecoveryAction decide(TraceState trace, RecoveryAction proposed) {
		return proposed;
	}

	/**
	 * Carry out an action, any but {@link RecoveryAction.Skip}. For a trace that is to go
	 * on, its resumption was already written to the journal.
	 * @param trace where the trace stands
	 * @param action what to do
	 * @throws Exception if that fails; the trace stays incomplete, and the next recovery
	 * finds it again
	 */
	void recover(TraceState trace, RecoveryAction action) throws Exception;

}
