// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.checkpoint;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the failures of a task that runs again and again: each kind once with its stack
 * trace, and the success that ends them. Not thread-safe.
 */
final class TaskLog {

	private static final Logger logger = LoggerFactory.getLogger(WalCheckpointTask.class);

	private final String task;

	private final String meaning;

	private @Nullable String kind;

	private long failures;

	/**
	 * Create a log.
	 * @param task the name of the task, as the beginning of a sentence
	 * @param meaning what a failure means, as a sentence
	 */
	TaskLog(String task, String meaning) {
		this.task = task;
		this.meaning = meaning;
	}

	void failed(RuntimeException ex) {
		this.failures++;
		String kind = ex.getClass().getName() + ": " + ex.getMessage();
		if (kind.equals(this.kind)) {
			logger.debug("{} failed again, for the {}. time", this.task, this.failures, ex);
			return;
		}
		this.kind = kind;
		logger.warn("{} failed; retrying at the next interval. {} The same failure is not logged again", this.task,
				this.meaning, ex);
	}

	void succeeded() {
		if (this.failures > 0) {
			logger.info("{} succeeded again after {} failure(s)", this.task, this.failures);
			this.failures = 0;
			this.kind = null;
		}
	}

}
