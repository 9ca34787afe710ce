// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

/**
 * A page of the documentation that says what to do about a failed start.
 */
enum DocsPage {

	DAMAGED_LOG("how-to/damaged-log.md"),

	DOES_NOT_OPEN("how-to/log-does-not-open.md"),

	FULL_DISK("how-to/full-disk.md"),

	IMPORT("how-to/import-an-older-log.md"),

	LOG_FAILED("how-to/monitor.md"),

	PROPERTIES("reference/properties.md"),

	REPLAY("how-to/replay-and-checkpoints.md"),

	SIZE("how-to/size-and-tune.md"),

	SNAPSHOTS("how-to/snapshots.md"),

	STALE_LOCK("how-to/stale-lock.md"),

	TYPES("how-to/types-that-change.md");

	/** Where the documentation lies in the repository. */
	private static final String BASE = "docs/";

	private final String page;

	DocsPage(String page) {
		this.page = page;
	}

	/**
	 * Add the address of this page to an action.
	 * @param action what to do, as sentences
	 * @return the action with the address
	 */
	String addTo(String action) {
		return String.format("%s%n%nSee %s%s", action, BASE, this.page);
	}

}
