// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * What lies on the disk. All integers are little-endian;
 * {@code docs/reference/file-format.md} says why things are as they are.
 *
 * <pre>
 * directory
 *   wal.lock                        locked by the process that has the log open, names it
 *   wal.control                     says where the log ends, see ControlRecord
 *   wal-00000000000000000001.log    segments, numbered without gaps from 1
 *   wal-*.torn, wal-*.damaged       files in which recovery keeps what it took out
 *   *.new                           being created; means nothing
 *
 * segment = segment header, the same once more, block*, zeros
 *
 * segment header, written and forced before the file gets its name. It stands twice, at
 * 0 and at 4096, with the same bytes
 *      0  8   magic 8D 57 41 4C 0D 0A 1A 0A
 *      8  4   format version
 *     12  4   zero
 *     16 16   log id
 *     32  8   segment number
 *     40  8   salt, random
 *     48  8   time of creation, nanoseconds since the epoch
 *     56  2   length of the owner's name
 *     58 255  the owner's name, UTF-8, then zeros
 *    320  8   number of the segment before, 0 if there never was one
 *    328  8   salt of the segment before
 *    336  8   zeroed to: up to here the file had been forced as zeros by then
 *   4092  4   CRC-32C of all bytes before
 *
 * block, at a multiple of 8 = block header, body, zeros up to a multiple of 8
 *      0  4   magic "WBLK"
 *      4  1   kind: 1 data, 2 start of the segment, 3 close of the log
 *      5  1   codec of the body: 0 as it is, 1 LZ4 block, 2 Zstandard frame
 *      6  2   zero
 *      8  4   length of the body as stored
 *     12  4   length of the body as decoded
 *     16  8   LSN of the first record; in a block without records, of the next one
 *     24  4   number of records
 *     28  4   CRC-32C of salt, body and padding
 *     32  8   time of the write, nanoseconds since the epoch
 *     40  8   durable LSN: the highest LSN forced before this block was written
 *     48  4   zero
 *     52  4   CRC-32C of salt and all bytes of this header before
 *
 * body of a data block = record*
 *      0  4   length of the payload
 *      4  1   type
 *      5  n   payload
 *
 * body of a start block, always the first block of a segment
 *      0  8   number of the segment before, 0 if there never was one
 *      8  8   last LSN of the segment before
 *     16  8   offset at which the segment before ends
 *
 * body of a close block: empty
 * </pre>
 */
public final class Format {

	public static final int VERSION = 2;

	/**
	 * Size of one copy of the segment header.
	 */
	public static final int HEADER_COPY_SIZE = 4096;

	/**
	 * Size of both copies of the segment header: where the blocks begin.
	 */
	public static final int SEGMENT_HEADER_SIZE = 2 * HEADER_COPY_SIZE;

	public static final int BLOCK_HEADER_SIZE = 56;

	/**
	 * Size of the block that closes a log. Every segment has room for one.
	 */
	public static final int CLOSE_BLOCK_SIZE = BLOCK_HEADER_SIZE;

	public static final int RECORD_HEADER_SIZE = 5;

	public static final int START_BODY_SIZE = 24;

	public static final int START_BLOCK_SIZE = BLOCK_HEADER_SIZE + START_BODY_SIZE;

	public static final int BLOCK_MAGIC = 'W' | 'B' << 8 | 'L' << 16 | 'K' << 24;

	public static final byte KIND_DATA = 1;

	public static final byte KIND_START = 2;

	public static final byte KIND_CLOSE = 3;

	public static final byte CODEC_NONE = 0;

	public static final byte CODEC_LZ4 = 1;

	public static final byte CODEC_ZSTD = 2;

	/**
	 * No block is larger, so that a length can be checked before memory is allocated.
	 */
	public static final int MAX_BODY_SIZE = (1 << 30) - 4096;

	/**
	 * No compressed body is larger when it is decoded. Otherwise a few forged bytes could
	 * ask for any amount of memory.
	 */
	public static final int MAX_DECODED_SIZE = 64 << 20;

	/**
	 * No log that ends above this LSN is opened, so that LSNs cannot overflow. No log
	 * reaches it, so a file that says so is damaged or forged.
	 */
	public static final long MAX_LSN = Long.MAX_VALUE - (1L << 32);

	private Format() {
	}

	/**
	 * Return the size of the payloads of records.
	 * @param encoded the size of the records with their headers
	 * @param records how many there are
	 */
	public static int payloadSize(long encoded, int records) {
		return Math.toIntExact(encoded - (long) RECORD_HEADER_SIZE * records);
	}

	public static ByteBuffer buffer(int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
	}

	public static ByteBuffer directBuffer(int size) {
		return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
	}

	/**
	 * Round up to the alignment of blocks.
	 */
	public static int align(int size) {
		return (size + 7) & ~7;
	}

	public static boolean isZero(ByteBuffer buffer, int from, int to) {
		int index = from + zeros(buffer, from, to);
		if (index + Long.BYTES <= to) {
			return false;
		}
		for (; index < to; index++) {
			if (buffer.get(index) != 0) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Return how many bytes, in whole words of 8, are zero before one is not. Four words
	 * at once, since what is looked at is most often the unused half of a segment.
	 */
	public static int zeros(ByteBuffer buffer, int from, int to) {
		int index = from;
		while (index + 32 <= to && (buffer.getLong(index) | buffer.getLong(index + 8) | buffer.getLong(index + 16)
				| buffer.getLong(index + 24)) == 0) {
			index += 32;
		}
		while (index + 8 <= to && buffer.getLong(index) == 0) {
			index += 8;
		}
		return index - from;
	}

	/**
	 * Return a time as it stands on the disk.
	 * @return nanoseconds since the epoch
	 */
	public static long nanos(Instant instant) {
		return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
	}

}
