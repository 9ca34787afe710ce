// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.wal.Lsn;
import dev.wal.WalCorruptedException;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.segment.CheckpointFile;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.SegmentName;
import org.jspecify.annotations.Nullable;

/**
 * Lists the files of a log, reading no more of each than its header.
 */
final class Inventory {

	private final Storage storage;

	private final List<WalFiles.Segment> segments = new ArrayList<>();

	private final List<WalFiles.Other> others = new ArrayList<>();

	private WalFiles.@Nullable Checkpoint checkpoint;

	private Inventory(Storage storage) {
		this.storage = storage;
	}

	static WalFiles of(Storage storage, @Nullable String holder) throws IOException {
		Inventory inventory = new Inventory(storage);
		for (String name : storage.list().stream().sorted().toList()) {
			try {
				inventory.add(name);
			}
			catch (NoSuchFileException ex) {
				// Deleted or renamed since by a live writer.
			}
		}
		return new WalFiles(storage.directory(), inventory.segments, inventory.checkpoint, inventory.others, holder);
	}

	private void add(String name) throws IOException {
		if (SegmentName.parse(name).isPresent()) {
			addSegment(SegmentName.parse(name).getAsLong());
		}
		else if (name.equals(SegmentName.CHECKPOINT)) {
			addCheckpoint();
		}
		else if (SegmentName.isUnfinished(name)) {
			addOther(name, WalFiles.Kind.UNFINISHED);
		}
		else if (SegmentName.isTorn(name)) {
			addOther(name, WalFiles.Kind.TORN);
		}
		else if (name.endsWith(SegmentName.DAMAGED)) {
			addOther(name, WalFiles.Kind.DAMAGED);
		}
	}

	private void addSegment(long number) throws IOException {
		FoundSegment segment = FoundSegment.read(this.storage, number);
		SegmentHeader found = segment.header();
		WalFiles.Header header = (found != null)
				? new WalFiles.Header(found.version(), found.logId(), found.owner(), time(found.created())) : null;
		StartBlock start = segment.start();
		Lsn first = (start != null) ? Lsn.of(start.firstLsn()) : null;
		this.segments
			.add(new WalFiles.Segment(segment.name(), number, segment.size(), header, first, segment.problem()));
	}

	private void addCheckpoint() throws IOException {
		try {
			CheckpointFile found = CheckpointFile.read(this.storage);
			this.checkpoint = (found != null) ? new WalFiles.Checkpoint(Lsn.of(found.lsn()), time(found.time())) : null;
		}
		catch (WalCorruptedException ex) {
			addOther(SegmentName.CHECKPOINT, WalFiles.Kind.DAMAGED_CHECKPOINT);
		}
	}

	private void addOther(String name, WalFiles.Kind kind) throws IOException {
		try (StorageFile file = this.storage.openForReading(name)) {
			this.others.add(new WalFiles.Other(name, file.size(), kind));
		}
	}

	private static Instant time(long nanos) {
		return Instant.ofEpochSecond(0, nanos);
	}

}
