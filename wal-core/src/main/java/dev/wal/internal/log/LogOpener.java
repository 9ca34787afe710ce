// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.io.Closeable;
import java.io.IOException;

import dev.wal.Compression;
import dev.wal.LocalRecovery;
import dev.wal.RecoveryReport;
import dev.wal.WalConfigurationException;
import dev.wal.WalDirectoryException;
import dev.wal.WalException;
import dev.wal.WalFullException;
import dev.wal.WalIoException;
import dev.wal.WalOptions;
import dev.wal.internal.format.BlockCodec;
import dev.wal.internal.format.BlockEncoder;
import dev.wal.internal.format.DirectMemory;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFullException;
import dev.wal.internal.recovery.Inspection;
import dev.wal.internal.recovery.Recovery;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.SegmentName;
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
		LogDirectory directory = new LogDirectory(storage);
		checkCompression(options.log().compression());
		checkMemory(options.files().writeBufferSize());
		createDirectory(storage);
		checkUnlocked(directory, options);
		DirectoryLock lock = directory.lock(options.files().lockWait());
		SegmentedLog log;
		try {
			log = new SegmentedLog(directory, options, lock, Recovery.run(directory, lock, options));
		}
		catch (IOException ex) {
			WalException failure = openFailed(storage, ex);
			release(lock, failure);
			throw failure;
		}
		catch (RuntimeException | Error ex) {
			release(lock, ex);
			throw ex;
		}
		log.start();
		report(directory, log.recoveryReport(), log.localRecovery());
		return log;
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
	private static void checkMemory(int writeBufferSize) {
		int size = BlockEncoder.memory(writeBufferSize);
		try {
			DirectMemory.require(size, 2);
		}
		catch (OutOfMemoryError ex) {
			throw new WalConfigurationException("write-buffer-size", writeBufferSize,
					"the log needs 2 buffers of " + size + " bytes in direct memory, and there is not enough ("
							+ ex.getMessage() + "); raise -XX:MaxDirectMemorySize, or choose a smaller buffer");
		}
	}

	private static void createDirectory(Storage storage) {
		boolean exists;
		try {
			exists = storage.exists();
		}
		catch (IOException ex) {
			throw new WalDirectoryException(storage.directory(), "it is not a directory", ex);
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
			checkStillUnlocked(storage, openFailed(storage, ex));
		}
		catch (RuntimeException ex) {
			checkStillUnlocked(storage, ex);
		}
	}

	/**
	 * Another process may have opened the log at the same time, and changed it while it
	 * was looked at.
	 */
	private static void checkStillUnlocked(Storage storage, RuntimeException failure) {
		if (!storage.contains(SegmentName.LOCK)) {
			throw failure;
		}
	}

	private static WalException openFailed(Storage storage, IOException ex) {
		if (ex instanceof StorageFullException) {
			return new WalFullException(storage.directory(), Format.SEGMENT_HEADER_SIZE, storage.usableSpace(), ex);
		}
		return new WalIoException("open the log in", storage.directory(), ex);
	}

	private static void release(Closeable lock, Throwable reason) {
		try {
			lock.close();
		}
		catch (IOException ex) {
			reason.addSuppressed(ex);
		}
	}

	private static void report(LogDirectory directory, RecoveryReport recovery, LocalRecovery local) {
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
