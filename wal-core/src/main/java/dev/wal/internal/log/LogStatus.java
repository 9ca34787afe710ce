// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.time.Duration;
import java.util.UUID;
import java.util.function.LongSupplier;

import dev.wal.LocalStatus;
import dev.wal.Lsn;
import dev.wal.WalState;
import dev.wal.WalStatus;
import dev.wal.internal.commit.CommitState;
import dev.wal.internal.commit.CommitState.Trouble;
import dev.wal.internal.commit.Counters;
import dev.wal.internal.commit.Intake;
import dev.wal.internal.io.Storage;
import dev.wal.internal.retention.Retention;
import dev.wal.internal.segment.LogControl;
import dev.wal.internal.segment.SegmentList;
import org.jspecify.annotations.Nullable;

/**
 * Says how a log is. Takes no lock and never throws, whatever became of the log and of
 * its files.
 */
final class LogStatus {

	private final Storage storage;

	private final UUID logId;

	private final SegmentList segments;

	private final Intake intake;

	private final CommitState state;

	private final Retention retention;

	private final LongSupplier sizeOnDisk;

	private final DirectoryWatch watch;

	private final LogControl control;

	private final Counters counters;

	LogStatus(Storage storage, UUID logId, SegmentList segments, Intake intake, CommitState state, Retention retention,
			LongSupplier sizeOnDisk, DirectoryWatch watch, LogControl control, Counters counters) {
		this.storage = storage;
		this.logId = logId;
		this.segments = segments;
		this.intake = intake;
		this.state = state;
		this.retention = retention;
		this.sizeOnDisk = sizeOnDisk;
		this.watch = watch;
		this.control = control;
		this.counters = counters;
	}

	WalStatus status() {
		Trouble trouble = this.state.trouble();
		// The durable LSN first: it must not seem to be ahead of what was written.
		Lsn durable = Lsn.of(this.state.durableLsn());
		Lsn last = Lsn.of(this.state.writtenLsn());
		long first = this.segments.firstReadable();
		boolean closed = this.intake.isClosed();
		return new WalStatus(FileBackend.NAME, this.storage.directory().toString(), this.logId, state(closed, trouble),
				Lsn.of((first <= last.value()) ? first : 0), last, durable, Lsn.of(this.retention.checkpointLsn()),
				closed ? Duration.ZERO : this.state.oldestUnforced(), this.retention.cursorCount(),
				(trouble != null) ? trouble.reason() : null, (trouble != null) ? trouble.since() : null,
				this.counters.statistics());
	}

	private static WalState state(boolean closed, @Nullable Trouble trouble) {
		if (closed) {
			return WalState.CLOSED;
		}
		return (trouble != null) ? trouble.state() : WalState.OPEN;
	}

	LocalStatus local() {
		return new LocalStatus(this.storage.directory(), this.segments.all().size(), this.sizeOnDisk.getAsLong(),
				this.storage.usableSpace(), this.retention.excess(), this.retention.stalledReaders(),
				this.watch.problem(), this.control.problem(), this.control.record().loss().records());
	}

}
