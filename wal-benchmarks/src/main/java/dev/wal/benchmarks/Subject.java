// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.Closeable;
import java.nio.file.Path;

/**
 * Something that appends can be measured on: the log, the floor below it, or a peer.
 */
interface Subject {

	/**
	 * Return the name that the subject has in tables and plots.
	 */
	String name();

	/**
	 * Open a new, empty one.
	 * @param directory exists and is empty
	 * @param payloadSize the size of every record that will be appended
	 * @throws UnsupportedOperationException if this machine or file system cannot do it
	 */
	Log open(Path directory, int payloadSize) throws Exception;

	/**
	 * An opened subject.
	 */
	interface Log extends Closeable {

		/**
		 * Append a record. On return it is as durable as the subject makes it: on the
		 * disk, unless the workload says otherwise.
		 */
		void append(byte[] payload) throws Exception;

		/**
		 * Make durable what appends left to be forced later.
		 */
		default void sync() throws Exception {
			// Appends are durable already.
		}

		/**
		 * Return what the subject itself counted so far.
		 */
		default Counts counts() {
			return Counts.NONE;
		}

	}

	/**
	 * What a subject counts by itself, NaN where it does not.
	 *
	 * @param forces the number of forces
	 * @param written the number of bytes written to the log
	 * @param payload the number of payload bytes in them
	 */
	record Counts(double forces, double written, double payload) {

		static final Counts NONE = new Counts(Double.NaN, Double.NaN, Double.NaN);

	}

}
