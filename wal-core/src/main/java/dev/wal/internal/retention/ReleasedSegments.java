// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.retention;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

import dev.wal.WalCorruptedException;
import dev.wal.WalIoException;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentScan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which segments a checkpoint releases, and whether they are sound. A file that
 * somebody deleted, or that cannot be read, does not keep the others from being released.
 */
final class ReleasedSegments {

	private static final Logger logger = LoggerFactory.getLogger(ReleasedSegments.class);

	private final Storage storage;

	ReleasedSegments(Storage storage) {
		this.storage = storage;
	}

	/**
	 * Return whether a segment ends at or below the checkpoint. Until the start block of
	 * the next one is durable, the next LSN is known from this one alone.
	 * @param all the segments, oldest first
	 * @param index the index of the segment, which is not the last one
	 */
	boolean isReleased(List<Segment> all, int index, long checkpointLsn) {
		Segment segment = all.get(index);
		try {
			return isStarted(all.get(index + 1)) && segment.lastLsn() <= checkpointLsn;
		}
		catch (WalCorruptedException ex) {
			segment.markDamaged();
		}
		catch (WalIoException ex) {
			requireGone(ex);
		}
		return isFollowedBelow(all.subList(index + 1, all.size()), checkpointLsn);
	}

	private static boolean isStarted(Segment segment) {
		return segment.readableEnd() > Format.SEGMENT_HEADER_SIZE;
	}

	private static void requireGone(WalIoException ex) {
		if (!(ex.getCause() instanceof NoSuchFileException)) {
			throw ex;
		}
	}

	/**
	 * Return whether the first of the later segments that can be read begins so low that
	 * all before it is at or below the checkpoint.
	 */
	private static boolean isFollowedBelow(List<Segment> later, long checkpointLsn) {
		for (Segment segment : later) {
			try {
				return isStarted(segment) && segment.firstLsn() <= checkpointLsn + 1;
			}
			catch (WalCorruptedException ex) {
				logger.debug("It is unknown where {} begins", segment, ex);
			}
			catch (WalIoException ex) {
				requireGone(ex);
			}
		}
		return false;
	}

	/**
	 * Read a segment that this log neither wrote nor read so far: it may be damaged, and
	 * hold what somebody still needs.
	 * @throws WalIoException if the file cannot be opened
	 */
	void readWhole(Segment segment) {
		if (segment.isSound() || segment.isDamaged()) {
			return;
		}
		try (StorageFile file = this.storage.openForReading(segment.name())) {
			if (isSound(segment, file)) {
				segment.markSound();
			}
			else {
				segment.markDamaged();
			}
		}
		catch (NoSuchFileException ex) {
			logger.debug("{} is not there", segment, ex);
		}
		catch (IOException ex) {
			throw new WalIoException("read", this.storage.directory().resolve(segment.name()), ex);
		}
	}

	private boolean isSound(Segment segment, StorageFile file) {
		try {
			SegmentScan scan = SegmentScan.of(file, segment.header(), segment.firstLsn(), segment.readableEnd(),
					segment.lastLsn(), false);
			return scan.gaps().isEmpty();
		}
		catch (WalIoException ex) {
			requireGone(ex);
			logger.warn("{} was released, but it is kept: the segment after it is gone", segment, ex);
		}
		catch (IOException | WalCorruptedException ex) {
			logger.warn("{} was released, but it is kept: it cannot be read", segment, ex);
		}
		return false;
	}

}
