// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.wal.Lsn;
import dev.wal.WalDirectoryLostException;
import dev.wal.WalIoException;
import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.segment.LogDirectory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks if the directory of an open log, and the files in it, are still those that were
 * opened, and if no other process has taken it. An open file outlives its name, so a log
 * would go on acknowledging records that nobody can find again.
 * <p>
 * Files are compared by their keys and not by their names, contents or numbers of links:
 * a backup may copy them or link to them. One thread at a time looks.
 */
final class DirectoryWatch {

	private static final Logger logger = LoggerFactory.getLogger(DirectoryWatch.class);

	private final Storage storage;

	private final ReentrantLock nameLock;

	private final DirectoryLock lock;

	private final Supplier<String> activeSegment;

	private final LongSupplier durableLsn;

	private final Consumer<WalDirectoryLostException> onLost;

	private final List<String> names;

	/** The keys of the directory and of its files that stay, as of the open. */
	private final Map<String, String> keys = new HashMap<>();

	/** The segment that was active at the last look. */
	private @Nullable String segment;

	private volatile boolean lost;

	private volatile @Nullable String problem;

	/**
	 * Create the watch of a log, all of whose files are open for writing: that changes
	 * the keys of an overlay file system.
	 * @param names the files that stay as they are while the log is open
	 * @param activeSegment returns the name of the segment that is written now
	 * @param durableLsn returns the highest durable LSN
	 * @param onLost is told once what is gone
	 */
	DirectoryWatch(LogDirectory directory, DirectoryLock lock, List<String> names, Supplier<String> activeSegment,
			LongSupplier durableLsn, Consumer<WalDirectoryLostException> onLost) {
		this.storage = directory.storage();
		this.nameLock = directory.nameLock();
		this.lock = lock;
		this.activeSegment = activeSegment;
		this.durableLsn = durableLsn;
		this.onLost = onLost;
		this.names = names;
		look();
	}

	/**
	 * Look once.
	 */
	void look() {
		if (this.lost) {
			return;
		}
		try {
			String what = whatIsLost();
			if (what != null) {
				this.lost = true;
				Path path = this.storage.directory();
				this.onLost.accept(new WalDirectoryLostException(path, what, Lsn.of(this.durableLsn.getAsLong()),
						this.lock.holder().processId()));
				return;
			}
			note(this.keys.containsValue("") ? "the file system has no keys to tell files apart" : null);
		}
		catch (IOException ex) {
			note(new WalIoException("look at", this.storage.directory(), ex).getMessage());
		}
	}

	private @Nullable String whatIsLost() throws IOException {
		String what = compare("");
		for (String name : this.names) {
			what = (what != null) ? what : compare(name);
		}
		if (what == null && !this.lock.isMine()) {
			what = "another process has taken its lock file, and may have written to the same log";
		}
		return (what != null) ? what : compareSegment();
	}

	/**
	 * Return what has become of a file, or {@code null} if it is the one that it was when
	 * it was first looked at.
	 * @param name its name, empty for the directory
	 */
	private @Nullable String compare(String name) throws IOException {
		String file = name.isEmpty() ? "the directory" : name;
		try {
			String now = this.storage.fileKey(name);
			String before = this.keys.putIfAbsent(name, now);
			return (before == null || before.equals(now)) ? null
					: file + " was replaced by another one, or the file system was unmounted";
		}
		catch (NoSuchFileException ex) {
			return file + " was deleted or moved";
		}
	}

	/**
	 * Compare the segment that is written now. Its name may change at any time, so what
	 * looks lost is looked at again while no name can change.
	 */
	private @Nullable String compareSegment() throws IOException {
		if (lookAtSegment() == null) {
			return null;
		}
		this.nameLock.lock();
		try {
			return lookAtSegment();
		}
		finally {
			this.nameLock.unlock();
		}
	}

	private @Nullable String lookAtSegment() throws IOException {
		String name = this.activeSegment.get();
		if (!name.equals(this.segment)) {
			if (this.segment != null) {
				this.keys.remove(this.segment);
			}
			this.segment = name;
		}
		return compare(name);
	}

	/**
	 * Note why the directory cannot be checked at the moment: that is no reason to fail.
	 */
	private void note(@Nullable String now) {
		String before = this.problem;
		this.problem = now;
		if (now != null && before == null) {
			logger.warn("Cannot check whether the directory {} is still the one of the open log: {}",
					this.storage.directory(), now);
		}
		else if (now == null && before != null) {
			logger.info("The directory {} can be checked again: it is still the one of the open log",
					this.storage.directory());
		}
	}

	/**
	 * Return why the directory cannot be checked at the moment, or {@code null}. Any
	 * thread may ask.
	 */
	@Nullable String problem() {
		return this.problem;
	}

	/**
	 * Return whether the directory is lost. Any thread may ask.
	 */
	boolean isLost() {
		return this.lost;
	}

}
