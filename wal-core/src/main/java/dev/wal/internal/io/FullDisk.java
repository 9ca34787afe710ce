// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a full disk from other failures. The JDK passes on the text of the operating
 * system, which is in the language of the system, and no error number. So the disk is
 * asked as well: there is no usable space, or the text is the one that {@code /dev/full}
 * causes, or a new file is refused the same way. That last one covers a quota and a limit
 * for the size of files, of which the usable space says nothing.
 */
final class FullDisk {

	/**
	 * With less space than this the disk is full: file systems keep some for themselves.
	 */
	private static final int SMALLEST = 64 * 1024;

	/** Recovery deletes a file of this name. */
	private static final String PROBE = "wal-00000000000000000000.log.new";

	/** Where the system speaks English, a moment without space is recognized as well. */
	private static final Set<String> ENGLISH = Set.of("No space left on device", "Disk quota exceeded",
			"Disc quota exceeded", "File too large", "There is not enough space on the disk");

	private static final Logger logger = LoggerFactory.getLogger(FullDisk.class);

	private final Path directory;

	private final LongSupplier usableSpace;

	FullDisk(Path directory, LongSupplier usableSpace) {
		this.directory = directory;
		this.usableSpace = usableSpace;
	}

	static FullDisk of(Path directory) {
		return new FullDisk(directory, () -> usableSpace(directory));
	}

	/**
	 * Return the space that is left below a directory, in bytes, or -1 if unknown.
	 */
	static long usableSpace(Path directory) {
		try {
			return Files.getFileStore(directory).getUsableSpace();
		}
		catch (IOException ex) {
			return -1;
		}
	}

	/**
	 * Return the failure as it is to be thrown.
	 * @param what what could not be done
	 * @param end the size that the file would have had, 0 if its size was not to change
	 */
	IOException translate(String what, IOException ex, long end) {
		if (ex instanceof AccessDeniedException denied) {
			return DeniedAccess.explain(denied);
		}
		String reason = reason(ex);
		if (reason == null || ex instanceof StorageFullException || !isFull(reason, end)) {
			return ex;
		}
		return new StorageFullException("Could not " + what + ": " + ex.getMessage(), ex);
	}

	/**
	 * Return what the operating system said, or {@code null} if the JDK has a type for
	 * it: then it is something else.
	 */
	private static @Nullable String reason(IOException ex) {
		if (ex instanceof FileSystemException file) {
			return (file.getClass() == FileSystemException.class) ? file.getReason() : null;
		}
		return ex.getMessage();
	}

	private boolean isFull(String reason, long end) {
		long usable = this.usableSpace.getAsLong();
		return (usable >= 0 && usable < SMALLEST) || ENGLISH.contains(reason) || reason.equals(textOfAFullDevice())
				|| isRefusedElsewhere(reason, end);
	}

	private static @Nullable String textOfAFullDevice() {
		try (AsynchronousFileChannel channel = open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
			return refusal(channel, 1, 0);
		}
		catch (IOException ex) {
			logger.trace("There is no device that is always full", ex);
			return null;
		}
	}

	private static AsynchronousFileChannel open(Path file, OpenOption... options) throws IOException {
		// Not by the storage, which would ask here whether a failure means a full disk.
		return AsynchronousFileChannel.open(file, Set.of(options), SameThreadExecutor.INSTANCE);
	}

	/**
	 * Return whether a new file can be created and forced, but not be written to: the
	 * device works, and gives no space. Or not up to here: there is a limit for the size
	 * of files.
	 */
	private synchronized boolean isRefusedElsewhere(String reason, long end) {
		Path probe = this.directory.resolve(PROBE);
		try (AsynchronousFileChannel channel = open(probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
				LinkOption.NOFOLLOW_LINKS)) {
			channel.force(true);
			return reason.equals(refusal(channel, SMALLEST, 0))
					|| (end > SMALLEST && reason.equals(refusal(channel, 1, end - 1)));
		}
		catch (IOException ex) {
			logger.debug("Could not find out whether the disk is full", ex);
			return false;
		}
		finally {
			delete(probe);
		}
	}

	/**
	 * Return what the operating system says to a write, {@code null} if it takes it.
	 */
	private static @Nullable String refusal(AsynchronousFileChannel channel, int size, long position) {
		ByteBuffer zeros = ByteBuffer.allocate(size);
		try {
			while (zeros.hasRemaining()) {
				DiskFile.write(channel, zeros, position + zeros.position());
			}
			return null;
		}
		catch (IOException ex) {
			return reason(ex);
		}
	}

	private static void delete(Path probe) {
		try {
			Files.deleteIfExists(probe);
		}
		catch (IOException ex) {
			logger.debug("Could not delete {}", probe, ex);
		}
	}

}
