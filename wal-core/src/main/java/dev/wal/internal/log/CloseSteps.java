// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.wal.WalIoException;
import org.jspecify.annotations.Nullable;

/**
 * The steps of closing a log. Every step is taken, even after another one failed; then
 * the first failure is reported.
 */
final class CloseSteps {

	private final List<Closeable> steps = new ArrayList<>();

	void add(Closeable step) {
		this.steps.add(step);
	}

	/**
	 * Take all steps in the order in which they were added.
	 * @param directory the directory of the log, for messages
	 * @throws WalIoException if a step failed with an {@link IOException}
	 */
	void run(Path directory) {
		RuntimeException failure = null;
		for (Closeable step : this.steps) {
			try {
				step.close();
			}
			catch (IOException ex) {
				failure = keep(failure, new WalIoException("close the log in", directory, ex));
			}
			catch (RuntimeException ex) {
				failure = keep(failure, ex);
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	private static RuntimeException keep(@Nullable RuntimeException first, RuntimeException next) {
		if (first == null) {
			return next;
		}
		first.addSuppressed(next);
		return first;
	}

}
