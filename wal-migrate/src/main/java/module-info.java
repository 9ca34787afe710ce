// SPDX-License-Identifier: Apache-2.0
/**
 * Imports the records of four older logs.
 */
module dev.wal.migrate {

	requires transitive dev.wal;
	requires static transitive org.jspecify;
	requires tools.jackson.core;

	exports dev.wal.migrate;

}
