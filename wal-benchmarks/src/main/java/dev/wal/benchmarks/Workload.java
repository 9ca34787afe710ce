// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * Cells that are measured in turns, one after the other and back again, so that what the
 * machine does besides hits all of them alike, and what they show.
 */
interface Workload {

	/**
	 * Return the name that selects the workload on the command line.
	 */
	String name();

	/**
	 * Return what is done, as a heading.
	 */
	String description();

	/**
	 * Do what takes long and is needed once.
	 * @param directory exists, is empty, and is deleted after the last turn
	 */
	default void prepare(Path directory) throws Exception {
		// Most need nothing.
	}

	/**
	 * Return about how long preparing takes, in seconds.
	 */
	default double prepareSeconds() {
		return 0;
	}

	/**
	 * Return what is measured; the floor first.
	 */
	List<Cell> cells();

	/**
	 * Return what was to be shown.
	 */
	default List<Row> rows(Results results) {
		return List.of();
	}

}
