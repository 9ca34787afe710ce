// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ThreadFactory;

import dev.wal.Compression;
import dev.wal.CreatePolicy;
import dev.wal.FileSettings;
import dev.wal.LocalRecovery;
import dev.wal.RecoveryReport;
import dev.wal.WalConfigurationException;
import dev.wal.WalDirectoryException;
import dev.wal.WalException;
import dev.wal.WalFullException;
import dev.wal.WalIoException;
import dev.wal.WalMemoryException;
import dev.wal.WalOptions;
import dev.wal.internal.format.BlockCodec;
import dev.wal.internal.format.BlockEncoder;
import dev.wal.internal.format.DirectMemory;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.MountedFileSystem;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFullException;
import dev.wal.internal.recovery.Inspection;
import dev.wal.internal.recovery.Recovery;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.RecoveredLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.internal.thread.Breach;
import dev.wal.internal.thread.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a log: checks that it may be opened, takes its lock, recovers it, and starts it.
 */
public final class LogOpener {

	private static final Logger logger = LoggerFactory.getLogger(LogOpener.class);

	private LogOpener() {
	}

	/**
	 * Open a log on a storage, creating it if there is none.
	 * @return the log
	 */
	public static SegmentedLog open(WalOptions options, Storage storage) {
		return open(options, storage, Threads::daemon);
	}

	/**
	 * Open a log on a storage, creating it if there is none.
	 * @param factory creates the threads of the log
	 * @return the log
	 */
	public static SegmentedLog open(WalOptions options, Storage storage, ThreadFactory factory) {
		LogDirectory directory = new LogDirectory(storage);
		checkCompression(options.log().compression());
		checkMemory(options.files());
		LogThreads threads = LogThreads.start(factory, storage.directory());
		try {
			createDirectory(storage, options.files().create());
			checkUnlocked(directory, options);
			return lockAndOpen(directory, options, threads);
		}
		catch (RuntimeException | Error ex) {
			threads.cancel();
			throw ex;
		}
	}

	private static SegmentedLog lockAndOpen(LogDirectory directory, WalOptions options, LogThreads threads) {
		WalOptions guarded = ForeignCode.guard(options);
		DirectoryLock lock = directory.lock(options.files().lockWait());
		RecoveredLog recovered = null;
		try {
			recovered = Recovery.run(directory, lock, guarded);
			SegmentedLog log = new SegmentedLog(directory, options, guarded, lock, recovered, threads);
			if (!options.files().temporary()) {
				warnOfFileSystem(directory);
			}
			report(directory, log.recoveryReport(), log.localRecovery());
			return log;
		}
		catch (IOException ex) {
			WalException failure = openFailed(directory.storage(), ex);
			undo(recovered, lock, failure);
			throw failure;
		}
		catch (RuntimeException | Error ex) {
			undo(recovered, lock, ex);
			throw ex;
		}
	}

	/**
	 * Open a log in a directory whose lock the caller has, and keeps when the log is
	 * closed.
	 */
	public static SegmentedLog openLocked(WalOptions options, LogDirectory directory, DirectoryLock lock)
			throws IOException {
		LogThreads threads = LogThreads.start(Threads::daemon, directory.path());
		RecoveredLog recovered = null;
		DirectoryLock borrowed = new BorrowedLock(lock);
		try {
			recovered = Recovery.run(directory, borrowed, options);
			return new SegmentedLog(directory, options, options, borrowed, recovered, threads);
		}
		catch (IOException | RuntimeException | Error ex) {
			undo(recovered, borrowed, ex);
			threads.cancel();
			throw ex;
		}
	}

	private static void checkCompression(Compression compression) {
		if (compression == Compression.NONE) {
			return;
		}
		try {
			BlockCodec.of(compression);
		}
		catch (LinkageError ex) {
			byte codec = (compression == Compression.LZ4) ? Format.CODEC_LZ4 : Format.CODEC_ZSTD;
			throw new WalConfigurationException("compression", compression,
					"it needs " + BlockCodec.library(codec) + " on the class path, which cannot be loaded: " + ex);
		}
	}

