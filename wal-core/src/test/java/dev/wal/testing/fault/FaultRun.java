// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalCorruptedException;
import dev.wal.WalDirectoryException;
import dev.wal.WalException;
import dev.wal.WalFailedException;
import dev.wal.WalFullException;
import dev.wal.WalIoException;
import dev.wal.WalPositionException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WalState;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestWaits;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFault;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * One cell of the matrix: brings a log to a place, has a fault strike there, says what
 * became of it, and checks that nothing acknowledged was lost, whatever came next.
 */
public final class FaultRun {

	static final int FILLED = 64 * 1024;

	private static final String FIRST = SegmentName.of(1);

	private final FaultPlace place;

	private final FaultColumn fault;

	private final Strike strike = new Strike();

	private final List<Crashed> crashed = new CopyOnWriteArrayList<>();

	/** The records that must be there, by LSN. */
	private final Map<Long, Integer> acknowledged = new ConcurrentHashMap<>();

	private int next;

	private SimulatedDisk disk = new SimulatedDisk();

	private SegmentedLog log;

	private int begin;

	private boolean checkpointAsked;

	public FaultRun(FaultPlace place, FaultColumn fault) {
		this.place = place;
		this.fault = fault;
	}

	/**
	 * Return what happens, in a word.
	 */
	public String run() {
		this.place.before(this);
		this.begin = this.disk.position();
		this.disk.inject(this.strike);
		WalException thrown = null;
		try {
			this.place.step(this);
		}
		catch (WalException ex) {
			thrown = ex;
		}
		boolean interrupted = Thread.interrupted();
		assertThat(this.strike.count).as("struck").hasPositiveValue();
		if (this.fault == FaultColumn.INTERRUPT && this.strike.thread == Thread.currentThread()) {
			assertThat(interrupted).as("the flag of the interrupted thread").isTrue();
		}
		if (this.fault.isCrash()) {
			return crashed(thrown);
		}
		if (this.fault == FaultColumn.FLIPPED_BIT) {
			return flipped(thrown);
		}
		if (this.place.isOpen()) {
			return opened(thrown);
		}
		return this.place.isClose() ? closed(thrown) : stepped(thrown);
	}

	private String crashed(WalException thrown) {
		if (this.place.kind() != Kind.TRUNCATE && this.place != FaultPlace.FORCE_TAKE_BACK) {
			assertThat(thrown).isNull();
		}
		closeQuietly();
		this.crashed.forEach(this::check);
		return "kept";
	}

	private String flipped(WalException thrown) {
		assertThat(thrown).isNull();
		// What comes later says that what came before was durable.
		if (this.log != null && this.log.status().state() == WalState.OPEN) {
			this.disk.heal();
			append();
			append();
		}
		closeQuietly();
		try {
			check(this.disk.processCrash());
			return "ok";
		}
		catch (WalCorruptedException ex) {
			return "damage";
		}
	}

	private String opened(WalException thrown) {
		check(this.disk.powerLossOfEverythingUnforced());
		if (thrown == null) {
			append();
			closeQuietly();
			check(this.disk);
			return "ok";
		}
		assertThat(thrown).isInstanceOfAny(WalFullException.class, WalIoException.class, WalDirectoryException.class,
				WalCorruptedException.class);
		assertLetGo();
		this.disk.heal();
		SimulatedDisk after = this.disk.processCrash();
		check(this.disk);
		check(after);
		check(after.powerLossOfEverythingUnforced());
		return "not opened";
	}

	private String closed(WalException thrown) {
		assertThat(this.log.status().state()).isEqualTo(WalState.CLOSED);
		if (this.place != FaultPlace.UNLOCK || this.fault == FaultColumn.INTERRUPT) {
			assertThat(this.disk.isLocked()).isFalse();
		}
		if (this.place != FaultPlace.CLOSE || this.fault == FaultColumn.INTERRUPT) {
			assertThat(this.disk.openFiles()).isZero();
		}
		this.disk.heal();
		checkAfterwards();
		return (thrown != null) ? "closed" : "ok";
	}

