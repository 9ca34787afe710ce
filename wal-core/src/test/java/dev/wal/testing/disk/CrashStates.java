// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Leads a disk through the calls of a recorded run, and materialises at each of them the
 * states that a crash right there may legally leave.
 */
public final class CrashStates {

	private static final int[] GRAINS = { SimulatedFile.SECTOR, 4096, Integer.MAX_VALUE };

	private final DiskImage image;

	private final List<DiskCall> calls;

	private int next;

	/**
	 * Create states.
	 * @param before the disk before the run
	 * @param calls the calls of the run
	 */
	public CrashStates(SimulatedDisk before, List<DiskCall> calls) {
		this.image = before.image();
		this.calls = List.copyOf(calls);
	}

	/**
	 * Execute the next call of the run.
	 * @return the call, or {@code null} at the end of the run
	 */
	public DiskCall step() {
		if (this.next == this.calls.size()) {
			return null;
		}
		DiskCall call = this.calls.get(this.next++);
		this.image.apply(call);
		return call;
	}

	/**
	 * Return how many calls were executed.
	 */
	public int position() {
		return this.next;
	}

	/**
	 * Return the disk after a crash of the process, with the page cache kept.
	 */
	public SimulatedDisk processCrash() {
		return new SimulatedDisk(this.image.copy());
	}

	/**
	 * Return the disk in one state in which a power loss may leave it here.
	 */
	public SimulatedDisk powerLoss(Random random) {
		return new SimulatedDisk(this.image.survive(Chooser.random(random), GRAINS[random.nextInt(GRAINS.length)]));
	}

	/**
	 * Return states in which a power loss may leave the disk here, all of them distinct:
	 * every one if there are few, otherwise the extreme ones and random ones.
	 * @param limit how many to return at most
	 */
	public List<SimulatedDisk> powerLosses(Random random, int limit) {
		Collector all = new Collector(limit + 1);
		Odometer odometer = new Odometer();
		int combinations = 0;
		do {
			all.add(this.image.survive(odometer, GRAINS[0]));
			combinations++;
		}
		while (combinations <= limit && odometer.advance());
		if (combinations <= limit) {
			return all.disks;
		}
		Collector collector = new Collector(limit);
		collector.add(this.image.survive(Chooser.oldest(), GRAINS[0]));
		int pending = odometer.digits();
		collector.add(this.image.survive(Chooser.newest(), GRAINS[0]));
		for (int i = 0; i < limit / 3; i++) {
			collector.add(this.image.survive(Chooser.except(random.nextInt(pending), i % 2 == 0), GRAINS[0]));
		}
		for (int i = 0; i < limit; i++) {
			collector.add(this.image.survive(Chooser.random(random), GRAINS[i % GRAINS.length]));
		}
		return collector.disks;
	}

	private static final class Collector {

		private final int limit;

		private final Set<Long> seen = new HashSet<>();

		private final List<SimulatedDisk> disks = new ArrayList<>();

		Collector(int limit) {
			this.limit = limit;
		}

		void add(DiskImage image) {
			if (this.disks.size() < this.limit && this.seen.add(image.fingerprint())) {
				this.disks.add(new SimulatedDisk(image));
			}
		}

	}

	/**
	 * Goes through all combinations of choices, the first choice changing slowest.
	 */
	private static final class Odometer implements Chooser {

		private final List<Integer> digits = new ArrayList<>();

		private final List<Integer> counts = new ArrayList<>();

		private int at;

		@Override
		public int choose(int count) {
			if (this.at == this.digits.size()) {
				this.digits.add(0);
				this.counts.add(count);
			}
			this.counts.set(this.at, count);
			return this.digits.get(this.at++);
		}

		int digits() {
			return Math.max(1, this.digits.size());
		}

		boolean advance() {
			int last = this.digits.size() - 1;
			while (last >= 0 && this.digits.get(last) == this.counts.get(last) - 1) {
				this.digits.remove(last);
				this.counts.remove(last);
				last--;
			}
			this.at = 0;
			if (last < 0) {
				return false;
			}
			this.digits.set(last, this.digits.get(last) + 1);
			return true;
		}

	}

}
