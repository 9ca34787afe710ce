// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

import dev.wal.LsnRange;
import dev.wal.WalCorruptedException;
import dev.wal.WalFormatVersionException;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import org.jspecify.annotations.Nullable;

/**
 * The control file of an open log: two slots at 0 and at 4096, each with a
 * {@link ControlRecord}. The file has its size from the beginning and is overwritten in
 * place, so an update needs no room on the disk.
 * <p>
 * An update writes the same bytes into both slots, one after the other, and forces each:
 * whatever a crash tears, the other slot is whole. Thread-safe; the lock is this file's
 * own, and no append waits for it.
 */
public final class ControlFile implements Closeable {

	/**
	 * Size of the file, in bytes.
	 */
	public static final int SIZE = 8192;

	private static final int[] SLOTS = { 0, 4096 };

	private final StorageFile file;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile ControlRecord record;

	/** The highest number that was used, also by an update that failed. */
	private long number;

	/** The slot to be written first: the one that is less worth. */
	private int first;

	private boolean closed;

	private ControlFile(StorageFile file, ControlRecord record, int first) {
		this.file = file;
		this.record = record;
		this.number = record.number();
		this.first = first;
	}

	/**
	 * Read the control file of a log.
	 * @throws WalFormatVersionException if another version wrote it
	 */
	public static Found read(Storage storage) throws IOException {
		ByteBuffer content = Format.buffer(SIZE);
		try (StorageFile file = storage.openForReading(SegmentName.CONTROL)) {
			file.readFully(content, 0);
		}
		catch (NoSuchFileException ex) {
			return new Found(null, 0, 2, "the control file is missing", true);
		}
		ControlRecord[] records = new ControlRecord[2];
		for (int i = 0; i < 2; i++) {
			ByteBuffer slot = content.slice(SLOTS[i], ControlRecord.SIZE).order(content.order());
			int version = ControlRecord.version(slot);
			if (version != 0 && version != Format.VERSION) {
				throw new WalFormatVersionException(storage.directory().resolve(SegmentName.CONTROL), version,
						Format.VERSION);
			}
			records[i] = ControlRecord.decode(slot);
		}
		return judge(records[0], records[1]);
	}

	private static Found judge(@Nullable ControlRecord one, @Nullable ControlRecord two) {
		if (one == null || two == null) {
			ControlRecord sound = (one != null) ? one : two;
			return (sound != null) ? new Found(sound, (one != null) ? 1 : 0, 1, null, false)
					: new Found(null, 0, 2, "neither slot of the control file matches its checksum", false);
		}
		if (one.number() == two.number() && !one.equals(two)) {
			return new Found(null, 0, 2, "the two slots of the control file have one number and differ", false);
		}
		return (one.number() >= two.number()) ? new Found(one, (one.number() > two.number()) ? 1 : 0, 0, null, false)
				: new Found(two, 0, 0, null, false);
	}

	/**
	 * Note in the control file of a closed log, whose lock the caller has, that somebody
	 * knows of the records that were given up.
	 * @return how many there were
	 * @throws WalCorruptedException if the file cannot be read
	 */
	public static long acknowledgeLoss(Storage storage) throws IOException {
		Found found = read(storage);
		ControlRecord record = found.record();
		if (record == null) {
			throw new WalCorruptedException(storage.directory().resolve(SegmentName.CONTROL), 0, LsnRange.EMPTY,
					String.valueOf(found.problem()));
		}
		if (record.loss().records() > 0) {
			try (ControlFile file = open(storage, found, record)) {
				file.update((now) -> now.withLoss(ControlRecord.Loss.NONE));
			}
		}
		return record.loss().records();
	}

	/**
	 * Open the control file of a log to update it.
	 * @param found what was read of it
	 * @param record what counts in it
	 */
	public static ControlFile open(Storage storage, Found found, ControlRecord record) throws IOException {
		return new ControlFile(storage.open(SegmentName.CONTROL), record, found.badSlot());
	}

	/**
	 * Create the control file of a log, durably, in the place of any other.
	 */
	public static ControlFile create(LogDirectory directory, ControlRecord record) throws IOException {
		Storage storage = directory.storage();
		String unfinished = SegmentName.CONTROL + SegmentName.NEW;
		StorageFile file = storage.create(unfinished);
		try {
			ByteBuffer content = Format.buffer(SIZE);
			for (int slot : SLOTS) {
				content.put(slot, record.encode(), 0, ControlRecord.SIZE);
			}
			file.writeFully(content, 0);
			file.force(true);
			directory.nameLock().lock();
			try {
				storage.rename(unfinished, SegmentName.CONTROL);
				forceName(directory);
			}
			finally {
				directory.nameLock().unlock();
			}
			return new ControlFile(file, record, 0);
		}
		catch (IOException | RuntimeException | Error ex) {
			try {
				file.close();
			}
			catch (IOException failure) {
				ex.addSuppressed(failure);
			}
			throw ex;
		}
	}

	private static void forceName(LogDirectory directory) throws IOException {
		try {
			directory.force();
		}
		catch (DirectoryForceException ex) {
			// Nothing may rely on a name that the disk may not have.
			directory.storage().delete(SegmentName.CONTROL);
			throw ex;
		}
	}

	/**
	 * Return what the last update said that succeeded.
	 */
	public ControlRecord record() {
		return this.record;
	}

	/**
	 * Update the file. When this returns, the update is durable.
	 * @param change makes the new record from the one that counts now; the number is
	 * given here
	 * @throws IOException if that failed. Either record may count after a crash; the next
	 * update writes a new number
	 */
	public void update(UnaryOperator<ControlRecord> change) throws IOException {
		this.lock.lock();
		try {
			if (this.closed) {
				throw new IOException("the control file is closed");
			}
			ControlRecord next = change.apply(this.record).numbered(++this.number);
			write(this.first, next);
			write(1 - this.first, next);
			this.first = 0;
			this.record = next;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void write(int slot, ControlRecord record) throws IOException {
		this.first = slot;
		this.file.writeFully(record.encode(), SLOTS[slot]);
		this.file.force(false);
	}

	@Override
	public void close() throws IOException {
		this.lock.lock();
		try {
			this.closed = true;
			this.file.close();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What the control file of a log says when it is read.
	 *
	 * @param record what counts, or {@code null} if it cannot be read
	 * @param badSlot the slot that has to be written first: a damaged or older one
	 * @param damagedSlots how many slots are damaged, 2 if the file is missing
	 * @param problem why nothing can be read, as a phrase, or {@code null}
	 * @param missing whether there is no such file
	 */
	public record Found(@Nullable ControlRecord record, int badSlot, int damagedSlots, @Nullable String problem,
			boolean missing) {

		/**
		 * Return whether it says the same as when it was read before.
		 */
		public boolean isSameAs(Found before) {
			return Objects.equals(this.record, before.record);
		}

		/**
		 * Return whether it says that the log was closed cleanly.
		 */
		public boolean isClosed() {
			return this.record != null && this.record.closed();
		}

	}

}
