// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import java.util.zip.CRC32;

import dev.wal.migrate.BincodeReader.MalformedException;

/**
 * The file of wavekv: length u32 and header, then entries: length u32, sequence, state
 * operation, CRC-32 of the operation.
 */
final class WavekvDecoder implements FrameDecoder {

	/**
	 * Length, sequence, the smallest operation, and a checksum, each of one byte.
	 */
	private static final int MIN_LENGTH = Integer.BYTES + 3;

	/**
	 * More than sequence and checksum can take.
	 */
	private static final int OVERHEAD = 16;

	private static final int MAX_HEADER = 64;

	private static final int HIGHEST_OPERATION = 8;

	private static final byte[] MAGIC = { 'W', 'K', 'V', 'L' };

	private final Path source;

	private final int maxRecordSize;

	private final OptionalLong node;

	WavekvDecoder(Path source, int maxRecordSize, OptionalLong node) {
		this.source = source;
		this.maxRecordSize = maxRecordSize;
		this.node = node;
	}

	@Override
	public long firstOffset(LegacyFile file) throws IOException {
		long remaining = file.size() - Integer.BYTES;
		long length = (remaining >= 0) ? file.getUnsignedInt(0) : 0;
		if (remaining < 0 || (length <= MAX_HEADER && length > remaining)) {
			throw refused("the file ends within its header, as after a crash while it was created; it holds no entry");
		}
		if (length > MAX_HEADER) {
			throw refused("the file does not begin with a header");
		}
		try {
			readHeader(new BincodeReader(file, Integer.BYTES, Integer.BYTES + length));
		}
		catch (MalformedException ex) {
			throw refused("the header cannot be decoded");
		}
		return Integer.BYTES + length;
	}

	private void readHeader(BincodeReader header) throws MalformedException, IOException {
		for (byte expected : MAGIC) {
			if (header.unsignedByte() != expected) {
				throw refused("the header does not begin with WKVL");
			}
		}
		long version = header.unsignedInt();
		if (version != 1) {
			throw refused("it has version " + version + " of the layout, and only version 1 is known");
		}
		long found = header.unsignedInt();
		if (this.node.isPresent() && this.node.getAsLong() != found) {
			throw refused("it belongs to node " + found + ", not to node " + this.node.getAsLong());
		}
		header.unsigned();
		if (!header.isAtEnd()) {
			throw new MalformedException();
		}
	}

	private LegacyFormatException refused(String reason) {
		return new LegacyFormatException(LegacyLayout.WAVEKV, this.source, reason);
	}

	@Override
	public int minLength() {
		return MIN_LENGTH;
	}

	@Override
	public boolean mayBegin(LegacyFile file, long offset, LongPredicate order) throws IOException {
		long length = file.getUnsignedInt(offset);
		return length >= MIN_LENGTH - Integer.BYTES && length <= file.remaining(offset) - Integer.BYTES
				&& length <= maxLength();
	}

	private long maxLength() {
		return (long) this.maxRecordSize + OVERHEAD;
	}

	@Override
	public Frame decode(LegacyFile file, long offset) throws IOException {
		long remaining = file.remaining(offset) - Integer.BYTES;
		if (remaining < 0) {
			return Frame.bad(0, "the file ends within a length field");
		}
		long length = file.getUnsignedInt(offset);
		if (length > maxLength()) {
			return Frame.bad(0, "a length of " + length + " is above the limit of " + maxLength());
		}
		long frameLength = Integer.BYTES + length;
		if (length > remaining) {
			return Frame.bad(frameLength, "only " + remaining + " of the " + length + " bytes of the entry are there");
		}
		try {
			return decode(file, offset, frameLength);
		}
		catch (MalformedException ex) {
			return Frame.bad(frameLength, "the entry cannot be decoded");
		}
	}

	private static Frame decode(LegacyFile file, long offset, long frameLength) throws MalformedException, IOException {
		BincodeReader reader = new BincodeReader(file, offset + Integer.BYTES, offset + frameLength);
		long sequence = reader.unsigned();
		long start = reader.position();
		int type = skipOperation(reader);
		long end = reader.position();
		long checksum = reader.unsignedInt();
		if (!reader.isAtEnd()) {
			throw new MalformedException();
		}
		byte[] operation = file.bytes(start, (int) (end - start));
		CRC32 crc = new CRC32();
		crc.update(operation);
		if (crc.getValue() != checksum) {
			return Frame.bad(frameLength, "the operation does not match its checksum");
		}
		return Frame.of(frameLength, new LegacyRecord(file.name(), offset, OptionalLong.of(sequence), null, type,
				ByteBuffer.wrap(operation)));
	}

	private static int skipOperation(BincodeReader reader) throws MalformedException, IOException {
		long operation = reader.unsignedInt();
		if (operation > HIGHEST_OPERATION) {
			throw new MalformedException();
		}
		switch ((int) operation) {
			case 0 -> skipEntry(reader);
			case 1 -> reader.skipBytes();
			case 2, 3 -> {
				reader.unsignedInt();
				reader.unsigned();
				reader.bool();
			}
			case 4 -> {
				reader.unsignedInt();
				skipEntry(reader);
				reader.unsigned();
			}
			case 6 -> reader.unsigned();
			case 7, 8 -> reader.unsignedInt();
			default -> {
				// IncrementSeq has no fields.
			}
		}
		return (int) operation;
	}

	/**
	 * A key, a value or none, and who wrote it: node, sequence and timestamp.
	 */
	private static void skipEntry(BincodeReader reader) throws MalformedException, IOException {
		reader.skipBytes();
		if (reader.bool()) {
			reader.skipBytes();
		}
		reader.unsignedInt();
		reader.unsigned();
		reader.unsigned();
	}

}
