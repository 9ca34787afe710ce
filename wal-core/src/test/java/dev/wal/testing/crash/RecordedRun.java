// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.crash;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.SyncPolicy;
import dev.wal.WalBuilder;
import dev.wal.WalOptions;
import dev.wal.WriteAheadLog;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.testing.disk.SimulatedDisk;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Works with a log on a simulated disk and marks among the disk's calls what was asked
 * for and what was promised.
 */
public final class RecordedRun {

	private final SimulatedDisk disk;

	private final Random random;

	private WalOptions options;

	private SegmentedLog log;

	private long nextLsn;

	RecordedRun(SimulatedDisk disk, WalOptions options, Random random) {
		this.disk = disk;
		this.options = options;
		this.random = random;
	}

	public static WalOptions options(UnaryOperator<WalBuilder> customizer) {
		return customizer
			.apply(WriteAheadLog.builder(Path.of("simulated")).segmentSize(0).preallocate(false).writeBufferSize(4096))
			.options();
	}

	SegmentedLog log() {
		return this.log;
	}

	public SimulatedDisk disk() {
		return this.disk;
	}

	public RecordedRun open() {
		this.log = LogOpener.open(this.options, this.disk);
		this.nextLsn = this.log.lastLsn().value() + 1;
		this.disk.mark(new Ledger.Opened(this.nextLsn - 1));
		return this;
	}

	public RecordedRun open(UnaryOperator<WalBuilder> customizer) {
		this.options = options(customizer);
		return open();
	}

	public RecordedRun append(int size) {
		return append(payload(size));
	}

	public RecordedRun append(byte[] payload) {
		this.disk.mark(new Ledger.Submitted(this.nextLsn, List.of(payload)));
		acknowledged(this.log.append(payload), 1, SyncPolicy.always());
		return this;
	}

	public RecordedRun append(int size, SyncPolicy policy) {
		byte[] payload = payload(size);
		this.disk.mark(new Ledger.Submitted(this.nextLsn, List.of(payload)));
		acknowledged(this.log.append(payload, policy), 1, policy);
		return this;
	}

	public RecordedRun appendAll(int... sizes) {
		List<byte[]> payloads = new ArrayList<>();
		for (int size : sizes) {
			payloads.add(payload(size));
		}
		this.disk.mark(new Ledger.Submitted(this.nextLsn, payloads));
		LsnRange range = this.log.appendAll(payloads);
		assertThat(range.count()).isEqualTo(sizes.length);
		acknowledged(range.first(), sizes.length, SyncPolicy.always());
		return this;
	}

	private void acknowledged(Lsn first, int count, SyncPolicy policy) {
		assertThat(first.value()).as("LSN of the append").isEqualTo(this.nextLsn);
		this.nextLsn += count;
		this.disk.mark((policy.mode() == SyncPolicy.Mode.ALWAYS) ? new Ledger.Durable(this.nextLsn - 1)
				: new Ledger.Written(this.nextLsn - 1));
	}

	public RecordedRun sync() {
		this.disk.mark(new Ledger.Durable(this.log.sync().value()));
		return this;
	}

	public RecordedRun rotate() {
		this.log.rotate();
		this.disk.mark(new Ledger.Durable(this.nextLsn - 1));
		return this;
	}

	public RecordedRun checkpoint(long lsn) {
		this.disk.mark(new Ledger.CheckpointAsked(lsn));
		this.log.checkpoint(Lsn.of(lsn));
		this.disk.mark(new Ledger.CheckpointDone(lsn));
		return this;
	}

	public RecordedRun reset() {
		long lsn = this.log.durableLsn().value();
		this.disk.mark(new Ledger.CheckpointAsked(lsn));
		this.log.reset(Lsn.of(lsn));
		this.disk.mark(new Ledger.CheckpointDone(lsn));
		return this;
	}

	public RecordedRun close() {
		this.log.close();
		this.disk.mark(new Ledger.Durable(this.nextLsn - 1));
		return this;
	}

	long lastLsn() {
		return this.nextLsn - 1;
	}

	private byte[] payload(int size) {
		byte[] payload = new byte[size];
		this.random.nextBytes(payload);
		return payload;
	}

}
