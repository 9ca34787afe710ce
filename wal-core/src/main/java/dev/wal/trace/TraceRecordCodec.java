// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32;

import org.jspecify.annotations.Nullable;

/**
 * The bytes of a record, little-endian but for the trace id: <pre>
 *  0   4  total length, itself included
 *  4   4  CRC-32 of what follows the node id
 *  8   1  type
 *  9  16  trace id, in the order of its text
 * 25   4  node id
 * 29   8  timestamp, in nanoseconds since the epoch
 * 37   8  offset of the output
 * 45   4  size of the output
 * 49   8  schema hash of the output
 * 57   4  iteration
 * 61 4+e  error: length and UTF-8; length 0 for none
 *    4+m  metadata: length and UTF-8; length 0 for none
 * </pre>
 * <p>
 * That the checksum leaves out the first fields does no harm in a log whose blocks have
 * checksums of their own.
 */
final class TraceRecordCodec {

	private static final int FIXED = 69;

	private static final int CRC_OFFSET = 4;

	private static final int CHECKED_OFFSET = 29;

	private TraceRecordCodec() {
	}

	static byte[] encode(TraceRecord entry) {
		byte[] error = utf8(entry.error());
		byte[] metadata = utf8(entry.metadata());
		int length = Math.addExact(Math.addExact(FIXED, error.length), metadata.length);
		ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
		bytes.putInt(length).putInt(0).put((byte) entry.type().code());
		bytes.order(ByteOrder.BIG_ENDIAN)
			.putLong(entry.traceId().getMostSignificantBits())
			.putLong(entry.traceId().getLeastSignificantBits());
		bytes.order(ByteOrder.LITTLE_ENDIAN)
			.putInt((int) entry.nodeId())
			.putLong(entry.timestampNanos())
			.putLong(entry.output().offset())
			.putInt((int) entry.output().size())
			.putLong(entry.output().schemaHash())
			.putInt((int) entry.iteration());
		bytes.putInt(error.length).put(error).putInt(metadata.length).put(metadata);
		bytes.putInt(CRC_OFFSET, crc(bytes, length));
		return bytes.array();
	}

	static TraceRecord decode(ByteBuffer payload, boolean strict) {
		ByteBuffer bytes = payload.slice().order(ByteOrder.LITTLE_ENDIAN);
		int available = bytes.remaining();
		if (available < FIXED) {
			throw new TraceFormatException(available + " bytes are fewer than the smallest record has");
		}
		long stated = Integer.toUnsignedLong(bytes.getInt());
		if (stated < FIXED || stated > available || (strict && stated != available)) {
			throw new TraceFormatException("it says that it has " + stated + " bytes, and " + available + " are there");
		}
		int length = (int) stated;
		bytes.limit(length);
		int storedCrc = bytes.getInt();
		TraceRecordType type = TraceRecordType.of(Byte.toUnsignedInt(bytes.get()));
		if (storedCrc != crc(bytes, length)) {
			throw new TraceFormatException("it does not match its checksum");
		}
		bytes.order(ByteOrder.BIG_ENDIAN);
		UUID traceId = new UUID(bytes.getLong(), bytes.getLong());
		bytes.order(ByteOrder.LITTLE_ENDIAN);
		long nodeId = Integer.toUnsignedLong(bytes.getInt());
		long timestamp = bytes.getLong();
		long offset = bytes.getLong();
		long size = Integer.toUnsignedLong(bytes.getInt());
		long schemaHash = bytes.getLong();
		long iteration = Integer.toUnsignedLong(bytes.getInt());
		String error = text(bytes, Integer.BYTES, strict);
		String metadata = text(bytes, 0, strict);
		if (strict && bytes.hasRemaining()) {
			throw new TraceFormatException(bytes.remaining() + " bytes follow its last field");
		}
		return new TraceRecord(type, traceId, nodeId, timestamp, new OutputLocation(offset, size, schemaHash),
				iteration, error, metadata);
	}

	private static int crc(ByteBuffer bytes, int length) {
		CRC32 crc = new CRC32();
		crc.update(bytes.duplicate().position(CHECKED_OFFSET).limit(length));
		return (int) crc.getValue();
	}

	private static byte[] utf8(@Nullable String text) {
		if (text == null) {
			return new byte[0];
		}
		try {
			ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
			byte[] bytes = new byte[encoded.remaining()];
			encoded.get(bytes);
			return bytes;
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("A text of the record has no UTF-8 form", ex);
		}
	}

	/**
	 * Read a text.
	 * @param following the bytes that at least have to follow it
	 */
	private static @Nullable String text(ByteBuffer bytes, int following, boolean strict) {
		long length = Integer.toUnsignedLong(bytes.getInt());
		if (length > bytes.remaining() - following) {
			throw new TraceFormatException("a text of " + length + " bytes does not fit into it");
		}
		if (length == 0) {
			return null;
		}
		ByteBuffer encoded = bytes.slice(bytes.position(), (int) length);
		bytes.position(bytes.position() + (int) length);
		if (!strict) {
			return StandardCharsets.UTF_8.decode(encoded).toString();
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
		}
		catch (CharacterCodingException ex) {
			throw new TraceFormatException("a text is not valid UTF-8");
		}
	}

}
