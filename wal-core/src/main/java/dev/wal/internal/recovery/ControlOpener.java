// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.RecordLoss;
import dev.wal.WalOptions;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.Holder;
import dev.wal.internal.io.MountedFileSystem;
import dev.wal.internal.segment.ControlFile;
import dev.wal.internal.segment.ControlRecord;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, opens or replaces the control file of a log that was inspected, before
 * anything else is changed.
 */
final class ControlOpener {

	private static final Logger logger = LoggerFactory.getLogger(ControlOpener.class);

	private final LogDirectory directory;

	private final Holder holder;

	private final WalOptions options;

	private final InspectedLog inspected;

	private final UUID logId;

	ControlOpener(LogDirectory directory, Holder holder, WalOptions options, InspectedLog inspected, UUID logId) {
		this.directory = directory;
		this.holder = holder;
		this.options = options;
		this.inspected = inspected;
		this.logId = logId;
	}

	/**
	 * Note in the control file that this process has the log open, and what it gives up.
	 * No byte of a segment is changed before.
	 */
	ControlFile open() throws IOException {
		ControlFile.Found found = this.inspected.identity().control();
		ControlRecord record = found.record();
		long now = Format.nanos(this.options.log().clock().instant());
		if (this.inspected.logId() == null) {
			warnOfNewLog();
			return ControlFile.create(this.directory, ControlRecord.ofNewLog(this.logId, this.inspected.owner(), now));
		}
		if (this.inspected.identity().controlDamaged()) {
			return replaceControl(found);
		}
		Holder process = this.holder.in(this.directory.storage().fileKey(SegmentName.CONTROL));
		ControlFile control = ControlFile.open(this.directory.storage(), found, Objects.requireNonNull(record));
		try {
			control.update((before) -> before.openedBy(process).withLoss(before.loss().plus(loss(now))));
			if (found.damagedSlots() > 0) {
				logger.warn("One of the two slots of {} was damaged and has been written again", SegmentName.CONTROL);
			}
			return control;
		}
		catch (IOException | RuntimeException | Error ex) {
			control.close();
			throw ex;
		}
	}

	/**
	 * A new log is an event: a volume that is not mounted must not look like a first
	 * start.
	 */
	private void warnOfNewLog() {
		if (!this.options.files().temporary()) {
			MountedFileSystem fileSystem = this.directory.fileSystem();
			logger.warn(
					"Creating a new log in {} on {} (file system {}), log id {}. If there was one before, its volume"
							+ " is not mounted or the directory is not the one it was",
					this.directory.path(), (fileSystem != null) ? fileSystem.device() : "an unknown device",
					(fileSystem != null) ? fileSystem.type() : "unknown", this.logId);
		}
	}

	/**
	 * Write the control file from what the segments tell, and keep the one that cannot be
	 * relied on.
	 */
	private ControlFile replaceControl(ControlFile.Found found) throws IOException {
		String kept = found.missing() ? null : this.directory.keepCopy(SegmentName.CONTROL);
		long now = Format.nanos(this.options.log().clock().instant());
		ControlRecord record = new ControlRecord((found.record() != null) ? found.record().number() + 1 : 1, this.logId,
				this.inspected.owner(), this.inspected.identity().created(), this.inspected.checkpointLsn(), now, end(),
				false, null, loss(now));
		logger.warn(
				"The control file of {} was written again from the segments; that nothing is missing after LSN {}"
						+ " cannot be confirmed. {}",
				this.directory.path(), Lsn.of(record.end().lsn()),
				(kept != null) ? "The file that was there was kept as " + kept : "There was none");
		return ControlFile.create(this.directory, record);
	}

	private ControlRecord.End end() {
		List<Segment> segments = this.inspected.segments();
		if (segments.isEmpty()) {
			return ControlRecord.End.NO_SEGMENT;
		}
		Segment last = segments.get(segments.size() - 1);
		return ControlRecord.End.of(last.lastLsn(), last, last.readableEnd());
	}

	private ControlRecord.Loss loss(long now) {
		RecordLoss loss = this.inspected.loss();
		if (loss.isNone()) {
			return ControlRecord.Loss.NONE;
		}
		List<LsnRange> ranges = loss.ranges();
		return new ControlRecord.Loss(loss.records(), ranges.get(0).first().value(),
				ranges.get(ranges.size() - 1).last().value(), now);
	}

}
