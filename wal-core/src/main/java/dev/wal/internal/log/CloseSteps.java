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
 * the first failure is reported. The steps are put together when the log is opened: to
 * take them allocates nothing.
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
		Throwable failure = null;
		for (int i = 0; i < this.steps.size(); i++) {
			try {
				this.steps.get(i).close();
			}
			catch (Throwable ex) {
				failure = keep(failure, ex);
			}
		}
		if (failure instanceof IOException ex) {
			throw new WalIoException("close the log in", directory, ex);
		}
		if (failure instanceof RuntimeException ex) {
			throw ex;
		}
		if (failure instanceof Error ex) {
			throw ex;
		}
	}

	private static Throwable keep(@Nullable Throwable first, Throwable next) {
		if (first == null || first == next) {
			return next;
		}
		try {
			first.addSuppressed(next);
		}
		catch (OutOfMemoryError ex) {
			// One of them is enough.
			return first;
		}
		return first;
	}

}
