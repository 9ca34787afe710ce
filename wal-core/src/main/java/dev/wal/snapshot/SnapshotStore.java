// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import dev.wal.FileSettings;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalClosedException;
import dev.wal.WalConfigurationException;
import dev.wal.WalException;
import dev.wal.WalForeignLogException;
import dev.wal.WalFormatVersionException;
import dev.wal.WalIoException;
import dev.wal.WalLockedException;
import dev.wal.WalPositionException;
import dev.wal.WalState;
import dev.wal.WriteAheadLog;
import dev.wal.internal.io.DiskStorage;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest snapshots of what an application made of a log, one file each.
 * <p>
 * A snapshot is written under another name, forced, renamed, and its directory is forced:
 * under its own name it is complete, also after a power failure. The newest ones are
 * kept, and {@link #releasedLsn()} is that of the oldest of them. An application that
 * takes no checkpoint above it can fall back on any of them without losing a record. A
 * damaged snapshot is renamed to {@code *.damaged}, reported, and never deleted.
 * <p>
 * A directory has one store at a time, in the process that has opened the log. Any number
 * of threads may use it; snapshots are written one after the other, while appends
 * continue.
 */
public final class SnapshotStore implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SnapshotStore.class);

	/**
	 * The open stores by the keys of their directories. One that nobody uses any more
	 * need not have been closed. Guarded by itself.
	 */
	private static final Map<String, WeakReference<SnapshotStore>> OPEN = new HashMap<>();

	private final Storage storage;

	private final int kept;

	private final WriteAheadLog wal;

	private final Clock clock;

	/** Held to write, to read, and to delete snapshots. */
	private final ReentrantLock lock = new ReentrantLock();

	/** Those with a sound header, oldest first. Replaced as a whole. */
	private volatile List<SnapshotInfo> snapshots = List.of();

	private volatile List<Path> damaged = List.of();

	private volatile boolean closed;

	private SnapshotStore(Storage storage, int kept, WriteAheadLog wal) {
		this.storage = storage;
		this.kept = kept;
		this.wal = wal;
		this.clock = wal.unwrap(LocalWriteAheadLog.class)
			.map((log) -> log.options().log().clock())
			.orElseGet(Clock::systemUTC);
	}

	/**
	 * Open the snapshots of a log.
	 * @param directory where they are, or will be created with all its parents; may be
	 * below the directory of the log
	 * @param kept how many snapshots to keep, from 1. With 1 there is none to fall back
	 * on.
	 * @param wal the log that they belong to, open
	 * @return the store, to be closed; it also ends with the log
	 * @throws WalConfigurationException if the number is below 1
	 * @throws WalLockedException if another store has the directory open
	 * @throws WalForeignLogException if a snapshot belongs to another log; nothing was
	 * changed
	 * @throws WalFormatVersionException if a snapshot was written by a newer version;
	 * nothing was changed
	 * @throws WalIoException if the directory or a file in it cannot be used
	 */
	public static SnapshotStore open(Path directory, int kept, WriteAheadLog wal) {
		return open(DiskStorage.shared(directory, permissions(wal)), kept, wal);
	}

	private static String permissions(WriteAheadLog wal) {
		return wal.unwrap(LocalWriteAheadLog.class)
			.map((log) -> log.options().files().permissions())
			.orElse(FileSettings.OWNER_ONLY);
	}

	static SnapshotStore open(Storage storage, int kept, WriteAheadLog wal) {
		if (kept < 1) {
			throw new WalConfigurationException("snapshot.kept", kept, "must be at least 1");
		}
		SnapshotStore store = new SnapshotStore(storage, kept, wal);
		try {
			if (!storage.exists()) {
				storage.create();
			}
			store.register();
			store.inspect();
			return store;
		}
		catch (IOException ex) {
			store.close();
			throw new WalIoException("open the snapshots in", storage.directory(), ex);
		}
		catch (RuntimeException | Error ex) {
			store.close();
			throw ex;
		}
	}

	/**
	 * Two stores would write into the same unfinished file. Other processes are kept out
	 * by the lock of the log.
	 */
	private void register() throws IOException {
		String key = key();
		synchronized (OPEN) {
			OPEN.values().removeIf((store) -> store.refersTo(null));
			WeakReference<SnapshotStore> open = OPEN.get(key);
			SnapshotStore other = (open != null) ? open.get() : null;
			if (other != null && other.wal.status().state() != WalState.CLOSED) {
				throw new WalLockedException(this.storage.directory(), "another SnapshotStore of this process");
			}
			OPEN.put(key, new WeakReference<>(this));
		}
	}

	private String key() throws IOException {
		String key = this.storage.fileKey("");
		return key.isEmpty() ? this.storage.directory().toString() : key;
	}

	/**
	 * Release the directory to another store. Snapshots can still be read, and none be
	 * written.
	 */
	@Override
	public void close() {
		this.closed = true;
		synchronized (OPEN) {
			OPEN.values().removeIf((store) -> store.refersTo(this));
		}
	}

	/**
	 * Look at all headers before anything is changed.
	 */
	private void inspect() throws IOException {
		List<String> names = this.storage.list().stream().sorted().toList();
		List<SnapshotInfo> intact = new ArrayList<>();
		List<String> broken = new ArrayList<>();
		for (String name : names) {
			Lsn lsn = SnapshotName.parse(name);
			if (!lsn.isNone()) {
				SnapshotInfo info = inspect(name, lsn);
				if (info != null) {
					intact.add(info);
				}
				else {
					broken.add(name);
				}
			}
		}
		if (names.contains(SnapshotName.UNFINISHED)) {
			this.storage.delete(SnapshotName.UNFINISHED);
		}
		this.snapshots = List.copyOf(intact);
		this.damaged = names.stream().filter(SnapshotName::isDamaged).map(this::path).toList();
		for (String name : broken) {
			setAside(name, "its header is damaged, or it does not have the length that its header says");
		}
		// Also for what an earlier process did last: it may have been killed before its
		// force.
		this.storage.force();
	}

	private @Nullable SnapshotInfo inspect(String name, Lsn lsn) throws IOException {
		try (StorageFile file = this.storage.openForReading(name)) {
			SnapshotHeader header = readHeader(file);
			if (header == null) {
				return null;
			}
			if (header.version() > SnapshotHeader.VERSION) {
				throw new WalFormatVersionException(path(name), header.version(), SnapshotHeader.VERSION);
			}
			if (!header.logId().equals(this.wal.status().logId())) {
				throw new WalForeignLogException(path(name), "log id", header.logId().toString(),
						this.wal.status().logId().toString());
			}
			boolean sound = header.lsn() == lsn.value() && header.length() >= 0
					&& file.size() == SnapshotHeader.SIZE + header.length();
			return sound ? info(header) : null;
		}
	}

	private static @Nullable SnapshotHeader readHeader(StorageFile file) throws IOException {
		var buffer = SnapshotHeader.buffer();
		file.readFully(buffer, 0);
		return SnapshotHeader.decode(buffer.flip());
	}

	private SnapshotInfo info(SnapshotHeader header) {
		Lsn lsn = Lsn.of(header.lsn());
		Instant time = Instant.EPOCH.plusNanos(header.time());
		return new SnapshotInfo(path(SnapshotName.of(lsn)), lsn, time, header.length());
	}

	/**
	 * Write a snapshot, then delete those that are no longer kept. When this returns, the
	 * snapshot is durable, and so are all records of the log that it reflects.
	 * @param content writes what the snapshot consists of
	 * @return the snapshot; the one that exists if it reflects the same LSN, since then
	 * nothing is replaced
	 * @throws WalPositionException if the content reflects no record, more than was
	 * appended, or less than the newest snapshot
	 * @throws WalException if the log could not be forced up to the LSN
	 * @throws WalClosedException if the store is closed
	 * @throws WalIoException if the content or the disk failed, or is full; all other
	 * snapshots are untouched
	 */
	public SnapshotInfo write(SnapshotContent content) {
		this.lock.lock();
		try {
			if (this.closed) {
				throw new WalClosedException(
						"The store of the snapshots in " + this.storage.directory() + " is closed.");
			}
			long began = System.nanoTime();
			SnapshotInfo written = create(content);
			SnapshotInfo newest = newestOrNull();
			if (newest == null || !written.lsn().equals(newest.lsn())) {
				List<SnapshotInfo> all = new ArrayList<>(this.snapshots);
				all.add(written);
				this.snapshots = List.copyOf(all);
				logger.info("Wrote a snapshot at LSN {}, {} bytes, in {} ms", written.lsn(), written.length(),
						TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
			}
			prune();
			return written;
		}
		finally {
			this.lock.unlock();
		}
	}

	private SnapshotInfo create(SnapshotContent content) {
		boolean renamed = false;
		try (StorageFile file = this.storage.create(SnapshotName.UNFINISHED)) {
			SnapshotOutput out = new SnapshotOutput(file);
			Lsn lsn = content.writeTo(out);
			out.finish();
			SnapshotInfo newest = newestOrNull();
			checkPosition(lsn, newest);
			if (newest != null && newest.lsn().equals(lsn)) {
				return newest;
			}
			if (lsn.isAfter(this.wal.durableLsn())) {
				// Nothing may outlive a record that it has the effects of.
				this.wal.sync();
			}
			SnapshotHeader header = new SnapshotHeader(SnapshotHeader.VERSION, out.checksum(),
					this.wal.status().logId(), lsn.value(), nanos(this.clock.instant()), out.length());
			file.writeFully(header.encode(), 0);
			file.force(true);
			this.storage.rename(SnapshotName.UNFINISHED, SnapshotName.of(lsn));
			renamed = true;
			this.storage.force();
			return info(header);
		}
		catch (IOException ex) {
			throw new WalIoException("write a snapshot in", this.storage.directory(), ex);
		}
		finally {
			if (!renamed) {
				removeUnfinished();
			}
		}
	}

	private void checkPosition(Lsn lsn, @Nullable SnapshotInfo newest) {
		if (lsn.isNone()) {
			throw new WalPositionException(lsn, Lsn.FIRST, "cannot be that of a snapshot: it reflects no record");
		}
		if (lsn.isAfter(this.wal.lastLsn())) {
			throw new WalPositionException(lsn, this.wal.lastLsn(),
					"cannot be that of a snapshot: the last record has LSN " + this.wal.lastLsn());
		}
		if (newest != null && newest.lsn().isAfter(lsn)) {
			throw new WalPositionException(lsn, newest.lsn(),
					"cannot be that of a snapshot: there is a newer one at LSN " + newest.lsn());
		}
	}

	/**
	 * What remains only takes space, and is deleted when the store is opened again.
	 */
	private void removeUnfinished() {
		try {
			if (this.storage.list().contains(SnapshotName.UNFINISHED)) {
				this.storage.delete(SnapshotName.UNFINISHED);
			}
		}
		catch (IOException ex) {
			logger.debug("Could not delete an unfinished snapshot", ex);
		}
	}

	/**
	 * Oldest first, so that the newest are left. A file that cannot be deleted only takes
	 * space, and is tried again after the next snapshot.
	 */
	private void prune() {
		try {
			boolean deleted = false;
			while (this.snapshots.size() > this.kept) {
				List<SnapshotInfo> all = this.snapshots;
				this.storage.delete(SnapshotName.of(all.get(0).lsn()));
				this.snapshots = List.copyOf(all.subList(1, all.size()));
				deleted = true;
			}
			if (deleted) {
				this.storage.force();
			}
		}
		catch (IOException ex) {
			logger.warn("Could not delete an old snapshot in {}; retrying after the next one", this.storage.directory(),
					ex);
		}
	}

	/**
	 * Return the newest snapshot, as {@link #newest(Lsn)} of a state that begins empty.
	 * @return the snapshot, or empty if there is none and the log has every record
	 */
	public Optional<Snapshot> newest() {
		return newest(Lsn.NONE);
	}

	/**
	 * Return the newest snapshot that is intact, every byte of it verified. A damaged one
	 * is renamed to {@code *.damaged} and reported. An older one is then used if the log
	 * still has all records above it.
	 * @param without the LSN that the state reflects if there is no snapshot
	 * @return the snapshot, or empty if there is none and the log has every record above
	 * that LSN
	 * @throws WalSnapshotException if the log does not have every record above the
	 * snapshot that is left, or, if none is left, above the given LSN
	 * @throws WalIoException if a snapshot cannot be read
	 */
	public Optional<Snapshot> newest(Lsn without) {
		this.lock.lock();
		try {
			for (SnapshotInfo info = newestOrNull(); info != null; info = newestOrNull()) {
				if (isIntact(info)) {
					checkReach(info);
					return Optional.of(new Snapshot(this.storage, info));
				}
				setAside(SnapshotName.of(info.lsn()), "its content does not match its checksum");
				this.storage.force();
			}
			if (!isReached(without)) {
				throw missing("there is no intact snapshot" + (without.isNone() ? "" : " above LSN " + without));
			}
			return Optional.empty();
		}
		catch (IOException ex) {
			throw new WalIoException("read the snapshots in", this.storage.directory(), ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isIntact(SnapshotInfo info) throws IOException {
		StorageFile file = this.storage.openForReading(SnapshotName.of(info.lsn()));
		try (SnapshotInput content = new SnapshotInput(file, info.length())) {
			SnapshotHeader header = readHeader(file);
			return header != null && file.size() == SnapshotHeader.SIZE + info.length()
					&& content.checksum() == header.contentChecksum();
		}
	}

	private void checkReach(SnapshotInfo info) {
		if (info.lsn().isAfter(this.wal.lastLsn())) {
			throw new WalSnapshotException("The snapshot " + info.file() + " reflects records up to LSN " + info.lsn()
					+ ", but the log in " + this.wal.status().location() + " ends at LSN " + this.wal.lastLsn()
					+ ": it is older than its snapshots. Put the log and the snapshots that belong together back, or"
					+ " move the snapshot away to give up what only it has.", List.of(info.file()));
		}
		if (!isReached(info.lsn())) {
			throw missing("the newest intact snapshot, " + info.file() + ", ends at LSN " + info.lsn());
		}
	}

	/**
	 * Return whether the log has every record above an LSN.
	 */
	private boolean isReached(Lsn lsn) {
		Lsn first = this.wal.firstLsn();
		Lsn begins = first.isNone() ? this.wal.lastLsn().next() : first;
		return !begins.isAfter(lsn.next());
	}

	private WalSnapshotException missing(String what) {
		Lsn first = this.wal.firstLsn();
		String names = this.damaged.isEmpty() ? ""
				: " (damaged: " + String.join(", ", this.damaged.stream().map(Path::toString).toList()) + ")";
		List<Path> files = new ArrayList<>(this.damaged);
		this.snapshots.forEach((info) -> files.add(info.file()));
		return new WalSnapshotException(
				"The state cannot be rebuilt: the log in " + this.wal.status().location() + " begins at LSN "
						+ (first.isNone() ? this.wal.lastLsn().next() : first) + ", and in " + this.storage.directory()
						+ " " + what + names + ". Restore the snapshot from a backup under its own"
						+ " name, or check that the directory of the snapshots is the right one. No file was deleted.",
				files);
	}

	private void setAside(String name, String reason) throws IOException {
		String aside = SnapshotName.aside(name, this.storage.list());
		this.storage.rename(name, aside);
		List<Path> all = new ArrayList<>(this.damaged);
		all.add(path(aside));
		this.damaged = List.copyOf(all);
		this.snapshots = this.snapshots.stream().filter((info) -> !info.file().equals(path(name))).toList();
		logger.error("Snapshot {} is damaged: {}. It was kept as {}. Falling back to an older snapshot and the log."
				+ " Check the disk", path(name), reason, aside);
	}

	/**
	 * Return up to where the log is no longer needed, even if all but one of the kept
	 * snapshots turn out to be damaged.
	 * @return the LSN of the oldest snapshot that is kept, or {@link Lsn#NONE} as long as
	 * there are fewer than are to be kept
	 */
	public Lsn releasedLsn() {
		List<SnapshotInfo> all = this.snapshots;
		return (all.size() < this.kept) ? Lsn.NONE : all.get(all.size() - this.kept).lsn();
	}

	/**
	 * Return the snapshots that are kept. Takes no lock.
	 * @return an unmodifiable list, oldest first
	 */
	public List<SnapshotInfo> snapshots() {
		return this.snapshots;
	}

	/**
	 * Return the files of damaged snapshots, which stay until somebody deletes them.
	 * Takes no lock.
	 * @return an unmodifiable list, in no order
	 */
	public List<Path> damaged() {
		return this.damaged;
	}

	private @Nullable SnapshotInfo newestOrNull() {
		List<SnapshotInfo> all = this.snapshots;
		return all.isEmpty() ? null : all.get(all.size() - 1);
	}

	private Path path(String name) {
		return this.storage.directory().resolve(name);
	}

	private static long nanos(Instant instant) {
		return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
	}

}
