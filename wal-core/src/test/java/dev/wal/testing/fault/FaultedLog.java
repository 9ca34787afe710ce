// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalFailedException;
import dev.wal.WalIoException;
import dev.wal.WalOptions;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WalState;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestWaits;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFault;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A log on a simulated disk: brought to the point where a fault strikes, and then used.
 * What {@link FaultPlace} does to it.
 */
final class FaultedLog {

	static final int FILLED = 64 * 1024;

	private static final String FIRST = SegmentName.of(1);

	private final WalOptions options;

	/** The records that must be there, by LSN. */
	private final Map<Long, Integer> acknowledged = new ConcurrentHashMap<>();

	private int next;

	private SimulatedDisk disk = new SimulatedDisk();

	private SegmentedLog log;

	private int begin;

	private boolean checkpointAsked;

	private volatile Thread struck;

	FaultedLog(WalOptions options) {
		this.options = options;
	}

	/**
	 * Return the log, {@code null} if it was not opened.
	 */
	SegmentedLog log() {
		return this.log;
	}

	SimulatedDisk disk() {
		return this.disk;
	}

	Map<Long, Integer> acknowledged() {
		return this.acknowledged;
	}

	/**
	 * Return whether the log was asked for a checkpoint, which may delete records.
	 */
	boolean isCheckpointAsked() {
		return this.checkpointAsked;
	}

	/**
	 * Plant the fault: from now on it strikes.
	 */
	void plant(DiskFault fault) {
		this.begin = this.disk.position();
		this.disk.inject(fault);
	}

	/**
	 * Return the thread that the fault struck last, {@code null} before.
	 */
	Thread struck() {
		return this.struck;
	}

	void struck(Thread thread) {
		this.struck = thread;
	}

	void nothing() {
		// The step opens the log.
	}

	void open() {
		this.log = LogOpener.open(this.options, this.disk);
	}

	void openAndAppend() {
		open();
		append();
		append();
	}

	void openWithUnforced() {
		openAndAppend();
		this.log.append(payload(this.next++, 3000), SyncPolicy.none());
	}

	/**
	 * Open a log whose segment is full of zeros, and whose next one exists.
	 */
	void openFilled() {
		open();
		append(FILLED / 3);
		TestWaits.await()
			.until(() -> this.disk.has(SegmentName.of(2)) && this.disk.content(FIRST).length == FILLED
					&& this.disk.content(SegmentName.of(2)).length == FILLED);
	}

	/**
	 * Open a log of which nothing is filled ahead.
	 */
	void openWithoutPreparer() {
		this.disk.inject(DiskFaults.failing(
				(call) -> call.kind() == Kind.WRITE && call.thread().equals("wal-preallocator"), DiskFaults::noSpace));
		openAndAppend();
	}

	/**
	 * Open a log on a disk that has room for half a block.
	 */
	void openAndFindNoRoom() {
		openAndAppend();
		this.disk.room(40);
	}

	void openTwoFilled() {
		openFilled();
		this.log.rotate();
		append();
	}

	void openTwoSegments() {
		openAndAppend();
		this.log.rotate();
		append();
		this.log.rotate();
		append();
	}

	/**
	 * Leave what a killed process leaves: half a block, and a file that was being
	 * created.
	 */
	void crash() {
		openAndAppend();
		append();
		this.disk.inject(DiskFaults.shortWrites(40))
			.inject(DiskFaults.once(2, (call) -> call.is(Kind.WRITE, FIRST), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> this.log.append(new byte[200]));
		SimulatedDisk killed = this.disk.processCrash();
		closeQuietly();
		try {
			killed.create(SegmentName.of(2) + SegmentName.NEW).close();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		this.disk = killed;
		this.log = null;
	}

	/**
	 * Leave what a killed process leaves that had prepared its next segment.
	 */
	void crashFilled() {
		openFilled();
		SimulatedDisk killed = this.disk.processCrash();
		closeQuietly();
		this.disk = killed;
		this.log = null;
	}

	/**
	 * Leave a log whose second record is damaged, and which goes on in a second segment.
	 */
	void damage() {
		open();
		append();
		this.disk.inject((call) -> {
			if (call.is(Kind.WRITE, FIRST)) {
				call.flipBit();
			}
			return DiskFault.NONE;
		});
		this.log.append(payload(this.next++, 10));
		this.disk.heal();
		this.log.append(payload(this.next++, 10));
		this.log.rotate();
		this.log.append(payload(this.next++, 10));
		this.log.close();
		this.log = null;
	}

	void append() {
		append(100);
	}

	void appendMuch() {
		append(3000);
	}

	/**
	 * Append more than a small segment takes.
	 */
	void openAndRotate() {
		if (this.log == null) {
			open();
		}
		append(3000);
		append(3000);
	}

	private void append(int size) {
		int id = this.next++;
		Lsn lsn = this.log.append(payload(id, size));
		assertThat(this.acknowledged.put(lsn.value(), id)).isNull();
	}

	void appendWithInterval() {
		int id = this.next++;
		this.log.append(payload(id, 10), SyncPolicy.interval(Duration.ofMillis(1)));
		TestWaits.await()
			.until(() -> this.log.durableLsn().equals(this.log.lastLsn())
					|| this.log.status().state() == WalState.FAILED);
	}

	void openAndWaitForPreparer() {
		if (this.log == null) {
			open();
			awaitPreparer();
		}
		append();
	}

	void rotateAndWaitForPreparer() {
		this.log.rotate();
		awaitPreparer();
		append();
	}

	void checkpoint() {
		this.checkpointAsked = true;
		this.log.checkpoint(new Lsn(3));
	}

	/**
	 * Release the first segment, and wait until its file can be used again.
	 */
	void recycle() {
		this.checkpointAsked = true;
		this.log.checkpoint(Lsn.FIRST);
		// Wakes the thread that fills it.
		append(FILLED / 4);
		awaitPreparer();
	}

	void read() {
		assertThat(records(this.log)).containsAllEntriesOf(this.acknowledged);
	}

	void close() {
		this.log.close();
	}

	void closeQuietly() {
		if (this.log != null) {
			try {
				this.log.close();
			}
			catch (WalFailedException | WalIoException ex) {
				// Closed all the same.
			}
		}
	}

	static byte[] payload(int id, int size) {
		return ByteBuffer.allocate(size + 4).putInt(id).array();
	}

	/**
	 * Wait until the thread in the background was struck and has nothing to do, for good
	 * or for now.
	 */
	private void awaitPreparer() {
		Set<Thread.State> idle = Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
		TestWaits.await()
			.until(() -> this.struck != null
					&& (this.struck == Thread.currentThread() || idle.contains(this.struck.getState())));
	}

	/**
	 * Return whether there was a call of a kind since the fault was planted.
	 */
	boolean did(Kind kind) {
		return this.disk.calls().stream().skip(this.begin).anyMatch((call) -> call.kind() == kind);
	}

	boolean didName(String name) {
		return this.disk.calls().stream().anyMatch((call) -> call.target().equals(name));
	}

	boolean didWrite(String name) {
		return this.disk.calls().stream().skip(this.begin).anyMatch((call) -> call.is(Kind.WRITE, name));
	}

	/**
	 * Return what each record of a log was given as its number.
	 */
	static Map<Long, Integer> records(SegmentedLog log) {
		Map<Long, Integer> found = new HashMap<>();
		if (!log.firstLsn().isNone()) {
			try (WalReader reader = log.read(log.firstLsn())) {
				for (WalRecord record : reader) {
					found.put(record.lsn().value(), record.payload().getInt());
				}
			}
		}
		return found;
	}

}
