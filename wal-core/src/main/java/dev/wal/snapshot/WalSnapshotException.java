// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.nio.file.Path;
import java.util.List;

import dev.wal.WalException;

/**
 * The state cannot be rebuilt: no intact snapshot together with the log contains all of
 * it. No file was deleted. A start that continued would act as if records had never been
 * appended.
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
