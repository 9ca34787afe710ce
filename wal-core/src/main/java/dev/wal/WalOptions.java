// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The settings of a log in files, validated. Built by {@link WalBuilder}, where each is
 * described.
 *
 * @param log the settings that every engine has
 * @param files the settings that only files have
 */
public record WalOptions(LogSettings log, FileSettings files) {

	/**
	 * Check that both are there.
	 */
	public WalOptions {
		Objects.requireNonNull(log, "log must not be null");
		Objects.requireNonNull(files, "files must not be null");
	}

	/**
	 * Return where the log is.
	 * @return the directory
	 */
	public Path directory() {
		return this.files.directory();
	}

}
