package dev.wal.spring.workflow;

import dev.wal.trace.TraceRecoveryReport;

/**
 * Published when the traces that earlier runs have left open were recovered, also if
 * there were none, before the application is ready for traffic.
 *
 * @param report what was done about each
 */
public record WalTracesRecoveredEvent(TraceRecoveryReport report) {
}
