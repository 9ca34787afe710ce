// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.fault;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import dev.wal.WalCorruptedException;
import dev.wal.WalDirectoryException;
import dev.wal.WalException;
import dev.wal.WalFailedException;
import dev.wal.WalFullException;
import dev.wal.WalIoException;
import dev.wal.WalPositionException;
import dev.wal.WalState;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFault;
import dev.wal.testing.disk.SimulatedDisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * One cell of the matrix: brings a log to a place, has a fault strike there, says what
 * became of it, and checks that nothing acknowledged was lost, whatever came next.
 */
public final class FaultRun {

	private final FaultPlace place;

	private final FaultColumn fault;

	private final Strike strike = new Strike();

	private final List<Crashed> crashed = new CopyOnWriteArrayList<>();

	private final FaultedLog faulted;

	public FaultRun(FaultPlace place, FaultColumn fault) {
		this.place = place;
		this.fault = fault;
		this.faulted = new FaultedLog(place.options());
	}

	/**
	 * Return what happens, in a word.
	 */
	public String run() {
		this.place.before(this.faulted);
		this.faulted.plant(this.strike);
		Throwable thrown = null;
		try {
			this.place.step(this.faulted);
		}
		catch (WalException | OutOfMemoryError ex) {
			thrown = ex;
		}
		boolean interrupted = Thread.interrupted();
		assertThat(this.strike.count).as("struck").hasPositiveValue();
		if (this.fault == FaultColumn.INTERRUPT && this.faulted.struck() == Thread.currentThread()) {
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

	private String crashed(Throwable thrown) {
		if (this.place.kind() != Kind.TRUNCATE && this.place != FaultPlace.FORCE_TAKE_BACK) {
			assertThat(thrown).isNull();
		}
		this.faulted.closeQuietly();
		this.crashed.forEach(this::check);
		return "kept";
	}

	private String flipped(Throwable thrown) {
		assertThat(thrown).isNull();
		// What comes later says that what came before was durable.
		if (this.faulted.log() != null && this.faulted.log().status().state() == WalState.OPEN) {
			this.faulted.disk().heal();
			this.faulted.append();
			this.faulted.append();
		}
		this.faulted.closeQuietly();
		try {
			check(this.faulted.disk().processCrash());
			return "ok";
		}
		catch (WalCorruptedException ex) {
			return "damage";
		}
	}

	private String opened(Throwable thrown) {
		check(this.faulted.disk().powerLossOfEverythingUnforced());
		if (thrown == null) {
			this.faulted.append();
			this.faulted.closeQuietly();
			check(this.faulted.disk());
			return "ok";
		}
		if (this.fault == FaultColumn.NO_MEMORY) {
			assertThat(thrown).isInstanceOf(OutOfMemoryError.class);
		}
		else {
			assertThat(thrown).isInstanceOfAny(WalFullException.class, WalIoException.class,
					WalDirectoryException.class, WalCorruptedException.class);
		}
		assertReleased();
		this.faulted.disk().heal();
		SimulatedDisk after = this.faulted.disk().processCrash();
		check(this.faulted.disk());
		check(after);
		check(after.powerLossOfEverythingUnforced());
		return "not opened";
	}

	private String closed(Throwable thrown) {
		assertThat(this.faulted.log().status().state()).isEqualTo(WalState.CLOSED);
		if (this.place != FaultPlace.UNLOCK || this.fault == FaultColumn.INTERRUPT) {
			assertThat(this.faulted.disk().isLocked()).isFalse();
		}
		if (this.place != FaultPlace.CLOSE || this.fault == FaultColumn.INTERRUPT) {
			assertThat(this.faulted.disk().openFiles()).isZero();
		}
		this.faulted.disk().heal();
		checkAfterwards();
		return (thrown != null) ? "closed" : "ok";
	}

	private String stepped(Throwable thrown) {
		WalState state = this.faulted.log().status().state();
		if (this.place.kind() != Kind.READ && this.place.kind() != Kind.OPEN_FOR_READING) {
			assertHas(this.faulted.log(), this.faulted.acknowledged());
		}
		Crashed killed = crashed(this.faulted.disk()::processCrash);
		Crashed dark = crashed(this.faulted.disk()::powerLossOfEverythingUnforced);
		String outcome;
		if (state == WalState.FAILED) {
			assertThat(thrown).satisfiesAnyOf((ex) -> assertThat(ex).isInstanceOf(WalFailedException.class),
					(ex) -> assertThat(ex).isNull());
			this.faulted.disk().heal();
			assertThatExceptionOfType(WalFailedException.class).isThrownBy(this.faulted::append);
			assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> this.faulted.log().sync());
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
			else if (this.fault == FaultColumn.NO_MEMORY && thrown != null) {
				outcome = "error";
			}
			else {
				assertThat(thrown).isNull();
				outcome = "ok";
			}
			this.faulted.disk().capacity(Long.MAX_VALUE);
			this.faulted.disk().heal();
			this.faulted.appendMuch();
			this.place.step(this.faulted);
			assertThat(this.faulted.log().status().state()).isEqualTo(WalState.OPEN);
		}
		this.faulted.closeQuietly();
		assertReleased();
		check(killed);
		check(dark);
		checkAfterwards();
		return outcome;
	}

	private void checkAfterwards() {
		this.faulted.disk().heal();
		SimulatedDisk dark = this.faulted.disk().powerLossOfEverythingUnforced();
		SimulatedDisk dim = this.faulted.disk().powerLoss(new Random(1));
		check(this.faulted.disk().processCrash());
		check(dark);
		check(dim);
	}

	private void assertReleased() {
		assertThat(this.faulted.disk().openFiles()).isZero();
		assertThat(this.faulted.disk().isLocked()).isFalse();
	}

	/**
	 * Crash now. A background thread may do so: what another thread has acknowledged by
	 * then is read first.
	 */
	private Crashed crashed(Supplier<SimulatedDisk> crash) {
		Map<Long, Integer> acknowledged = Map.copyOf(this.faulted.acknowledged());
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
			assertThat(recovered.append(FaultedLog.payload(-1, 10)).value()).isEqualTo(recovered.lastLsn().value());
		}
	}

