// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.crash;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

import dev.wal.SyncPolicy;
import dev.wal.WalOptions;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.testing.disk.CrashStates;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.SimulatedDisk;

/**
 * Crashes a recorded run before each of its calls, in many of the states that a crash may
 * leave there, and checks what each of them recovers to. Then appends, crashes the
 * recovery and the appends somewhere, and checks again.
 */
public final class CrashExplorer {

	/** How many states to look at for each call, at most. */
	private static final int LIMIT = Integer.getInteger("wal.crash.states", 40);

	/** How many times to crash what each of them recovers to. */
	private static final int AGAIN = Integer.getInteger("wal.crash.again", 2);

	private static final long SEED = Long.getLong("wal.crash.seed", 20261121L);

	private static long explored;

	private static long nanos;

	private final String scenario;

	private final WalOptions recoveryOptions;

	private int call;

	private int state;

	private List<DiskCall> calls = List.of();

	/** The states that were looked at, so that none is twice. */
	private final Set<List<Long>> seen = new HashSet<>();

	private CrashExplorer(String scenario, WalOptions recoveryOptions) {
		this.scenario = scenario;
		this.recoveryOptions = recoveryOptions;
	}

	/**
	 * Run a script on an empty disk and explore its crashes.
	 */
	public static void explore(String scenario, WalOptions options, Consumer<RecordedRun> script) {
		explore(scenario, new SimulatedDisk(), new Ledger(), options, script);
	}

	/**
	 * Run a script and explore its crashes.
	 */
	public static void explore(String scenario, SimulatedDisk disk, Ledger before, WalOptions options,
			Consumer<RecordedRun> script) {
		long began = System.nanoTime();
		long exploredBefore = explored;
		SimulatedDisk origin = disk.processCrash();
		script.accept(new RecordedRun(disk, options, new Random(SEED)));
		new CrashExplorer(scenario, options).exploreAll(origin, before, disk.calls());
		nanos += System.nanoTime() - began;
		System.out.printf("%s: %d crash states in %d ms%n", scenario, explored - exploredBefore,
				(System.nanoTime() - began) / 1_000_000);
	}

	/**
	 * Explore scripts, one after the other, until so many states were explored in all.
	 */
	public static void exploreRandom(long target, WalOptions options) {
		for (int i = 0; explored < target; i++) {
			Random random = new Random(SEED + i);
			explore("random run " + i, options, (run) -> randomScript(run, random));
		}
	}

	private static void randomScript(RecordedRun run, Random random) {
		run.open();
		for (int step = 0; step < 9; step++) {
			int size = random.nextInt(4) * random.nextInt(600);
			switch (random.nextInt(12)) {
				case 0, 1, 2 -> run.append(size);
				case 3, 4, 5 -> run.append(size, SyncPolicy.none());
				case 6 -> run.appendAll(size, 0, size / 2);
				case 7 -> run.sync();
				case 8 -> run.rotate();
				case 9 -> run.checkpoint(random.nextInt(1 + (int) run.log().durableLsn().value()));
				case 10 -> run.reset();
				default -> run.close().open();
			}
		}
		if (random.nextBoolean()) {
			run.close();
		}
	}

	public static String summary() {
		return String.format("%d crash states explored in %.1f s, at most %d a call, seed %d", explored, nanos / 1e9,
				LIMIT, SEED);
	}

	private void exploreAll(SimulatedDisk origin, Ledger before, List<DiskCall> calls) {
		this.calls = calls;
		CrashStates states = new CrashStates(origin, calls);
		Ledger ledger = before.copy();
		boolean changed = true;
		for (int i = 0; i <= calls.size(); i++) {
			this.call = i;
			boolean last = i == calls.size();
			if (last || (changed && calls.get(i).kind().changes() && calls.get(i).kind() != DiskCall.Kind.MARK)) {
				crash(states, ledger);
				changed = false;
			}
			if (!last) {
				DiskCall call = states.step();
				changed |= call.kind().changes();
				ledger.accept(call.mark());
			}
		}
	}

	private void crash(CrashStates states, Ledger ledger) {
		Random random = new Random(SEED + this.call);
		this.state = 0;
		recoverNew(states.processCrash(), ledger, false, random);
		for (SimulatedDisk disk : states.powerLosses(random, LIMIT)) {
			this.state++;
			recoverNew(disk, ledger, true, random);
		}
	}

	private void recoverNew(SimulatedDisk disk, Ledger ledger, boolean powerLost, Random random) {
		if (this.seen.add(List.of(disk.fingerprint(), ledger.mustHave(powerLost), ledger.submittedLsn()))) {
			recover(disk, ledger, powerLost, random);
		}
	}

	private void recover(SimulatedDisk disk, Ledger ledger, boolean powerLost, Random random) {
		SimulatedDisk origin = disk.processCrash();
		try {
			RecordedRun run = new RecordedRun(disk, this.recoveryOptions, random);
			run.open();
			try {
				explored++;
				ledger.check(run.log(), powerLost);
				run.append(random.nextInt(700));
				if (this.state % 4 == 1) {
					run.rotate().append(10).checkpoint(run.lastLsn() - 1);
				}
				for (int i = 0; i < AGAIN; i++) {
					crashAgain(origin, ledger, powerLost, disk.calls(), random);
				}
			}
			finally {
				run.log().close();
			}
		}
		catch (RuntimeException | AssertionError ex) {
			throw new AssertionError(describe(), ex);
		}
	}

	/**
	 * Crash at some point of a recovery, or after it.
	 */
	private void crashAgain(SimulatedDisk origin, Ledger before, boolean powerLost, List<DiskCall> calls,
			Random random) {
		CrashStates states = new CrashStates(origin, calls);
		Ledger ledger = before.copy();
		int end = (random.nextInt(4) == 0) ? calls.size() : random.nextInt(calls.size() + 1);
		boolean opened = false;
		while (states.position() < end) {
			Object mark = states.step().mark();
			opened |= mark instanceof Ledger.Opened;
			ledger.accept(mark);
		}
		boolean powerLostAgain = random.nextInt(8) > 0;
		SimulatedDisk disk = powerLostAgain ? states.powerLoss(random) : states.processCrash();
		try (SegmentedLog log = LogOpener.open(this.recoveryOptions, disk)) {
			explored++;
			ledger.check(log, powerLostAgain || (!opened && powerLost));
		}
		catch (RuntimeException | AssertionError ex) {
			throw new AssertionError("... and then crashed again after call " + end + " of " + calls, ex);
		}
	}

	private String describe() {
		StringBuilder text = new StringBuilder();
		text.append(this.scenario)
			.append(": crashed before call ")
			.append(this.call)
			.append(", state ")
			.append(this.state)
			.append("; to replay: -Dwal.crash.seed=")
			.append(SEED)
			.append(" -Dwal.crash.states=")
			.append(LIMIT)
			.append("\nThe calls that change something:");
		for (int i = 0; i < this.call; i++) {
			if (this.calls.get(i).kind().changes()) {
				text.append("\n  ").append(i).append(' ').append(this.calls.get(i));
			}
		}
		return text.toString();
	}

}
