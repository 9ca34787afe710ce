// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One record of the log, as it was appended. Immutable; it stays valid after its reader
 * has moved on or was closed.
 */
public final class WalRecord {

	/**
	 * The highest type of an application's own records. Those above it are of features of
	 * the log: 250 is a message, 252 belongs to a trace, 253 tells where an imported log
	 * came from. 251, 254 and 255 have no meaning yet, so no record may have them.
	 */
	public static final int MAX_USER_TYPE = 249;

	private final long lsn;

	private final int type;

	private final long timestamp;

	/** Holds the payload, perhaps among others. */
	private final ByteBuffer block;

	private final int offset;

	private final int length;

	/**
	 * Create a record.
	 * @param lsn the position in the log
	 * @param type the type, from 0 to 255
	 * @param timestamp when it was written, in nanoseconds since the epoch
	 * @param payload the content; not copied, and never to be changed again
	 */
	public WalRecord(long lsn, int type, long timestamp, ByteBuffer payload) {
		this(lsn, type, timestamp, payload, payload.position(), payload.remaining());
	}

	/**
	 * Create a record whose payload is a part of a buffer.
	 * @param lsn the position in the log
	 * @param type the type, from 0 to 255
	 * @param timestamp when it was written, in nanoseconds since the epoch
	 * @param block holds the content; not copied, and never to be changed again
	 * @param offset the index at which the content begins
	 * @param length the length of the content in bytes
	 */
	public WalRecord(long lsn, int type, long timestamp, ByteBuffer block, int offset, int length) {
		this.lsn = lsn;
		this.type = type;
		this.timestamp = timestamp;
		this.block = block;
		this.offset = offset;
		this.length = length;
	}

	/**
	 * Return the position in the log.
	 * @return the LSN
	 */
	public Lsn lsn() {
		return new Lsn(this.lsn);
	}

	/**
	 * Return the type that the record was appended with. Types mean nothing to the log.
	 * @return a number from 0 to 255; 0 unless the appender chose another; above
	 * {@value #MAX_USER_TYPE} if a feature of the log wrote the record
	 */
	public int type() {
		return this.type;
	}

	/**
	 * Return the wall clock of the writer when the record was written. Clocks jump: the
	 * order of the log is that of the LSNs, never that of the timestamps.
	 * @return the time of the write, which all records of one group commit share
	 */
	public Instant timestamp() {
		return Instant.ofEpochSecond(0, this.timestamp);
	}

	/**
	 * Return the content.
	 * @return a read-only buffer of its own, positioned at the start; see
	 * {@link #bytes()} for an array
	 */
	public ByteBuffer payload() {
		return this.block.slice(this.offset, this.length).asReadOnlyBuffer();
	}

	/**
	 * Return a copy of the content.
	 * @return a new array, empty for an empty payload
	 */
	public byte[] bytes() {
		byte[] bytes = new byte[this.length];
		this.block.get(this.offset, bytes);
		return bytes;
	}

	/**
	 * Show this record to a visitor.
	 * @param visitor is called once
	 */
	public void accept(WalRecordVisitor visitor) {
		visitor.visit(this.lsn, this.type, this.timestamp, payload());
	}

	/**
	 * Return the content as text.
	 * @return the payload decoded as UTF-8; malformed input is replaced
	 */
	public String toText() {
		return StandardCharsets.UTF_8.decode(payload()).toString();
	}

	/**
	 * Return where the record stands and how large it is, never its content.
	 */
	@Override
	public String toString() {
		return "WalRecord[lsn=" + Long.toUnsignedString(this.lsn) + ", type=" + this.type + ", " + this.length
				+ " bytes]";
	}

	/**
	 * Check that a type is one that a record can have.
	 * @param type the type
	 * @return the same type
	 * @throws IllegalArgumentException if it is not from 0 to 255, or is 251, 254 or 255,
	 * which have no meaning yet
	 */
	public static int checkType(int type) {
		if (type < 0 || type > 255) {
			throw new IllegalArgumentException("The record type " + type + " is not from 0 to 255");
		}
		if (type == 251 || type > 253) {
			throw new IllegalArgumentException("The record type " + type
					+ " is reserved. Nothing was appended. Use a type from 0 to " + MAX_USER_TYPE + ".");
		}
		return type;
	}

}
