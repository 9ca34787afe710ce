// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.lifecycle;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.wal.LocalRecovery;
import dev.wal.LocalStatus;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.RecoveryReport;
import dev.wal.SegmentInfo;
import dev.wal.SyncPolicy;
import dev.wal.TailState;
import dev.wal.WalBatch;
import dev.wal.WalFollower;
import dev.wal.WalOptions;
import dev.wal.WalReader;
import dev.wal.WalRecordListener;
import dev.wal.WalStatus;
import dev.wal.WalSubscription;

/**
 * The log as a bean: a view on its {@link WalHandle}, which every copy of this shares.
 */
final class ManagedWriteAheadLog implements LocalWriteAheadLog {

	private final WalHandle handle;

	ManagedWriteAheadLog(WalHandle handle) {
		this.handle = handle;
	}

	private LocalWriteAheadLog log() {
		return this.handle.log();
	}

	@Override
	public <T> Optional<T> unwrap(Class<T> type) {
		return type.isInstance(this.handle) ? Optional.of(type.cast(this.handle))
				: LocalWriteAheadLog.super.unwrap(type);
	}

	@Override
	public void close() {
		this.handle.close();
	}

	@Override
	public WalStatus status() {
		return this.handle.status();
	}

	@Override
	public LocalStatus localStatus() {
		return this.handle.localStatus();
	}

	@Override
	public WalOptions options() {
		return this.handle.options();
	}

	@Override
	public Lsn append(int type, byte[] payload) {
		return log().append(type, payload);
	}

	@Override
	public Lsn append(int type, ByteBuffer payload) {
		return log().append(type, payload);
	}

	@Override
	public Lsn append(int type, byte[] payload, SyncPolicy policy) {
		return log().append(type, payload, policy);
	}

	@Override
	public Lsn append(int type, ByteBuffer payload, SyncPolicy policy) {
		return log().append(type, payload, policy);
	}

	@Override
	public LsnRange appendAll(WalBatch batch) {
		return log().appendAll(batch);
	}

	@Override
	public LsnRange appendAll(WalBatch batch, SyncPolicy policy) {
		return log().appendAll(batch, policy);
	}

	@Override
	public CompletableFuture<LsnRange> appendAllAsync(WalBatch batch) {
		return log().appendAllAsync(batch);
	}

	@Override
	public CompletableFuture<Lsn> appendAsync(int type, byte[] payload) {
		return log().appendAsync(type, payload);
	}

	@Override
	public CompletableFuture<Lsn> appendAsync(int type, ByteBuffer payload) {
		return log().appendAsync(type, payload);
	}

	@Override
	public Lsn flush() {
		return log().flush();
	}

	@Override
	public Lsn sync() {
		return log().sync();
	}

	@Override
	public boolean rotate() {
		return log().rotate();
	}

	@Override
	public long acknowledgeLoss() {
		return log().acknowledgeLoss();
	}

	@Override
	public WalFollower follow(Lsn from) {
		return log().follow(from);
	}

	@Override
	public WalSubscription subscribe(Lsn from, WalRecordListener listener) {
		return log().subscribe(from, listener);
	}

	@Override
	public Lsn checkpoint(Lsn lsn) {
		return log().checkpoint(lsn);
	}

	@Override
	public Lsn reset(Lsn fence) {
		return log().reset(fence);
	}

	@Override
	public WalReader read(Lsn from) {
		return log().read(from);
	}

	@Override
	public Lsn firstLsn() {
		return log().firstLsn();
	}

	@Override
	public Lsn lastLsn() {
		return log().lastLsn();
	}

	@Override
	public Lsn durableLsn() {
		return log().durableLsn();
	}

	@Override
	public Lsn checkpointLsn() {
		return log().checkpointLsn();
	}

	@Override
	public List<SegmentInfo> segments() {
		return log().segments();
	}

	@Override
	public int segmentCount() {
		return log().segmentCount();
	}

	@Override
	public long sizeOnDisk() {
		return log().sizeOnDisk();
	}

	@Override
	public TailState tailState() {
		return log().tailState();
	}

	@Override
	public RecoveryReport recoveryReport() {
		return log().recoveryReport();
	}

	@Override
	public LocalRecovery localRecovery() {
		return log().localRecovery();
	}

	@Override
	public String toString() {
		return "WriteAheadLog of " + this.handle;
	}

}
