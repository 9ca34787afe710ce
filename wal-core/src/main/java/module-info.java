// SPDX-License-Identifier: Apache-2.0
/**
 * A crash-safe, segmented write-ahead log for one node.
 */
module dev.wal {

	requires org.slf4j;
	requires static transitive org.jspecify;
	requires static com.github.luben.zstd_jni;
	requires static org.lz4.java;

	exports dev.wal;
	exports dev.wal.message;
	exports dev.wal.snapshot;
	exports dev.wal.tools;
	exports dev.wal.trace;

}
