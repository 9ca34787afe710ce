// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * The directory holds files of another write-ahead log, in a format that this one does
 * not continue. No byte was changed.
 */
public class WalLegacyLayoutException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path file;

	private final String layout;

	/**
	 * Create an exception.
	 * @param file the first such file
	 * @param layout the name of the log that writes such files
	 */
	public WalLegacyLayoutException(Path file, String layout) {
		this(file, layout, null);
	}

	/**
	 * Create an exception.
	 * @param file the first such file
	 * @param layout the name of the log that writes such files
	 * @param segment a segment of this log beside it, or {@code null} if there is none
	 */
	public WalLegacyLayoutException(Path file, String layout, @Nullable Path segment) {
		super(file + " is a file of a " + layout + " log, which cannot be continued in place"
				+ ((segment != null) ? ", beside " + segment + " of this one" : "") + ". Nothing was changed."
				+ " Open this log in a new directory. 'wal import SOURCE TARGET' copies the records of the older one.");
		this.file = file;
		this.layout = layout;
	}

	/**
	 * Return the file that was found.
	 * @return the file
	 */
	public Path file() {
		return this.file;
	}

	/**
	 * Return the name of the log that writes such files.
	 * @return the layout
	 */
	public String layout() {
		return this.layout;
	}

}
