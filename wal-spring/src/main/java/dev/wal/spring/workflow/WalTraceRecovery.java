package dev.wal.spring.workflow;

import dev.wal.trace.TraceRecoveryReport;
import org.jspecify.annotations.Nullable;

/**
 * What the start of the application did about traces that earlier runs had left open.
 */
@FunctionalInterface
public interface WalTraceRecovery {

	/**
	 * Return the report.
	 * @return the report, or {@code null} until the recovery is through
	 */
	@Nullable TraceRecoveryReport report();

}
