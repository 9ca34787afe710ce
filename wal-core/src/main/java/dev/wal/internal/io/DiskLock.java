// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of a {@link DiskStorage}: an entry in {@link HeldLocks} against other logs of
 * this process, a lock of the operating system against other processes, and a text that
 * names the holder, for the case that the second was lost.
 * <p>
 * The entry comes first, because merely closing a second descriptor of the lock file
 * would drop this process's lock: POSIX ties the lock to the process, not to the
 * descriptor. For the same reason the file is read and written through the channel of the
 * lock alone.
 */
final class DiskLock implements DirectoryLock {

	/**
	 * Lock one byte far after the text, which others must be able to read on systems
	 * where locks are mandatory.
	 */
	private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

	/** How often a lock file may be replaced between opening and locking it. */
	private static final int ATTEMPTS = 10;

	private static final Logger logger = LoggerFactory.getLogger(DiskLock.class);

	private final Path file;

	private final AsynchronousFileChannel channel;

	private final LockPage own;

	/** What the lock file said when it was locked. */
	private final @Nullable LockPage before;

	private @Nullable Closeable companion;

	private boolean claimed;

	private boolean closed;

	private DiskLock(Path file, AsynchronousFileChannel channel, LockPage own, @Nullable LockPage before) {
		this.file = file;
		this.channel = channel;
		this.own = own;
		this.before = before;
	}

	/**
	 * Return who took the lock last, without taking it.
	 */
	static @Nullable String lastHolder(DiskStorage storage, Path file) throws IOException {
		// The monitor keeps acquire() out: a lock that it took now would be dropped when
		// the file is closed.
		synchronized (HeldLocks.monitor()) {
			String holder = HeldLocks.holder(storage.directory());
			if (holder != null) {
				return holder;
			}
			try (AsynchronousFileChannel channel = storage.openLockForReading(file)) {
				LockPage page = read(channel);
				return (page != null) ? page.describe() : null;
			}
		}
	}

	static DiskLock acquire(DiskStorage storage, Path file) throws IOException {
		UUID token = newToken();
		LockPage own = ownPage(storage.directory(), token);
		HeldLocks.add(storage.directory(), token, own.describe());
		AsynchronousFileChannel channel = null;
		try {
			channel = openLocked(storage, file);
			LockPage before = read(channel);
			String key = FileKey.of(file, LinkOption.NOFOLLOW_LINKS);
			DiskLock lock = new DiskLock(file, channel, own.in(key), before);
			lock.refuse(before, key);
			return lock;
		}
		catch (IOException | RuntimeException | Error ex) {
			try {
				if (channel != null) {
					channel.close();
				}
			}
			finally {
				HeldLocks.remove(token);
			}
			throw ex;
		}
	}

