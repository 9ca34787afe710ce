// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.util.List;

import dev.wal.Lsn;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.io.StorageFullException;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes a torn tail from its segment, and keeps its bytes in a file of their own.
 */
final class TornTailCut {

	private static final Logger logger = LoggerFactory.getLogger(TornTailCut.class);

	private final LogDirectory directory;

	private final Storage storage;

	private final long bytesKept;

	/**
	 * Create a cut for one recovery.
	 * @param bytesKept the size that all files with torn tails may have together
	 */
	TornTailCut(LogDirectory directory, long bytesKept) {
		this.directory = directory;
		this.storage = directory.storage();
		this.bytesKept = bytesKept;
	}

	/**
	 * Save the torn tail, then truncate the segment, durably.
	 * @param nextLsn the LSN of the next record
	 * @return the file that keeps the bytes, or {@code null} if none does
	 */
	@Nullable String apply(TornTail torn, long nextLsn) throws IOException {
		Segment segment = torn.segment();
		try (StorageFile file = this.storage.open(segment.name())) {
			String savedAs = save(torn, file);
			file.truncate(torn.from());
			file.force(true);
			segment.resized(torn.from());
			logger.warn(
					"Removed a torn tail of {} bytes from {} at offset {}: {}. Nothing shows that any of it was"
							+ " acknowledged. The bytes were {}; the next LSN is {}",
					torn.length(), segment, torn.from(), torn.reason(),
					(savedAs != null) ? "kept in " + savedAs : "not kept", Lsn.of(nextLsn));
			return savedAs;
		}
	}

	private @Nullable String save(TornTail torn, StorageFile file) throws IOException {
		List<String> names = this.storage.list();
		if (bytesKept(names) + torn.length() > this.bytesKept) {
			return null;
		}
		String name = SegmentName.torn(torn.segment().number(), torn.from(), 0);
		for (int i = 1; names.contains(name); i++) {
			name = SegmentName.torn(torn.segment().number(), torn.from(), i);
		}
		try {
			try (StorageFile target = this.storage.create(name)) {
				LogDirectory.copy(file, torn.from(), torn.to(), target, 0);
				target.force(true);
			}
			this.directory.force();
			return name;
		}
		catch (StorageFullException ex) {
			// To open the log on a full disk matters more than to keep these bytes.
			logger.warn("Not enough disk space to keep the torn tail of {}", torn.segment(), ex);
			if (this.storage.list().contains(name)) {
				this.storage.delete(name);
			}
			return null;
		}
	}

	private long bytesKept(List<String> names) throws IOException {
		long kept = 0;
		for (String name : names) {
			if (SegmentName.isTorn(name)) {
				try (StorageFile torn = this.storage.openForReading(name)) {
					kept += torn.size();
				}
			}
		}
		return kept;
	}

}
