// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of the default file system. What is created can be read and written by its
 * owner alone, where the file system knows owners. The directory may be reached through a
 * symbolic link; a file in it may not be one, so that no name leads out of it.
 */
public final class DiskStorage implements Storage {

	private static final Logger logger = LoggerFactory.getLogger(DiskStorage.class);

	private static final boolean WINDOWS = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("win");

	private static final Set<OpenOption> CREATE = Set.of(StandardOpenOption.CREATE,
			StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.READ, StandardOpenOption.WRITE,
			LinkOption.NOFOLLOW_LINKS);

	private static final Set<OpenOption> LOCK = Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
			StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

	private static final Set<OpenOption> READ_WRITE = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE,
			LinkOption.NOFOLLOW_LINKS);

	private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

	private final Path directory;

	private final boolean posix;

	/**
	 * The lock file: as long as it is open, no other file can pass for it.
	 */
	private volatile @Nullable FileIdentity locked;

	/** Open as long as the lock is held, where directories can be opened. */
	private volatile @Nullable DirectoryDescriptors descriptors;

	private final FullDisk fullDisk;

	/**
	 * Create the door to a directory, which need not exist.
	 * @param directory the directory
	 */
	public DiskStorage(Path directory) {
		this.directory = directory.toAbsolutePath().normalize();
		this.fullDisk = new FullDisk(this.directory, this::usableSpace);
		this.posix = this.directory.getFileSystem().supportedFileAttributeViews().contains("posix");
	}

	/**
	 * Create a directory for temporary data.
	 * @return the directory, new and empty
	 * @throws IOException if it cannot be created
	 */
	public static Path createTemporaryDirectory() throws IOException {
		return Files.createTempDirectory("wal-");
	}

	/**
	 * Return the number of this process. Where Linux tells it, no {@link ProcessHandle}
	 * is asked: that one sets out to watch processes, which takes as long as opening a
	 * log.
	 * @return the process id
	 */
	public static long processId() {
		try {
			return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/self")).toString());
		}
		catch (IOException | NumberFormatException ex) {
			return ProcessHandle.current().pid();
		}
	}

	@Override
	public Path directory() {
		return this.directory;
	}

	@Override
	public boolean exists() throws IOException {
		if (Files.isDirectory(this.directory)) {
			return true;
		}
		if (Files.exists(this.directory)) {
			throw new FileSystemException(this.directory.toString(), null, "is not a directory");
		}
		return false;
	}

	@Override
	public void create() throws IOException {
		Deque<Path> missing = new ArrayDeque<>();
		for (Path level = this.directory; level != null && !Files.isDirectory(level); level = level.getParent()) {
			missing.push(level);
		}
		for (Path level : missing) {
			Files.createDirectory(level, permissions("rwx------"));
			Path parent = level.getParent();
			if (parent != null) {
				forceDirectory(parent);
			}
		}
	}

	@Override
	public boolean contains(String name) {
		return Files.exists(resolve(name), LinkOption.NOFOLLOW_LINKS);
	}

	@Override
	public List<String> list() throws IOException {
		List<String> names = new ArrayList<>();
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(this.directory)) {
			for (Path entry : entries) {
				names.add(entry.getFileName().toString());
			}
		}
		catch (java.nio.file.DirectoryIteratorException ex) {
			throw ex.getCause();
		}
		return names;
	}

	@Override
	public StorageFile create(String name) throws IOException {
		checkNotReplaced();
		DirectoryDescriptors descriptors = this.descriptors;
		try {
			return file(open(resolve(name), CREATE));
		}
		catch (FileSystemException ex) {
			if (descriptors == null || ex.getClass() != FileSystemException.class || !descriptors.release()) {
				throw ex;
			}
			return file(open(resolve(name), CREATE));
		}
		finally {
			if (descriptors != null) {
				descriptors.refill();
			}
		}
	}

	DiskFile file(AsynchronousFileChannel channel) {
		return new DiskFile(channel, this.fullDisk);
	}

	@Override
	public StorageFile open(String name) throws IOException {
		return file(open(resolve(name), READ_WRITE));
	}

	@Override
	public StorageFile openForReading(String name) throws IOException {
		return file(open(resolve(name), READ));
	}

	AsynchronousFileChannel openLock(Path file) throws IOException {
		return open(file, LOCK);
	}

	AsynchronousFileChannel openLockForReading(Path file) throws IOException {
		return open(file, READ);
	}

	private AsynchronousFileChannel open(Path file, Set<OpenOption> options) throws IOException {
		try {
			if (options.contains(StandardOpenOption.CREATE)) {
				return AsynchronousFileChannel.open(file, options, SameThreadExecutor.INSTANCE,
						permissions("rw-------"));
			}
			return AsynchronousFileChannel.open(file, options, SameThreadExecutor.INSTANCE);
		}
		catch (IOException ex) {
			throw this.fullDisk.translate("open " + file, ex, 0);
		}
	}

	@Override
	public void rename(String from, String to) throws IOException {
		try {
			Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw this.fullDisk.translate("rename " + from, ex, 0);
		}
	}

	@Override
	public void delete(String name) throws IOException {
		Files.delete(resolve(name));
	}

	@Override
	public void force() throws IOException {
		DirectoryDescriptors descriptors = this.descriptors;
		if (descriptors != null) {
			descriptors.force();
		}
		else {
			forceDirectory(this.directory);
		}
	}

	private static void forceDirectory(Path directory) throws IOException {
		if (WINDOWS) {
			// A directory cannot be opened there, and NTFS journals names by itself.
			logger.debug("Directories are not forced on Windows");
			return;
		}
		try (AsynchronousFileChannel channel = DirectoryDescriptors.open(directory)) {
			channel.force(true);
		}
	}

	@Override
	public Closeable lock(String name, String holder) throws IOException {
		Path file = resolve(name);
		warnIfExposed();
		Closeable lock = DiskLock.acquire(this, file, holder);
		try {
			this.locked = FileIdentity.of(file);
			if (WINDOWS) {
				return lock;
			}
			DirectoryDescriptors descriptors = DirectoryDescriptors.of(this.directory);
			this.descriptors = descriptors;
			return () -> {
				this.descriptors = null;
				try {
					descriptors.close();
				}
				finally {
					lock.close();
				}
			};
		}
		catch (IOException ex) {
			lock.close();
			throw ex;
		}
	}

	/**
	 * Create nothing in a directory that took the place of the one that was locked: the
	 * log would be in two halves.
	 */
	private void checkNotReplaced() throws IOException {
		FileIdentity identity = this.locked;
		if (identity != null && !identity.equals(FileIdentity.of(identity.file()))) {
			throw new FileSystemException(this.directory.toString(), null,
					"the directory, or its lock file, was removed, replaced or unmounted while the log was open");
		}
	}

	/**
	 * Return who took the lock last, without taking it or changing anything.
	 * @param name the name of the lock file
	 * @return what the holder said of itself, whether or not it still holds the lock, or
	 * {@code null} if nobody did
	 * @throws IOException if the lock file cannot be read
	 */
	public @Nullable String lastHolder(String name) throws IOException {
		return contains(name) ? DiskLock.lastHolder(this, resolve(name)) : null;
	}

	private void warnIfExposed() throws IOException {
		if (this.posix) {
			String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(this.directory));
			if (!permissions.endsWith("------")) {
				logger.warn("Other users have access to {} ({}), where the log keeps its records", this.directory,
						permissions);
			}
		}
	}

	@Override
	public long usableSpace() {
		try {
			return Files.getFileStore(this.directory).getUsableSpace();
		}
		catch (IOException ex) {
			return -1;
		}
	}

	@Override
	public void deleteAll() throws IOException {
		for (String name : list()) {
			Files.deleteIfExists(resolve(name));
		}
		Files.deleteIfExists(this.directory);
	}

	private Path resolve(String name) {
		Path file = this.directory.resolve(name).normalize();
		if (!this.directory.equals(file.getParent())) {
			throw new IllegalArgumentException("Not the name of a file in " + this.directory + ": " + name);
		}
		return file;
	}

	private FileAttribute<?>[] permissions(String permissions) {
		if (!this.posix) {
			return new FileAttribute<?>[0];
		}
		Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
		return new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(set) };
	}

	@Override
	public String toString() {
		return this.directory.toString();
	}

	/**
	 * A file as the operating system knows it.
	 *
	 * @param file its path
	 * @param key its device and number, {@code null} where there are none or there is no
	 * such file
	 */
	private record FileIdentity(Path file, @Nullable Object key) {

		static FileIdentity of(Path file) throws IOException {
			try {
				return new FileIdentity(file,
						Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey());
			}
			catch (NoSuchFileException ex) {
				return new FileIdentity(file, null);
			}
		}

	}

}
