// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

import dev.wal.internal.format.BlockEncoder;
import dev.wal.internal.format.BlockHeader;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.segment.BlockReader;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The parts of an append and of a replay that only move memory. In this package, as the
 * engine shows none of them; on the class path that works.
 */
@NullMarked
@State(Scope.Benchmark)
public class BlockBenchmark {

	private static final int PAYLOAD = 256;

	private static final int RECORDS = 64;

	private static final long SALT = 0x5DEECE66DL;

	private final byte[] payload = new byte[PAYLOAD];

	private final ByteBuffer target = ByteBuffer.allocateDirect(RECORDS * PAYLOAD);

	private final BlockEncoder encoder = new BlockEncoder(RECORDS * (PAYLOAD + Format.RECORD_HEADER_SIZE));

	private final BlockHeader header = new BlockHeader();

	private final Checksum checksum = new Checksum();

	private final ByteBuffer block;

	private final BlockReader reader;

	/**
	 * Encode a block to read.
	 */
	public BlockBenchmark() {
		new Random(PAYLOAD).nextBytes(this.payload);
		ByteBuffer encoded = encode(this.encoder, this.payload, this.header, this.checksum);
		this.block = Format.directBuffer(encoded.remaining());
		this.block.put(encoded).flip();
		this.reader = new BlockReader(new MemoryFile(this.block), SALT,
				Format.SEGMENT_HEADER_SIZE + (long) this.block.limit());
	}

	/**
	 * Copy the payloads and do nothing else: the floor.
	 */
	@Benchmark
	@OperationsPerInvocation(RECORDS)
	public ByteBuffer copy() {
		this.target.clear();
		for (int i = 0; i < RECORDS; i++) {
			this.target.put(this.payload);
		}
		return this.target;
	}

	/**
	 * Put a block together, checksums included.
	 */
	@Benchmark
	@OperationsPerInvocation(RECORDS)
	public ByteBuffer encode() {
		return encode(this.encoder, this.payload, this.header, this.checksum);
	}

	private static ByteBuffer encode(BlockEncoder encoder, byte[] payload, BlockHeader header, Checksum checksum) {
		encoder.clear();
		for (int i = 0; i < RECORDS; i++) {
			encoder.add(0, payload);
		}
		header.firstLsn = 1;
		header.count = RECORDS;
		return encoder.finish(header, SALT, null, null, checksum);
	}

	/**
	 * Compute the checksum of a block.
	 */
	@Benchmark
	@OperationsPerInvocation(RECORDS)
	public int checksum() {
		return this.checksum.of(SALT, this.block, 0, this.block.limit());
	}

	/**
	 * Read a block and verify it, records still packed.
	 */
	@Benchmark
	@OperationsPerInvocation(RECORDS)
	public Object decode() throws IOException {
		this.reader.seek(Format.SEGMENT_HEADER_SIZE);
		BlockReader.Step step = this.reader.next();
		if (step != BlockReader.Step.BLOCK) {
			throw new IllegalStateException(this.reader.problem());
		}
		return step;
	}

	/**
	 * A segment of one block, without its header.
	 */
	private static final class MemoryFile implements StorageFile {

		private final ByteBuffer block;

		MemoryFile(ByteBuffer block) {
			this.block = block;
		}

		@Override
		public int read(ByteBuffer target, long position) {
			int from = Math.toIntExact(position - Format.SEGMENT_HEADER_SIZE);
			int count = Math.min(target.remaining(), this.block.limit() - from);
			if (count <= 0) {
				return -1;
			}
			target.put(this.block.slice(from, count));
			return count;
		}

		@Override
		public int write(ByteBuffer source, long position) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void force(boolean metadata) {
			throw new UnsupportedOperationException();
		}

		@Override
		public long size() {
			return Format.SEGMENT_HEADER_SIZE + (long) this.block.limit();
		}

		@Override
		public void truncate(long size) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void close() {
			// Memory.
		}

	}

}
