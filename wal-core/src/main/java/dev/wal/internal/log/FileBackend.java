// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.io.IOException;
import java.nio.file.Path;

import dev.wal.WalException;
import dev.wal.WalOptions;
import dev.wal.WalView;
import dev.wal.WriteAheadLog;
import dev.wal.internal.io.DiskStorage;

/**
 * The engine that keeps a log in the files of one directory.
 */
public final class FileBackend {

	private FileBackend() {
	}

	/**
	 * Open a log, creating it if there is none.
	 * @param options the settings
	 * @return the log
	 */
	public static WriteAheadLog open(WalOptions options) {
		return LogOpener.open(options, new DiskStorage(options.directory()));
	}

	/**
	 * Open a log for reading only.
	 * @param options the settings
	 * @return the log as it is now
	 */
	public static WalView openReadOnly(WalOptions options) {
		return ReadOnlyLog.open(new DiskStorage(options.directory()), options);
	}

	/**
	 * Create a directory for a temporary log.
	 * @return the directory, new and empty
	 */
	public static Path temporaryDirectory() {
		try {
			return DiskStorage.createTemporaryDirectory();
		}
		catch (IOException ex) {
			throw new WalException("Could not create a temporary directory: " + ex.getMessage(), ex);
		}
	}

}