	private void assertHas(SegmentedLog log, Map<Long, Integer> acknowledged) {
		Map<Long, Integer> found = FaultedLog.records(log);
		long first = log.firstLsn().isNone() ? log.lastLsn().value() + 1 : log.firstLsn().value();
		if (!this.faulted.isCheckpointAsked()) {
			assertThat(first).isEqualTo(1);
		}
		acknowledged.forEach((lsn, id) -> {
			if (lsn >= first) {
				assertThat(found).as("acknowledged").containsEntry(lsn, id);
			}
		});
		assertThat(found.values()).doesNotHaveDuplicates();
	}

	/**
	 * Strikes wherever the place is, until healed.
	 */
	private final class Strike implements DiskFault {

		private final AtomicInteger count = new AtomicInteger();

		@Override
		public int before(DiskCall call) throws IOException {
			if (!FaultRun.this.place.isAt(FaultRun.this.faulted, call)) {
				return NONE;
			}
			FaultRun.this.faulted.struck(Thread.currentThread());
			int time = this.count.incrementAndGet();
			crash();
			return FaultRun.this.fault.strike(call, time);
		}

		@Override
		public void after(DiskCall call) {
			if (FaultRun.this.place.isAt(FaultRun.this.faulted, call)) {
				crash();
			}
		}

		private void crash() {
			if (FaultRun.this.fault == FaultColumn.KILL) {
				FaultRun.this.crashed.add(crashed(FaultRun.this.faulted.disk()::processCrash));
			}
			else if (FaultRun.this.fault == FaultColumn.POWER_LOSS) {
				FaultRun.this.crashed.add(crashed(FaultRun.this.faulted.disk()::powerLossOfEverythingUnforced));
				FaultRun.this.crashed
					.add(crashed(() -> FaultRun.this.faulted.disk().powerLoss(new Random(this.count.get()))));
			}
		}

	}

	/**
	 * What a crash left, and what had been acknowledged by then.
	 */
	private record Crashed(SimulatedDisk disk, Map<Long, Integer> acknowledged) {
	}

}
