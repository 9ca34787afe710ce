// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.io.IOException;
import java.nio.file.Path;

import dev.wal.LocalWalView;
import dev.wal.LocalWriteAheadLog;
import dev.wal.WalBackend;
import dev.wal.WalException;
import dev.wal.WalOptions;
import dev.wal.internal.io.DiskStorage;

/**
 * The engine that keeps a log in the files of one directory.
 */
public final class FileBackend implements WalBackend<LocalWriteAheadLog> {

	static final String NAME = "local";

	private final WalOptions options;

	public FileBackend(WalOptions options) {
		this.options = options;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public String location() {
		return this.options.directory().toString();
	}

	@Override
	public LocalWriteAheadLog open() {
		return LogOpener.open(this.options,
				DiskStorage.shared(this.options.directory(), this.options.files().permissions()));
	}

	@Override
	public LocalWalView openReadOnly() {
		return ReadOnlyLog.open(new DiskStorage(this.options.directory()), this.options);
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
