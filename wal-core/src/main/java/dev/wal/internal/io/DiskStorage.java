// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of the default file system. Unless others are permitted, what is created
 * can be read and written by its owner alone, where the file system knows owners. The
 * directory may be reached through a symbolic link; a file in it may not be one, so that
 * no name leads out of it.
 */
public final class DiskStorage implements Storage {

	private static final Logger logger = LoggerFactory.getLogger(DiskStorage.class);

	private static final Set<OpenOption> CREATE = Set.of(StandardOpenOption.CREATE,
			StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.READ, StandardOpenOption.WRITE,
			LinkOption.NOFOLLOW_LINKS);

	private static final Set<OpenOption> LOCK = Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
			StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

	private static final Set<OpenOption> READ_WRITE = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE,
			LinkOption.NOFOLLOW_LINKS);

	private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

	private final Path directory;

	private final Permissions permissions;

	/**
	 * The lock file and its key: as long as it is open, no other file can pass for it.
	 */
	private volatile @Nullable LockedFile locked;

	/** Open as long as the lock is held. */
	private final DirectoryDescriptors descriptors;

	private final FullDisk fullDisk;

	/**
	 * Create the door to a directory, which need not exist. Nobody but the user of this
	 * process has access to what is created.
	 * @param directory the directory
	 */
	public DiskStorage(Path directory) {
		this(directory, Permissions.OWNER_ONLY);
	}

	private DiskStorage(Path directory, Permissions permissions) {
		this.directory = directory.toAbsolutePath().normalize();
		this.descriptors = new DirectoryDescriptors(this.directory);
		this.fullDisk = FullDisk.of(this.directory);
		this.permissions = permissions;
	}

	/**
	 * Create the door to a directory, which need not exist, and to which others may have
	 * access.
	 * @param directory the directory
	 * @param permissions what a new directory and new files permit, whatever the umask
	 * says; a directory can be searched by all that may read it, and no file executed
	 * @return the door
	 */
	public static DiskStorage shared(Path directory, String permissions) {
		return new DiskStorage(directory, Permissions.of(permissions));
	}

	/**
	 * Create a directory for temporary data.
	 * @return the directory, new and empty
	 * @throws IOException if it cannot be created
	 */
	public static Path createTemporaryDirectory() throws IOException {
		return Files.createTempDirectory("wal-");
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
			if (Files.exists(level, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(level)) {
				throw new FileSystemException(level.toString(), null, "it is not a directory");
			}
			missing.push(level);
		}
		for (Path level : missing) {
			createLevel(level);
			forceParent(level);
		}
		if (missing.isEmpty()) {
			try {
				forceParent(this.directory);
			}
			catch (AccessDeniedException ex) {
				// Another user made the directory, and may write there; this process may
				// not.
				logger.debug("The parent of {} cannot be forced", this.directory, ex);
			}
		}
	}

	private void createLevel(Path level) throws IOException {
		try {
			Files.createDirectory(level, Permissions.attributes(level, this.permissions.ofDirectory()));
			Permissions.permit(level, this.permissions.ofDirectory());
		}
		catch (FileAlreadyExistsException ex) {
			// Another process may have created it in between.
			if (!Files.isDirectory(level)) {
				throw ex;
			}
		}
		catch (IOException ex) {
			throw this.fullDisk.translate("create " + level, ex, 0);
		}
	}

	private static void forceParent(Path level) throws IOException {
		Path parent = level.getParent();
		if (parent != null) {
			DirectoryDescriptors.force(parent);
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
		try {
			return file(open(resolve(name), CREATE));
		}
		catch (FileSystemException ex) {
			if (ex.getClass() != FileSystemException.class || !this.descriptors.release()) {
				throw ex;
			}
			return file(open(resolve(name), CREATE));
		}
		finally {
			this.descriptors.refill();
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
			boolean exists = checkRegular(file);
			if (exists || !options.contains(StandardOpenOption.CREATE)) {
				return AsynchronousFileChannel.open(file, options, SameThreadExecutor.INSTANCE);
			}
			AsynchronousFileChannel channel = AsynchronousFileChannel.open(file, options, SameThreadExecutor.INSTANCE,
					Permissions.attributes(file, this.permissions.ofFile()));
			Permissions.permit(file, this.permissions.ofFile());
			return channel;
		}
		catch (IOException ex) {
			throw this.fullDisk.translate("open " + file, ex, 0);
		}
	}

	/**
	 * Refuse what is no regular file: opening a pipe would wait for its other end for
	 * ever, and opening a device may do anything.
	 * @return whether there is a file
	 */
	private static boolean checkRegular(Path file) throws IOException {
		try {
			BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class,
					LinkOption.NOFOLLOW_LINKS);
			if (!found.isRegularFile()) {
				String kind = found.isDirectory() ? "a directory"
						: found.isSymbolicLink() ? "a symbolic link" : "a pipe, device or socket";
				throw new FileSystemException(file.toString(), null,
						"is " + kind + ", where the log expects a regular file");
			}
			return true;
		}
		catch (NoSuchFileException ex) {
			return false;
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
		this.descriptors.force();
	}

	@Override
	public DirectoryLock lock(String name) throws IOException {
		Path file = resolve(name);
		this.permissions.warnIfExposed(this.directory);
		DiskLock lock = DiskLock.acquire(this, file);
		try {
			this.locked = new LockedFile(file, fileKey(name));
			lock.closeWith(this.descriptors);
			this.descriptors.open();
			return lock;
		}
		catch (IOException | RuntimeException | Error ex) {
			lock.close();
			throw ex;
		}
	}

	@Override
	public String fileKey(String name) throws IOException {
		return name.isEmpty() ? FileKey.of(this.directory) : FileKey.of(resolve(name), LinkOption.NOFOLLOW_LINKS);
	}

	/**
	 * Create nothing in a directory that took the place of the one that was locked: the
	 * log would be in two halves.
	 */
	private void checkNotReplaced() throws IOException {
		LockedFile lockFile = this.locked;
		if (lockFile != null && !lockFile.isInPlace()) {
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

	@Override
	public long usableSpace() {
		return FullDisk.usableSpace(this.directory);
	}

	@Override
	public void deleteAll(Predicate<String> belongs) throws IOException {
		if (!Files.exists(this.directory)) {
			return;
		}
		List<Path> directories = new ArrayList<>();
		try (Stream<Path> entries = Files.walk(this.directory, 2)) {
			for (Path entry : (Iterable<Path>) entries::iterator) {
				if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
					directories.add(entry);
				}
				else if (belongs.test(entry.getFileName().toString())) {
					Files.deleteIfExists(entry);
				}
			}
		}
		catch (UncheckedIOException ex) {
			throw ex.getCause();
		}
		// The innermost first.
		for (int i = directories.size() - 1; i >= 0; i--) {
			try {
				Files.deleteIfExists(directories.get(i));
			}
			catch (DirectoryNotEmptyException ex) {
				logger.info("Kept {}: it holds files that are not part of the log", directories.get(i));
				logger.trace("It could not be deleted", ex);
			}
		}
	}

	private Path resolve(String name) {
		Path file = this.directory.resolve(name).normalize();
		if (!this.directory.equals(file.getParent())) {
			throw new IllegalArgumentException("Not the name of a file in " + this.directory + ": " + name);
		}
		return file;
	}

	@Override
	public String toString() {
		return this.directory.toString();
	}

	/**
	 * The lock file as it was when it was locked.
	 *
	 * @param file its path
	 * @param key its key then
	 */
	private record LockedFile(Path file, String key) {

		boolean isInPlace() throws IOException {
			try {
				return this.key.equals(FileKey.of(this.file, LinkOption.NOFOLLOW_LINKS));
			}
			catch (NoSuchFileException ex) {
				return false;
			}
		}

	}

}
