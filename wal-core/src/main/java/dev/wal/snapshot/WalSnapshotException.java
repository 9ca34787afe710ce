// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.nio.file.Path;
import java.util.List;

import dev.wal.WalException;

/**
 * The state cannot be rebuilt: no intact snapshot and the log make up all of it. Nothing
 * was lost that was there, and no file was deleted; a start that went on would act as if
 * records had never been appended.
 */
public class WalSnapshotException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient List<Path> files;

	/**
	 * Create an exception.
	 * @param message what is missing, and what to do
	 * @param files the snapshots concerned, the damaged ones among them
	 */
	public WalSnapshotException(String message, List<Path> files) {
		super(message);
		this.files = List.copyOf(files);
	}

	/**
	 * Return the snapshots concerned.
	 * @return the files, empty if there never was any
	 */
	public List<Path> files() {
		return this.files;
	}

}
