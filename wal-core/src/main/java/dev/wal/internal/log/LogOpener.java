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
import dev.wal.internal.format.Format;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFullException;
import dev.wal.internal.recovery.Recovery;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.RecoveredLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.internal.segment.SegmentWriter;
import dev.wal.internal.thread.Breach;
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
		LogDirectory directory = new LogDirectory(storage);
		checkCompression(options.log().compression());
		LogThreads threads = LogThreads.start(storage.directory());
		try {
			createDirectory(storage);
			checkLayout(directory);
			return lockAndOpen(directory, options, threads);
		}
		catch (RuntimeException | Error ex) {
			threads.cancel();
			throw ex;
		}
	}

	private static SegmentedLog lockAndOpen(LogDirectory directory, WalOptions options, LogThreads threads) {
		WalOptions guarded = ForeignCode.guard(options);
		Closeable lock = directory.lock();
		RecoveredLog recovered = null;
		try {
			recovered = Recovery.run(directory, guarded);
			SegmentedLog log = new SegmentedLog(directory, options, guarded, lock, recovered, threads);
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

	private static void createDirectory(Storage storage) {
		boolean exists;
		try {
			exists = storage.exists();
		}
		catch (IOException ex) {
			throw new WalDirectoryException(storage.directory(), "it is not a directory", ex);
		}
		try {
			if (!exists) {
				storage.create();
			}
		}
		catch (IOException ex) {
			throw new WalDirectoryException(storage.directory(), "it cannot be created", ex);
		}
	}

	/**
	 * Check before the lock is taken, since its file would be a change. Where there is a
	 * lock file already, recovery is early enough.
	 */
	private static void checkLayout(LogDirectory directory) {
		try {
			if (!directory.storage().contains(SegmentName.LOCK)) {
				directory.checkLayout();
			}
		}
		catch (IOException ex) {
			throw openFailed(directory.storage(), ex);
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
			close(recovered.active()::close, reason);
			SegmentWriter spare = recovered.spare();
			if (spare != null) {
				close(spare::close, reason);
			}
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
