// SPDX-License-Identifier: Apache-2.0
/**
 * Takes over the records of four older logs.
 */
module dev.wal.migrate {

	requires transitive dev.wal;
	requires static transitive org.jspecify;
	requires static tools.jackson.core;

	exports dev.wal.migrate;

}
