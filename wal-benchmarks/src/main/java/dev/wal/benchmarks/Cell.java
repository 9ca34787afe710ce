// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.nio.file.Path;

/**
 * One thing that is measured once in every turn of a workload.
 *
 * @param name the name, unique in its workload
 * @param seconds about how long a turn takes; for the progress line only
 * @param work measures
 */
record Cell(String name, double seconds, Work work) {

	/**
	 * Measures once.
	 */
	@FunctionalInterface
	interface Work {

		/**
		 * Measure once.
		 * @param directory exists, is empty, and is deleted afterwards
		 */
		Measurement run(Path directory) throws Exception;

	}

}
