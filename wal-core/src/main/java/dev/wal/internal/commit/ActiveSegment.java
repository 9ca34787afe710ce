// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;

import dev.wal.Compression;
import dev.wal.WalOptions;
import dev.wal.internal.format.BlockCodec;
import dev.wal.internal.format.BlockCompressor;
import dev.wal.internal.format.BlockHeader;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.StorageFullException;
import dev.wal.internal.segment.DurableEnd;
import dev.wal.internal.segment.Preallocator;
import dev.wal.internal.segment.RecoveredLog;
import dev.wal.internal.segment.SegmentCreationException;
import dev.wal.internal.segment.SegmentList;
import dev.wal.internal.segment.SegmentWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes blocks to the newest segment, rotates to the next one, and closes the log with a
 * block that says so. Guarded by the write lock of the {@link Committer}, except for
 * {@link #force(SegmentWriter)}.
 */
final class ActiveSegment {

	private static final Logger logger = LoggerFactory.getLogger(ActiveSegment.class);

	private final Clock clock;

	private final long segmentSize;

	private final SegmentList segments;

	private final Preallocator preallocator;

	private final CommitState state;

	private final Counters counters;

	private final Announcer announcer;

	private final Checksum checksum = new Checksum();

	private final BlockHeader header = new BlockHeader();

	private final @Nullable BlockCompressor compressor;

	/** Start and close blocks. Allocated now: there may be no memory for them later. */
	private final ByteBuffer extraBlock = Format.directBuffer(Format.START_BLOCK_SIZE);

	private final DurableEnd end;

	private SegmentWriter writer;

	/** Whether the last block of the log is a close block. */
	private boolean closed;

	ActiveSegment(WalOptions options, RecoveredLog recovered, SegmentList segments, Preallocator preallocator,
			CommitState state, Counters counters, Announcer announcer) {
		this.clock = options.log().clock();
		this.segmentSize = options.files().segmentSize();
		this.segments = segments;
		this.preallocator = preallocator;
		this.state = state;
		this.counters = counters;
		this.announcer = announcer;
		this.compressor = compressor(options.log().compression());
		this.end = recovered.control().end();
		this.writer = recovered.active();
		this.closed = recovered.endsClosed();
	}

	private static @Nullable BlockCompressor compressor(Compression compression) {
		if (compression == Compression.NONE) {
			return null;
		}
		return new BlockCompressor(BlockCodec.of(compression));
	}

	/**
	 * Return where it stands up to where the log is durable.
	 */
	DurableEnd end() {
		return this.end;
	}

	SegmentWriter writer() {
		return this.writer;
	}

	/**
	 * Return whether no record was written to the segment.
	 */
	boolean isEmpty() {
		return this.writer.segment().isEmpty();
	}

	/**
	 * Return whether a batch takes a rotation: it does not fit into the segment.
	 */
	boolean mustRotate(Batch batch) {
		return this.segmentSize > 0 && !isEmpty()
				&& this.writer.position() + batch.blockSize() + Format.CLOSE_BLOCK_SIZE > this.segmentSize;
	}

	/**
	 * Write a batch.
	 * @param rotate whether to go on to the next segment for it; everything written so
	 * far is durable then
	 * @throws StorageFullException if there is no space; nothing was written
	 * @throws SegmentCreationException if there is no next segment; nothing was written
	 * @throws IOException if the write failed
	 */
	void write(Batch batch, boolean rotate) throws IOException {
		SegmentWriter writer = rotate ? next() : this.writer;
		long firstLsn = this.state.writtenLsn() + 1;
		long lastLsn = firstLsn + batch.count() - 1;
		this.header.firstLsn = firstLsn;
		this.header.timestamp = now();
		this.header.durableLsn = this.state.durableLsn();
		ByteBuffer block = batch.finish(this.header, writer.segment().header().salt(), writer.pendingStart(),
				this.compressor, this.checksum);
		int bytes = block.remaining();
		Throwable uncompressed = (this.compressor != null) ? this.compressor.takeFailure() : null;
		if (uncompressed != null) {
			this.announcer.notCompressed(uncompressed);
		}
		long began = System.nanoTime();
		writer.write(block, lastLsn);
		this.closed = false;
		long nanos = System.nanoTime() - began;
		this.state.written(lastLsn, began);
		this.announcer.accepted(rotate);
		if (rotate) {
			activate(writer);
		}
		this.preallocator.appended(writer);
		this.counters.blocks.incrementAndGet();
		this.counters.appendedRecords.addAndGet(batch.count());
		this.counters.appendedBytes.addAndGet(batch.payloadBytes());
		this.counters.writtenBytes.addAndGet(bytes);
		this.announcer.written(batch.count(), bytes, nanos);
		batch.written(firstLsn);
	}

	/**
	 * Rotate without a record: write the start block of the next segment and force it.
	 * Everything written so far is durable.
	 * @throws StorageFullException if there is no space; nothing was written
	 * @throws SegmentCreationException if there is no next segment; nothing was written
	 * @throws IOException if the write or the force failed
	 */
	void rotate() throws IOException {
		SegmentWriter next = next();
		StartBlock start = next.pendingStart();
		ByteBuffer block = this.extraBlock.clear();
		if (start != null) {
			start.encode(block, 0, next.segment().header().salt(), now(), this.state.durableLsn(), this.checksum);
		}
		next.write(block, this.state.writtenLsn());
		this.closed = false;
		this.announcer.accepted(true);
		force(next);
		this.end.set(this.state.durableLsn(), next.segment(), next.position());
		activate(next);
	}

	private SegmentWriter next() throws IOException {
		SegmentWriter current = this.writer;
		long lastLsn = this.state.writtenLsn();
		SegmentWriter next = this.preallocator.next(current.segment());
		next.startWith(new StartBlock(lastLsn + 1, current.segment().number(), lastLsn, current.position()));
		return next;
	}

	private void activate(SegmentWriter next) {
		SegmentWriter last = this.writer;
		this.segments.add(next.segment());
		this.writer = next;
		this.preallocator.rotated(last, next);
		this.counters.rotations.incrementAndGet();
		this.announcer.rotated(last.segment(), next.segment());
	}

	/**
	 * Force a segment, and count that. Needs the force lock, not the write lock.
	 */
	void force(SegmentWriter writer) throws IOException {
		long records = this.state.writtenLsn() - this.state.durableLsn();
		long began = System.nanoTime();
		writer.force();
		long nanos = System.nanoTime() - began;
		this.counters.forces.incrementAndGet();
		this.counters.forceNanos.addAndGet(nanos);
		this.announcer.forced(nanos);
		if (nanos >= SlowForces.THRESHOLD) {
			this.announcer.slowForce(writer.segment(), nanos, records);
		}
	}

	/**
	 * Close the file.
	 * @param clean whether to write a close block first, which proves that even the last
	 * records were durable, and to truncate the unused end of the segment
	 */
	void close(boolean clean) throws IOException {
		try {
			if (clean) {
				boolean written = writeCloseBlock();
				this.writer.trim();
				this.end.set(this.state.durableLsn(), this.writer.segment(), this.writer.position());
				this.end.closed(written);
			}
		}
		finally {
			this.writer.close();
		}
	}

	/**
	 * Write the close block, and force it.
	 * @return whether the log ends with one now, or has no block at all
	 */
	private boolean writeCloseBlock() throws IOException {
		if (this.writer.pendingStart() != null || this.closed) {
			// Nothing was appended, ever or since the last close: nothing to prove.
			return true;
		}
		ByteBuffer block = this.extraBlock.clear().limit(Format.CLOSE_BLOCK_SIZE);
		BlockHeader close = this.header;
		close.kind = Format.KIND_CLOSE;
		close.codec = Format.CODEC_NONE;
		close.storedLength = 0;
		close.decodedLength = 0;
		close.count = 0;
		close.firstLsn = this.state.writtenLsn() + 1;
		close.timestamp = now();
		close.durableLsn = this.state.writtenLsn();
		close.encode(block, 0, this.writer.segment().header().salt(), this.checksum);
		try {
			this.writer.write(block, this.state.writtenLsn());
			force(this.writer);
			return true;
		}
		catch (StorageFullException ex) {
			logger.debug("No space for the block that marks the log as closed", ex);
			return false;
		}
	}

	private long now() {
		return Format.nanos(this.clock.instant());
	}

}
