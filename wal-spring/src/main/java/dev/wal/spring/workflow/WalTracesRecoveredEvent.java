// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.workflow;

import dev.wal.trace.TraceRecoveryReport;

/**
 * Published when the recovery of the traces that earlier runs left open has finished,
 * even if there were none, before the application is ready for traffic.
 *
 * @param report what the recovery did with each trace
 */
public record WalTracesRecoveredEvent(TraceRecoveryReport report) {
}
