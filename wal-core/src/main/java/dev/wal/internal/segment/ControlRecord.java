// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.Holder;
import org.jspecify.annotations.Nullable;

/**
 * What the control file says of a log. It stands in two slots, so that one is whole at
 * any time.
 *
 * <pre>
 *      0  8   magic 8D 57 43 54 0D 0A 1A 0A
 *      8  4   format version
 *     12  4   1 if the log was closed cleanly, else 0
 *     16  8   number of the update; the higher one counts
 *     24 16   log id
 *     40  8   time of creation, nanoseconds since the epoch
 *     48  8   LSN of the checkpoint
 *     56  8   time of the checkpoint, nanoseconds since the epoch
 *     64  8   end: an LSN that was durable when this was written
 *     72  8   end: number of the segment that it lies in, 0 while the log is being created
 *     80  8   end: salt of that segment
 *     88  8   end: offset after the last block in it
 *     96  8   loss: records given up and not acknowledged by anybody
 *    104  8   loss: the lowest of their LSNs
 *    112  8   loss: the highest of their LSNs
 *    120  8   loss: time, nanoseconds since the epoch
 *    128  1   length of the holder, 0 if nobody has the log open
 *    129 112  the process that has the log open, see Holder
 *    241  1   length of the owner's name
 *    242 255  the owner's name, UTF-8, then zeros
 *    497 11   zero
 *    508  4   CRC-32C of all bytes before
 * </pre>
 *
 * @param number the number of the update
 * @param logId the identity of the log
 * @param owner the application that the log belongs to, empty if none was named
 * @param created when it was created, in nanoseconds since the epoch
 * @param checkpointLsn the LSN up to which the application has applied the log
 * @param checkpointTime when it said so, in nanoseconds since the epoch
 * @param end up to where the log was durable
 * @param closed whether the log was closed cleanly, so that nothing follows the end
 * @param holder the process that has the log open, or {@code null}
 * @param loss what was given up and not acknowledged
 */