	private String stepped(WalException thrown) {
		WalState state = this.log.status().state();
		if (this.place.kind() != Kind.READ && this.place.kind() != Kind.OPEN_FOR_READING) {
			assertHas(this.log, this.acknowledged);
		}
		Crashed killed = crashed(this.disk::processCrash);
		Crashed dark = crashed(this.disk::powerLossOfEverythingUnforced);
		String outcome;
		if (state == WalState.FAILED) {
			assertThat(thrown).satisfiesAnyOf((ex) -> assertThat(ex).isInstanceOf(WalFailedException.class),
					(ex) -> assertThat(ex).isNull());
			this.disk.heal();
			assertThatExceptionOfType(WalFailedException.class).isThrownBy(this::append);
			assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> this.log.sync());
			outcome = "failed";
		}
		else {
			if (state == WalState.FULL) {
				assertThat(thrown).isInstanceOf(WalFullException.class);
				outcome = "full";
			}
			else if (thrown instanceof WalIoException || thrown instanceof WalPositionException) {
				outcome = "refused";
			}
			else {
				assertThat(thrown).isNull();
				outcome = "ok";
			}
			this.disk.capacity(Long.MAX_VALUE);
			this.disk.heal();
			appendMuch();
			this.place.step(this);
			assertThat(this.log.status().state()).isEqualTo(WalState.OPEN);
		}
		closeQuietly();
		assertLetGo();
		check(killed);
		check(dark);
		checkAfterwards();
		return outcome;
	}

	private void checkAfterwards() {
		this.disk.heal();
		SimulatedDisk dark = this.disk.powerLossOfEverythingUnforced();
		SimulatedDisk dim = this.disk.powerLoss(new Random(1));
		check(this.disk.processCrash());
		check(dark);
		check(dim);
	}

	private void assertLetGo() {
		assertThat(this.disk.openFiles()).isZero();
		assertThat(this.disk.isLocked()).isFalse();
	}

	/**
	 * Crash now. A background thread may do so: what another thread has acknowledged by
	 * then is read first.
	 */
	private Crashed crashed(Supplier<SimulatedDisk> crash) {
		Map<Long, Integer> acknowledged = Map.copyOf(this.acknowledged);
		return new Crashed(crash.get(), acknowledged);
	}

	private void check(SimulatedDisk after) {
		check(crashed(() -> after));
	}

	/**
	 * Check that a log has what was acknowledged, and goes on.
	 */
	private void check(Crashed crashed) {
		try (SegmentedLog recovered = LogOpener.open(this.place.options(), crashed.disk())) {
			assertHas(recovered, crashed.acknowledged());
			assertThat(recovered.append(payload(-1, 10)).value()).isEqualTo(recovered.lastLsn().value());
		}
	}

	private void assertHas(SegmentedLog log, Map<Long, Integer> acknowledged) {
		Map<Long, Integer> found = read(log);
		long first = log.firstLsn().isNone() ? log.lastLsn().value() + 1 : log.firstLsn().value();
		if (!this.checkpointAsked) {
			assertThat(first).isEqualTo(1);
		}
		acknowledged.forEach((lsn, id) -> {
			if (lsn >= first) {
				assertThat(found).as("acknowledged").containsEntry(lsn, id);
			}
		});
		assertThat(found.values()).doesNotHaveDuplicates();
	}

	private static Map<Long, Integer> read(SegmentedLog log) {
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

	// ---- what places are made of

	void nothing() {
		// The step opens the log.
	}

	void open() {
		this.log = LogOpener.open(this.place.options(), this.disk);
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

	// ---- what is done when the fault strikes

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
	 * Let go of the first segment, and wait until its file can be used again.
	 */
	void recycle() {
		this.checkpointAsked = true;
		this.log.checkpoint(Lsn.FIRST);
		// Wakes the thread that fills it.
		append(FILLED / 4);
		awaitPreparer();
	}

	void read() {
		assertThat(read(this.log)).containsAllEntriesOf(this.acknowledged);
	}

	void close() {
		this.log.close();
	}

	private void closeQuietly() {
		if (this.log != null) {
			try {
				this.log.close();
			}
			catch (WalFailedException | WalIoException ex) {
				// Closed all the same.
			}
		}
	}

	private static byte[] payload(int id, int size) {
		return ByteBuffer.allocate(size + 4).putInt(id).array();
	}

	/**
	 * Wait until the thread in the background was struck and has nothing to do, for good
	 * or for now.
	 */
	private void awaitPreparer() {
		Set<Thread.State> idle = Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
		TestWaits.await()
			.until(() -> this.strike.thread != null
					&& (this.strike.thread == Thread.currentThread() || idle.contains(this.strike.thread.getState())));
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
	 * Strikes wherever the place is, until healed.
	 */
	private final class Strike implements DiskFault {

		private final AtomicInteger count = new AtomicInteger();

		private volatile Thread thread;

		@Override
		public int before(DiskCall call) throws IOException {
			if (!FaultRun.this.place.isAt(FaultRun.this, call)) {
				return NONE;
			}
			this.thread = Thread.currentThread();
			int time = this.count.incrementAndGet();
			crash();
			return FaultRun.this.fault.strike(call, time);
		}

		@Override
		public void after(DiskCall call) {
			if (FaultRun.this.place.isAt(FaultRun.this, call)) {
				crash();
			}
		}

		private void crash() {
			if (FaultRun.this.fault == FaultColumn.KILL) {
				FaultRun.this.crashed.add(crashed(FaultRun.this.disk::processCrash));
			}
			else if (FaultRun.this.fault == FaultColumn.POWER_LOSS) {
				FaultRun.this.crashed.add(crashed(FaultRun.this.disk::powerLossOfEverythingUnforced));
				FaultRun.this.crashed.add(crashed(() -> FaultRun.this.disk.powerLoss(new Random(this.count.get()))));
			}
		}

	}

	/**
	 * What a crash left, and what had been acknowledged by then.
	 */
	private record Crashed(SimulatedDisk disk, Map<Long, Integer> acknowledged) {
	}

}