	/**
	 * Appends take two write buffers. Readers do with other memory where there is none of
	 * this kind.
	 */
	private static void checkMemory(FileSettings settings) {
		int size = BlockEncoder.memory(settings.writeBufferSize());
		try {
			DirectMemory.require(size, 2);
		}
		catch (OutOfMemoryError ex) {
			throw new WalMemoryException(settings.directory(), 2L * size, ex);
		}
	}

	private static void createDirectory(Storage storage, CreatePolicy create) {
		boolean exists;
		try {
			exists = storage.exists();
		}
		catch (IOException ex) {
			throw new WalDirectoryException(storage.directory(), "it is not a directory", null);
		}
		if (!exists && create == CreatePolicy.NEVER) {
			throw new WalDirectoryException(storage.directory(), LogDirectory.NO_LOG, null);
		}
		if (exists && storage.contains(SegmentName.LOCK)) {
			// An open has come past this point before.
			return;
		}
		try {
			storage.create();
		}
		catch (IOException ex) {
			throw exists ? openFailed(storage, ex)
					: new WalDirectoryException(storage.directory(), "it cannot be created", ex);
		}
	}

	private static void warnOfFileSystem(LogDirectory directory) {
		MountedFileSystem fileSystem = directory.fileSystem();
		String hazard = (fileSystem != null) ? fileSystem.hazard() : null;
		if (hazard != null) {
			logger.warn("The log in {} is not safe where it is. {}", directory.path(), hazard);
		}
	}

	/**
	 * Look at a directory without a lock file before one is created in it, since a
	 * refusal must not change the directory. Where there is a lock file, it is locked
	 * first.
	 */
	private static void checkUnlocked(LogDirectory directory, WalOptions options) {
		Storage storage = directory.storage();
		if (storage.contains(SegmentName.LOCK)) {
			return;
		}
		try {
			directory.checkLayout();
			if (storage.list().stream().anyMatch((name) -> SegmentName.parse(name).isPresent())) {
				Inspection.ofTail(storage, options.log().owner(), options.files().corruptionPolicy(),
						options.files().recoveryScan());
			}
		}
		catch (IOException ex) {
			// Recovery will say so, unless the lock has the better reason.
			logger.debug("Could not look at {} before it is locked", directory.path(), ex);
		}
		catch (RuntimeException ex) {
			// Another process may have opened the log, and changed it, at the same time.
			if (!storage.contains(SegmentName.LOCK)) {
				throw ex;
			}
		}
	}

	private static WalException openFailed(Storage storage, IOException ex) {
		if (ex instanceof StorageFullException) {
			return new WalFullException(storage.directory(), Format.SEGMENT_HEADER_SIZE, storage.usableSpace(), ex);
		}
		return new WalIoException("open the log in", storage.directory(), ex);
	}

	/**
	 * Close the files and release the lock, whatever happens.
	 */
	private static void undo(@Nullable RecoveredLog recovered, Closeable lock, Throwable reason) {
		if (recovered != null) {
			close(recovered, reason);
		}
		close(lock, reason);
	}

	private static void close(Closeable resource, Throwable reason) {
		try {
			resource.close();
		}
		catch (Throwable ex) {
			reason.addSuppressed(ex);
		}
	}

	private static void report(LogDirectory directory, RecoveryReport recovery, LocalRecovery local) {
		new Breach("The logging system").guard(() -> log(directory, recovery, local));
	}

	private static void log(LogDirectory directory, RecoveryReport recovery, LocalRecovery local) {
		if (recovery.lastLsn().isNone()) {
			logger.info("Opened the log in {}: it has no records yet", directory.path());
			return;
		}
		logger.info("Opened the log in {}: {} segment(s), LSN {} to {}, checkpoint {}, {}, tail {}, in {} ms",
				directory.path(), local.segments(), recovery.firstLsn(), recovery.lastLsn(), recovery.checkpointLsn(),
				recovery.cleanShutdown() ? "closed cleanly" : "not closed", recovery.tail().kind(),
				recovery.duration().toMillis());
	}

}