public record ControlRecord(long number, UUID logId, String owner, long created, long checkpointLsn,
		long checkpointTime, End end, boolean closed, @Nullable Holder holder, Loss loss) {

	/**
	 * Size of a slot in bytes: one sector of any disk, which is written as a whole.
	 */
	static final int SIZE = 512;

	private static final long MAGIC = 0x0A1A0A0D5443578DL;

	private static final int CRC_OFFSET = SIZE - 4;

	private static final int HOLDER_OFFSET = 128;

	private static final int OWNER_OFFSET = HOLDER_OFFSET + 1 + Holder.MAX_SIZE;

	/**
	 * Return what stands in the control file of a log that is being created.
	 */
	public static ControlRecord ofNewLog(UUID logId, String owner, long created) {
		return new ControlRecord(0, logId, owner, created, 0, 0, End.NO_SEGMENT, false, null, Loss.NONE);
	}

	ControlRecord numbered(long number) {
		return new ControlRecord(number, this.logId, this.owner, this.created, this.checkpointLsn, this.checkpointTime,
				this.end, this.closed, this.holder, this.loss);
	}

	public ControlRecord withCheckpoint(long lsn, long time) {
		return new ControlRecord(this.number, this.logId, this.owner, this.created, lsn, time, this.end, this.closed,
				this.holder, this.loss);
	}

	public ControlRecord withEnd(End end) {
		return new ControlRecord(this.number, this.logId, this.owner, this.created, this.checkpointLsn,
				this.checkpointTime, end, this.closed, this.holder, this.loss);
	}

	public ControlRecord withLoss(Loss loss) {
		return new ControlRecord(this.number, this.logId, this.owner, this.created, this.checkpointLsn,
				this.checkpointTime, this.end, this.closed, this.holder, loss);
	}

	/**
	 * Return this record of a log that a process has open.
	 */
	public ControlRecord openedBy(@Nullable Holder holder) {
		return new ControlRecord(this.number, this.logId, this.owner, this.created, this.checkpointLsn,
				this.checkpointTime, this.end, false, holder, this.loss);
	}

	/**
	 * Return this record of a log that was closed cleanly.
	 */
	public ControlRecord closedAt(End end) {
		return new ControlRecord(this.number, this.logId, this.owner, this.created, this.checkpointLsn,
				this.checkpointTime, end, true, null, this.loss);
	}

	// Written out, here and wherever an open compares: Java would link its own methods
	// of a record first, which takes longer than all the rest of the open.
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ControlRecord record && encode().equals(record.encode());
	}

	@Override
	public int hashCode() {
		return encode().hashCode();
	}

	/**
	 * Return the bytes of a slot.
	 */
	ByteBuffer encode() {
		ByteBuffer slot = Format.buffer(SIZE);
		byte[] name = this.owner.getBytes(StandardCharsets.UTF_8);
		byte[] process = (this.holder != null) ? this.holder.encode() : new byte[0];
		slot.putLong(0, MAGIC).putInt(8, Format.VERSION).putInt(12, this.closed ? 1 : 0).putLong(16, this.number);
		slot.putLong(24, this.logId.getMostSignificantBits()).putLong(32, this.logId.getLeastSignificantBits());
		slot.putLong(40, this.created).putLong(48, this.checkpointLsn).putLong(56, this.checkpointTime);
		slot.putLong(64, this.end.lsn).putLong(72, this.end.segment);
		slot.putLong(80, this.end.salt).putLong(88, this.end.offset);
		slot.putLong(96, this.loss.records).putLong(104, this.loss.firstLsn);
		slot.putLong(112, this.loss.lastLsn).putLong(120, this.loss.time);
		slot.put(HOLDER_OFFSET, (byte) process.length).put(HOLDER_OFFSET + 1, process);
		slot.put(OWNER_OFFSET, (byte) name.length).put(OWNER_OFFSET + 1, name);
		slot.putInt(CRC_OFFSET, new Checksum().of(slot, 0, CRC_OFFSET));
		return slot;
	}

	/**
	 * Return the format version in a slot whose every byte is as it was written, or 0.
	 */
	static int version(ByteBuffer slot) {
		boolean intact = slot.getLong(0) == MAGIC && slot.getInt(CRC_OFFSET) == new Checksum().of(slot, 0, CRC_OFFSET);
		return intact ? slot.getInt(8) : 0;
	}

	/**
	 * Return what stands in a slot of this version, or {@code null} if that is nothing
	 * that a log writes.
	 */
	static @Nullable ControlRecord decode(ByteBuffer slot) {
		int process = Byte.toUnsignedInt(slot.get(HOLDER_OFFSET));
		if (version(slot) != Format.VERSION || process > Holder.MAX_SIZE || (slot.getInt(12) & ~1) != 0) {
			return null;
		}
		byte[] holder = new byte[process];
		slot.get(HOLDER_OFFSET + 1, holder);
		byte[] name = new byte[Byte.toUnsignedInt(slot.get(OWNER_OFFSET))];
		slot.get(OWNER_OFFSET + 1, name);
		End end = new End(slot.getLong(64), slot.getLong(72), slot.getLong(80), slot.getLong(88));
		Loss loss = new Loss(slot.getLong(96), slot.getLong(104), slot.getLong(112), slot.getLong(120));
		ControlRecord decoded;
		try {
			decoded = new ControlRecord(slot.getLong(16), new UUID(slot.getLong(24), slot.getLong(32)),
					new String(name, StandardCharsets.UTF_8), slot.getLong(40), slot.getLong(48), slot.getLong(56), end,
					slot.getInt(12) == 1, (process > 0) ? Holder.decode(holder) : null, loss);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
		return decoded.isPossible() ? decoded : null;
	}

	private boolean isPossible() {
		return isLsn(this.checkpointLsn) && isLsn(this.end.lsn) && this.end.segment >= 0 && this.end.offset >= 0
				&& this.number >= 0 && isLsn(this.loss.firstLsn) && isLsn(this.loss.lastLsn) && this.loss.records >= 0
				&& (!this.end.isNoSegment() || this.end.equals(End.NO_SEGMENT));
	}

	private static boolean isLsn(long lsn) {
		return lsn >= 0 && lsn <= Format.MAX_LSN;
	}

	/**
	 * Up to where a log was durable.
	 *
	 * @param lsn the last LSN
	 * @param segment the number of the segment that it ends in, 0 if there is none yet
	 * @param salt the salt of that segment
	 * @param offset the offset after the last block in it
	 */
	public record End(long lsn, long segment, long salt, long offset) {

		/**
		 * The end of a log that is being created.
		 */
		public static final End NO_SEGMENT = new End(0, 0, 0, 0);

		/**
		 * Return the end of a log in a segment.
		 */
		public static End of(long lsn, Segment segment, long offset) {
			return new End(lsn, segment.number(), segment.header().salt(), offset);
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof End that && this.lsn == that.lsn && this.segment == that.segment
					&& this.salt == that.salt && this.offset == that.offset;
		}

		@Override
		public int hashCode() {
			return Long.hashCode(this.lsn);
		}

		public boolean isNoSegment() {
			return this.segment == 0;
		}

	}

	/**
	 * Records that were given up because the corruption policy allows it.
	 *
	 * @param records how many
	 * @param firstLsn the lowest of their LSNs
	 * @param lastLsn the highest of their LSNs
	 * @param time when, in nanoseconds since the epoch
	 */
	public record Loss(long records, long firstLsn, long lastLsn, long time) {

		/**
		 * No loss, or one that was acknowledged.
		 */
		public static final Loss NONE = new Loss(0, 0, 0, 0);

		/**
		 * Return this loss with another one. What is found again at the next open does
		 * not count twice.
		 */
		public Loss plus(Loss other) {
			if (this.records == 0 || other.records == 0) {
				return (this.records == 0) ? other : this;
			}
			boolean apart = other.firstLsn > this.lastLsn || other.lastLsn < this.firstLsn;
			return new Loss(apart ? this.records + other.records : Math.max(this.records, other.records),
					Math.min(this.firstLsn, other.firstLsn), Math.max(this.lastLsn, other.lastLsn), this.time);
		}

	}

}
