// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of the attempts that a task has made so far. A value: it does not change
 * when the task makes another attempt.
 *
 * @param failureCount the number of attempts that failed since the application was
 * started
 * @param lastFailure why the last attempt failed, or {@code null} if it did not fail
 * @param failingSince when the first of the attempts failed that have failed without one
 * between them that did not, or {@code null} if the last attempt did not fail
 * @param lastSuccess when an attempt last succeeded, or {@code null} if none has since
 * the application was started
 */
public record WalTaskReport(long failureCount, @Nullable Throwable lastFailure, @Nullable Instant failingSince,
		@Nullable Instant lastSuccess) {

	/**
	 * The report of a task that has not made an attempt.
	 */
	public static final WalTaskReport NONE = new WalTaskReport(0, null, null, null);

}
