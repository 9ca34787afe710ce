/**
 * A crash-safe, segmented write-ahead log for one node.
 */
module dev.wal {

	requires org.slf4j;
	requires static transitive org.jspecify;
	requires static tools.jackson.core;

	exports dev.wal;
	exports dev.wal.legacy;
	exports dev.wal.trace;

}
