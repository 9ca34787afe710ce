// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What was done about the traces that did not end.
 *
 * @param outcomes one outcome for each of them, in the order in which they began
 * @param records the number of trace records that were read
 * @param orphanedRecords the number of those that belong to no trace whose start was seen
 */
public record TraceRecoveryReport(List<Outcome> outcomes, long records, long orphanedRecords) {

	/**
	 * Create a report.
	 * @param outcomes one outcome for each of them, in the order in which they began
	 * @param records the number of trace records that were read
	 * @param orphanedRecords the number of those that belong to no trace whose start was
	 * seen
	 */
	public TraceRecoveryReport {
		outcomes = List.copyOf(outcomes);
	}

	/**
	 * Return the traces that go on.
	 * @return the outcomes without those that wait, were given up or failed
	 */
	public List<Outcome> recovered() {
		return this.outcomes.stream()
			.filter((outcome) -> outcome.failure() == null && !(outcome.action() instanceof RecoveryAction.AwaitResume)
					&& !(outcome.action() instanceof RecoveryAction.Skip))
			.toList();
	}

	/**
	 * Return the traces that wait for something from outside.
	 * @return the outcomes of suspended traces
	 */
	public List<Outcome> awaiting() {
		return this.outcomes.stream()
			.filter((outcome) -> outcome.failure() == null && outcome.action() instanceof RecoveryAction.AwaitResume)
			.toList();
	}

	/**
	 * Return the traces that were given up.
	 * @return the outcomes, each with a {@link RecoveryAction.Skip} that has the reason
	 */
	public List<Outcome> skipped() {
		return this.outcomes.stream()
			.filter((outcome) -> outcome.failure() == null && outcome.action() instanceof RecoveryAction.Skip)
			.toList();
	}

	/**
	 * Return the traces whose recovery failed, and that are still incomplete.
	 * @return the outcomes, each with its failure
	 */
	public List<Outcome> failed() {
		return this.outcomes.stream().filter((outcome) -> outcome.failure() != null).toList();
	}

	/**
	 * What was done about one trace.
	 *
	 * @param trace where it stood
	 * @param action what was done
	 * @param failure what the handler threw, or {@code null}
	 */
	public record Outcome(TraceState trace, RecoveryAction action, @Nullable Exception failure) {
	}

}
