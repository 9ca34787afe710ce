// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskFault;

/**
 * Has the threads of a log take turns: each call to the disk waits until every other
 * thread waits for something, and for a seed to decide that it is next. A force takes two
 * turns, one to begin and one to return, so that anything may happen during it.
 * <p>
 * Between two turns threads run freely, so that a seed repeats the order of the calls as
 * far as the machine lets it: nearly always.
 */
public final class Turns implements DiskFault {

	private static final Set<DiskCall.Kind> FREE = Set.of(DiskCall.Kind.SIZE, DiskCall.Kind.LIST, DiskCall.Kind.LOCK,
			DiskCall.Kind.CLAIM, DiskCall.Kind.UNLOCK);

	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

	private final ThreadGroup threads = new ThreadGroup("turns");

	private final List<Thread> actors = new ArrayList<>();

	private final List<Throwable> failures = new ArrayList<>();

	private final Random random;

	/**
	 * How likely a thread goes on that has just had its turn, so that some are starved.
	 */
	private final double persistence;

	private final List<Turn> waiting = new ArrayList<>();

	private final List<String> taken = new ArrayList<>();

	private boolean running;

	public Turns(long seed) {
		this.random = new Random(seed);
		this.persistence = this.random.nextInt(4) * 0.3;
	}

	/**
	 * Do something before the turns begin, with the threads that it starts taking part in
	 * them later.
	 */
	public void prepare(Action action) throws InterruptedException {
		Thread thread = new Thread(this.threads, () -> tried(action), "prepare");
		thread.start();
		thread.join();
	}

	/**
	 * Have a thread take part.
	 */
	public void add(String name, Action action) {
		Thread thread = new Thread(this.threads, () -> {
			take("begin");
			tried(action);
		}, name);
		thread.setDaemon(true);
		this.actors.add(thread);
	}

	private void tried(Action action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			synchronized (this) {
				this.failures.add(ex);
			}
		}
	}

	@Override
	public int before(DiskCall call) {
		if (!FREE.contains(call.kind())) {
			take(call.kind().toString());
		}
		return NONE;
	}

	@Override
	public void after(DiskCall call) {
		if (call.kind() == DiskCall.Kind.FORCE || call.kind() == DiskCall.Kind.FORCE_DIRECTORY) {
			take(call.kind() + " ends");
		}
	}

	/**
	 * Wait for a turn. By monitors, not by parking: who waits here must not use up what
	 * wakes a parked thread of the log.
	 */
	public void take(String what) {
		boolean interrupted = false;
		synchronized (this) {
			if (!this.running) {
				return;
			}
			Turn turn = new Turn(what);
			this.waiting.add(turn);
			while (!turn.given) {
				try {
					wait();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
			turn.taken = true;
			this.taken.add(turn.thread.getName() + " " + turn.what);
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Give turns until all threads that were added have ended.
	 */
	public void run() throws Throwable {
		synchronized (this) {
			this.running = true;
		}
		this.actors.forEach(Thread::start);
		try {
			Thread last = null;
			long deadline = System.nanoTime() + PATIENCE;
			while (this.actors.stream().anyMatch(Thread::isAlive)) {
				if (System.nanoTime() > deadline) {
					throw new AssertionError("Hangs after " + this.taken + "\n" + Race.dump());
				}
				Turn next = isQuiet() ? choose(last) : null;
				if (next != null) {
					give(next);
					last = next.thread;
					deadline = System.nanoTime() + PATIENCE;
				}
			}
		}
		finally {
			letAllGo();
		}
		synchronized (this) {
			if (!this.failures.isEmpty()) {
				throw this.failures.get(0);
			}
		}
	}

	private synchronized void letAllGo() {
		this.running = false;
		this.waiting.forEach((turn) -> turn.given = true);
		this.waiting.clear();
		notifyAll();
	}

	/**
	 * Whether all threads wait. One that was woken a moment ago may still seem to wait,
	 * so it has to be so for a while.
	 */
	private boolean isQuiet() {
		for (int i = 0; i < 3; i++) {
			Thread[] all = new Thread[this.threads.activeCount() + 8];
			int count = this.threads.enumerate(all);
			for (int j = 0; j < count; j++) {
				Thread.State state = all[j].getState();
				if (state == Thread.State.RUNNABLE || state == Thread.State.NEW) {
					Thread.onSpinWait();
					return false;
				}
			}
			LockSupport.parkNanos(1);
		}
		return true;
	}

	private synchronized Turn choose(Thread last) {
		for (Turn turn : this.waiting) {
			if (turn.thread == last && this.random.nextDouble() < this.persistence) {
				return turn;
			}
		}
		this.waiting.sort((left, right) -> left.thread.getName().compareTo(right.thread.getName()));
		return this.waiting.isEmpty() ? null : this.waiting.get(this.random.nextInt(this.waiting.size()));
	}

	private void give(Turn turn) {
		synchronized (this) {
			this.waiting.remove(turn);
			turn.given = true;
			notifyAll();
		}
		boolean taken = false;
		while (!taken) {
			Thread.onSpinWait();
			synchronized (this) {
				taken = turn.taken;
			}
		}
	}

	/**
	 * Return who did what, in order.
	 */
	public synchronized List<String> taken() {
		return List.copyOf(this.taken);
	}

	private static final class Turn {

		private final Thread thread = Thread.currentThread();

		private final String what;

		private boolean given;

		private boolean taken;

		Turn(String what) {
			this.what = what;
		}

	}

	/**
	 * Something that a thread does.
	 */
	@FunctionalInterface
	public interface Action {

		void run() throws Exception;

	}

}
