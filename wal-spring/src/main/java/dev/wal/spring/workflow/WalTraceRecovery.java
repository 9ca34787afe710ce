// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.workflow;

import dev.wal.trace.TraceRecoveryReport;
import org.jspecify.annotations.Nullable;

/**
 * The recovery of the traces that earlier runs left open.
 */
@FunctionalInterface
public interface WalTraceRecovery {

	/**
	 * Return the report.
	 * @return the report, or {@code null} until the recovery has finished
	 */
	@Nullable TraceRecoveryReport report();

}