	/**
	 * Open and lock the file that has the name: it may be deleted or replaced between the
	 * two, and a lock on a file without a name keeps nobody out.
	 */
	private static AsynchronousFileChannel openLocked(DiskStorage storage, Path file) throws IOException {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			String before = keyOrNull(file);
			AsynchronousFileChannel channel = storage.openLock(file);
			try {
				if (!tryLock(channel)) {
					LockPage page = read(channel);
					throw new StorageLockedException((page != null) ? page.describe() : "another process");
				}
				if (before != null && before.equals(keyOrNull(file))) {
					return channel;
				}
			}
			catch (IOException | RuntimeException | Error ex) {
				channel.close();
				throw ex;
			}
			channel.close();
		}
		throw new StorageLockedException("another process, which replaces the lock file again and again");
	}

	private static @Nullable String keyOrNull(Path file) throws IOException {
		try {
			return FileKey.of(file, LinkOption.NOFOLLOW_LINKS);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	private static boolean tryLock(AsynchronousFileChannel channel) throws IOException {
		try {
			return channel.tryLock(LOCKED_BYTE, 1, false) != null;
		}
		catch (OverlappingFileLockException ex) {
			return false;
		}
		catch (IOException ex) {
			throw new StorageLocksUnsupportedException(ex);
		}
	}

	private static LockPage ownPage(Path directory, UUID token) throws IOException {
		RunningProcess self = RunningProcess.self();
		Holder holder = new Holder(self.pid(), self.started(), self.boot(), self.namespace(), token, "");
		// Not Instant.toString(), whose formatter takes longer to load than all of this.
		String host = LockPage.escape(Objects.requireNonNullElse(System.getenv("HOSTNAME"), "this host"));
		return new LockPage(holder, false, host, Instant.now().atOffset(ZoneOffset.UTC).toString(),
				LockPage.escape(directory.toRealPath().toString()));
	}

	/**
	 * Return a random id. Linux has one at hand, where Java's generator would take longer
	 * to set up than opening a log.
	 */
	private static UUID newToken() {
		String id = RunningProcess.readText(Path.of("/proc/sys/kernel/random/uuid"));
		return (id != null) ? UUID.fromString(id) : UUID.randomUUID();
	}

	private static @Nullable LockPage read(AsynchronousFileChannel channel) throws IOException {
		byte[] page = new byte[LockPage.SIZE];
		int read = new DiskFile(channel, null).readFully(ByteBuffer.wrap(page), 0);
		return (read == page.length) ? LockPage.decode(page) : null;
	}

	private void refuse(@Nullable LockPage named, String key) throws StorageLockedException {
		if (named == null || named.released()) {
			return;
		}
		boolean here = named.holder().fileKey().equals(key) && !key.isEmpty();
		boolean samePath = !named.path().isEmpty() && named.path().equals(this.own.path());
		if ((here || samePath) && named.holder().runsElsewhere()) {
			throw new StorageLockedException(named.describe());
		}
	}

	@Override
	public void refuse(Holder named, String fileKey) throws StorageLockedException {
		boolean released = this.before != null && this.before.released()
				&& this.before.holder().token().equals(named.token());
		if (!released && !fileKey.isEmpty() && fileKey.equals(named.fileKey()) && named.runsElsewhere()) {
			throw new StorageLockedException("process " + named.processId());
		}
	}

	@Override
	public synchronized void claim() throws IOException {
		this.claimed = true;
		write(this.own);
	}

	@Override
	public Holder holder() {
		return this.own.holder();
	}

	/**
	 * Have something else closed with the lock.
	 */
	synchronized void closeWith(Closeable companion) {
		this.companion = companion;
	}

	/**
	 * The file has its full size from the first time on. A disk too full for that is no
	 * reason not to open: the operating system's lock is held all the same.
	 */
	private void write(LockPage page) throws IOException {
		try {
			Path directory = Objects.requireNonNull(this.file.getParent());
			new DiskFile(this.channel, FullDisk.of(directory)).writeFully(ByteBuffer.wrap(page.encode()), 0);
		}
		catch (StorageFullException ex) {
			logger.warn("There is no space to write the holder of the lock into {}", this.file, ex);
		}
	}

	@Override
	public synchronized boolean isMine() throws IOException {
		String key = this.own.holder().fileKey();
		if (!key.isEmpty() && !key.equals(keyOrNull(this.file))) {
			// Others lock the file that has the name now.
			return false;
		}
		LockPage page = read(this.channel);
		return page == null || page.holder().token().equals(this.own.holder().token());
	}

	@Override
	public synchronized void close() throws IOException {
		if (this.closed) {
			return;
		}
		this.closed = true;
		try {
			if (this.claimed && isMine()) {
				write(this.own.release());
			}
		}
		catch (IOException ex) {
			logger.warn("Could not mark {} as released; the lock itself is released", this.file, ex);
		}
		try (Closeable other = this.companion) {
			this.channel.close();
			logger.trace("Released {} and {}", this.file, other);
		}
		finally {
			HeldLocks.remove(this.own.holder().token());
		}
	}

}
