// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.UUID;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalCorruptedException;
import dev.wal.WalFormatVersionException;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import org.jspecify.annotations.Nullable;

/**
 * The file that stores the checkpoint. Each checkpoint replaces it: a new file is written
 * and forced, takes the name, and the directory is forced.
 *
 * <pre>
 *      0  8   magic 8D 57 43 4B 0D 0A 1A 0A
 *      8  4   format version
 *     12  4   zero
 *     16 16   log id
 *     32  8   LSN up to which the application has applied the log
 *     40  8   time of the checkpoint, nanoseconds since the epoch
 *     48 12   zero
 *     60  4   CRC-32C of all bytes before
 * </pre>
 *
 * @param logId the identity of the log
 * @param lsn the checkpoint
 * @param time when it was taken, in nanoseconds since the epoch
 */
public record CheckpointFile(UUID logId, long lsn, long time) {

	private static final long MAGIC = 0x0A1A0A0D4B43578DL;

	private static final int SIZE = 64;

	private static final int CRC_OFFSET = SIZE - 4;

	/**
	 * Read the checkpoint of a log.
	 * @return the checkpoint, or {@code null} if there never was one
	 * @throws WalCorruptedException if the file is damaged
	 * @throws WalFormatVersionException if it was written by a newer version
	 */
	public static @Nullable CheckpointFile read(Storage storage) throws IOException {
		ByteBuffer content = Format.buffer(SIZE);
		boolean exact;
		try (StorageFile file = storage.openForReading(SegmentName.CHECKPOINT)) {
			exact = file.readFully(content, 0) == SIZE && file.size() == SIZE;
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		if (!exact || content.getLong(0) != MAGIC
				|| content.getInt(CRC_OFFSET) != new Checksum().of(content, 0, CRC_OFFSET)) {
			throw new WalCorruptedException(storage.directory().resolve(SegmentName.CHECKPOINT), 0, LsnRange.EMPTY,
					"the checkpoint file does not match its checksum. Do not delete it: run 'wal repair' on the"
							+ " directory");
		}
		if (content.getInt(8) != Format.VERSION) {
			throw new WalFormatVersionException(storage.directory().resolve(SegmentName.CHECKPOINT), content.getInt(8),
					Format.VERSION);
		}
		long lsn = content.getLong(32);
		if (lsn < 0 || lsn > Format.MAX_LSN) {
			throw new WalCorruptedException(storage.directory().resolve(SegmentName.CHECKPOINT), 32, LsnRange.EMPTY,
					"the checkpoint file contains an impossible LSN: " + Lsn.of(lsn));
		}
		return new CheckpointFile(new UUID(content.getLong(16), content.getLong(24)), lsn, content.getLong(40));
	}

	/**
	 * Replace the checkpoint of a log. When this returns, it is durable.
	 */
	public void write(Storage storage) throws IOException {
		ByteBuffer content = Format.directBuffer(SIZE);
		content.putLong(0, MAGIC).putInt(8, Format.VERSION);
		content.putLong(16, this.logId.getMostSignificantBits()).putLong(24, this.logId.getLeastSignificantBits());
		content.putLong(32, this.lsn).putLong(40, this.time);
		content.putInt(CRC_OFFSET, new Checksum().of(content, 0, CRC_OFFSET));
		String unfinished = SegmentName.CHECKPOINT + SegmentName.NEW;
		try (StorageFile file = storage.create(unfinished)) {
			file.writeFully(content, 0);
			file.force(true);
		}
		storage.rename(unfinished, SegmentName.CHECKPOINT);
		storage.force();
	}

}
