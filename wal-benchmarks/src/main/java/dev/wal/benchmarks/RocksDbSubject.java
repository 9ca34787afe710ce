// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * RocksDB with {@link WriteOptions#setSync}, keys in ascending order, its own group
 * commit, and a memtable so large that nothing is flushed or compacted during a run: its
 * log is measured, not its tree.
 */
final class RocksDbSubject implements Subject {

	private static final long MEMTABLE = 2L << 30;

	@Override
	public String name() {
		return "rocksdb";
	}

	@Override
	public Log open(Path directory, int payloadSize) throws RocksDBException {
		RocksDB.loadLibrary();
		Options options = new Options().setCreateIfMissing(true)
			.setWriteBufferSize(MEMTABLE)
			.setDisableAutoCompactions(true)
			.setAvoidFlushDuringShutdown(true)
			.setEnablePipelinedWrite(true);
		return new Store(RocksDB.open(options, directory.toString()), options);
	}

	private static final class Store implements Log {

		private final RocksDB db;

		private final Options options;

		private final WriteOptions sync = new WriteOptions().setSync(true);

		private final AtomicLong ids = new AtomicLong();

		private final ThreadLocal<ByteBuffer> keys = ThreadLocal.withInitial(() -> ByteBuffer.allocate(Long.BYTES));

		Store(RocksDB db, Options options) {
			this.db = db;
			this.options = options;
		}

		@Override
		public void append(byte[] payload) throws RocksDBException {
			byte[] key = this.keys.get().putLong(0, this.ids.incrementAndGet()).array();
			this.db.put(this.sync, key, payload);
		}

		@Override
		public void close() {
			this.db.close();
			this.sync.close();
			this.options.close();
		}

	}

}
