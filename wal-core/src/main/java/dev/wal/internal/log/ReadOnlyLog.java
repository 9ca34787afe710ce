// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.time.Duration;
import java.util.List;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalRecovery;
import dev.wal.LocalWalView;
import dev.wal.Lsn;
import dev.wal.RecoveryReport;
import dev.wal.SegmentInfo;
import dev.wal.TailState;
import dev.wal.WalClosedException;
import dev.wal.WalOptions;
import dev.wal.WalReader;
import dev.wal.internal.io.Storage;
import dev.wal.internal.read.RecordCursor;
import dev.wal.internal.read.SegmentedReader;
import dev.wal.internal.recovery.InspectedLog;
import dev.wal.internal.recovery.LiveInspection;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.SegmentList;

/**
 * A log that is only looked at, perhaps while another process writes it.
 */
public final class ReadOnlyLog implements LocalWalView {

	private final Storage storage;

	private final boolean skipDamage;

	private final SegmentList segments;

	private final long lastLsn;

	private final long checkpointLsn;

	private final RecoveryReport report;

	private final LocalRecovery localReport;

	private volatile boolean closed;

	private ReadOnlyLog(Storage storage, boolean skipDamage, InspectedLog inspected, Duration duration) {
		this.storage = storage;
		this.skipDamage = skipDamage;
		this.segments = new SegmentList(inspected.segments());
		this.lastLsn = inspected.lastLsn();
		this.checkpointLsn = inspected.checkpointLsn();
		this.report = new RecoveryReport(duration, inspected.scanned().records(), inspected.scanned().bytes(),
				firstLsn(), Lsn.of(this.lastLsn), Lsn.of(this.checkpointLsn), Lsn.of(inspected.provenLsn()), 0,
				inspected.closed(), inspected.tail(), inspected.damage());
		this.localReport = new LocalRecovery(inspected.segments().size(), inspected.scanned().segments());
	}

	public static LocalWalView open(Storage storage, WalOptions options) {
		new LogDirectory(storage).requireExists();
		CorruptionPolicy policy = options.files().corruptionPolicy();
		long began = System.nanoTime();
		InspectedLog inspected = LiveInspection.of(storage, options.log().owner(), policy,
				options.files().recoveryScan());
		return new ReadOnlyLog(storage, policy == CorruptionPolicy.SKIP, inspected,
				Duration.ofNanos(System.nanoTime() - began));
	}

	@Override
	public WalReader read(Lsn from) {
		if (this.closed) {
			throw new WalClosedException("The log in " + this.storage.directory() + " is closed.");
		}
		this.segments.checkReadable(from, this.lastLsn);
		RecordCursor cursor = new RecordCursor(this.storage, this.segments, from.value(), this.skipDamage);
		return new SegmentedReader(cursor, this.lastLsn, () -> this.closed, RecordCursor::close);
	}

	@Override
	public Lsn firstLsn() {
		return this.segments.all().isEmpty() ? Lsn.NONE : firstLsn(this.segments.first().firstLsn(), this.lastLsn);
	}

	private static Lsn firstLsn(long first, long last) {
		return Lsn.of((first <= last) ? first : 0);
	}

	@Override
	public Lsn lastLsn() {
		return Lsn.of(this.lastLsn);
	}

	@Override
	public Lsn durableLsn() {
		return this.report.provenLsn();
	}

	@Override
	public Lsn checkpointLsn() {
		return Lsn.of(this.checkpointLsn);
	}

	@Override
	public List<SegmentInfo> segments() {
		return this.segments.infos(false);
	}

	@Override
	public long sizeOnDisk() {
		return this.segments.sizeOnDisk();
	}

	@Override
	public TailState tailState() {
		return this.report.tail();
	}

	@Override
	public RecoveryReport recoveryReport() {
		return this.report;
	}

	@Override
	public LocalRecovery localRecovery() {
		return this.localReport;
	}

	@Override
	public void close() {
		this.closed = true;
	}

}
