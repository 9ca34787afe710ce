// SPDX-License-Identifier: Apache-2.0
package dev.wal.register;

/**
 * A test, or a class of tests, with one of its tags.
 *
 * @param module the directory of its module
 * @param type the name of the class, with those around it
 * @param method the name of the method; empty if the class as a whole is tagged
 * @param tag the tag
 * @param seen whether the engine that runs the test sees the tag
 */
record TaggedTest(String module, String type, String method, String tag, boolean seen) {

	String name() {
		return this.module + " " + this.type + (this.method.isEmpty() ? "" : "." + this.method);
	}

}
