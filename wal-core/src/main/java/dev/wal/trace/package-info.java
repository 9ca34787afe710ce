// SPDX-License-Identifier: Apache-2.0
/**
 * A durable journal of workflow executions on the log: {@link dev.wal.trace.TraceJournal}
 * writes what happens to each execution, called a trace, and after a restart
 * {@link dev.wal.trace.TraceRecovery} tells which ones did not end and where they stood.
 */
@NullMarked
package dev.wal.trace;

import org.jspecify.annotations.NullMarked;
