/**
 * A crash-safe, segmented write-ahead log for one node.
 */
module dev.wal {

	requires org.slf4j;
	requires static transitive org.jspecify;

	exports dev.wal;
	exports dev.wal.trace;

}
