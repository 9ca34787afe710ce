// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import dev.wal.Lsn;
import dev.wal.RecoveryScan;
import dev.wal.WalException;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Damages logs that were closed cleanly in every way that a disk, a person or a backup
 * may, and tests that none of them opens with fewer records without a word. The build
 * looks at some thousand states; {@code -Dwal.damage.states=100000} is the whole suite.
 */
@Tag("D1")
@Tag("D21")
@Tag("R62")
class DamageSuiteTests {

	private static final int STATES = Integer.getInteger("wal.damage.states", 3000);

	private static final long SEED = Long.getLong("wal.damage.seed", 20261125L);

	/** Logs, and each as it was closed at an earlier time. */
	private final List<List<Map<String, byte[]>>> logs = List.of(times(0, false), times(1, false), times(3, false),
			times(6, false), times(4, true));

	private int refused;

	private int opened;

	/**
	 * Return a log as it was closed three times, the last time first.
	 */
	private static List<Map<String, byte[]>> times(int rotations, boolean checkpoint) {
		BytesStorage storage = new BytesStorage();
		List<Map<String, byte[]>> times = new ArrayList<>();
		for (int life = 0; life < 3; life++) {
			try (SegmentedLog wal = TestLogs.open(storage)) {
				for (int i = 0; i <= rotations; i++) {
					TestLogs.append(wal, 4);
					if (i < rotations) {
						wal.rotate();
					}
				}
				if (checkpoint) {
					wal.checkpoint(Lsn.of(wal.lastLsn().value() - 6));
				}
			}
			times.add(0, storage.files());
		}
		return times;
	}

	@Test
	void noDamageAfterACleanCloseGoesUnnoticed() {
		for (int state = 0; state < STATES; state++) {
			Random random = new Random(SEED + state);
			List<Map<String, byte[]>> times = this.logs.get(random.nextInt(this.logs.size()));
			Map<String, byte[]> files = TestLogs.copy(times.get(0));
			List<String> done = new ArrayList<>();
			for (int i = (random.nextInt(4) > 0) ? 1 : 2; i > 0; i--) {
				done.add(damage(files, times, random));
			}
			if (files.isEmpty() || isOneOf(times, files)) {
				// Nothing tells of a log that is gone as a whole, or older as a whole.
				continue;
			}
			check(times.get(0), files, (random.nextBoolean()) ? RecoveryScan.FULL : RecoveryScan.HEADERS,
					"seed " + (SEED + state) + ": " + done);
		}
		assertThat(this.refused).isGreaterThan(STATES / 4);
		assertThat(this.opened).isGreaterThan(STATES / 20);
		System.out.printf("%d states after a clean close: %d refused, %d opened with every record%n", STATES,
				this.refused, this.opened);
	}

	private static boolean isOneOf(List<Map<String, byte[]>> times, Map<String, byte[]> files) {
		return times.stream()
			.skip(1)
			.anyMatch((older) -> older.keySet().equals(files.keySet())
					&& older.keySet().stream().allMatch((name) -> Arrays.equals(older.get(name), files.get(name))));
	}

	private void check(Map<String, byte[]> intact, Map<String, byte[]> files, RecoveryScan scan, String what) {
		List<Long> expected;
		long checkpoint;
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(intact))) {
			expected = TestLogs.read(wal);
			checkpoint = wal.checkpointLsn().value();
		}
		BytesStorage storage = new BytesStorage(files);
		boolean accepted = false;
		try (SegmentedLog wal = LogOpener.open(TestLogs.builder().recoveryScan(scan).options(), storage)) {
			accepted = true;
			List<Long> found = TestLogs.read(wal);
			// What the checkpoint covers is not needed.
			List<Long> needed = expected.stream().filter((lsn) -> lsn > checkpoint).toList();
			assertThat(found).as(what).containsAll(needed).isSubsetOf(TestLogs.range(1, last(expected)));
			TestLogs.append(wal, 1);
			assertThat(wal.lastLsn().value()).as(what).isEqualTo(last(expected) + 1);
			this.opened++;
		}
		catch (WalException ex) {
			this.refused++;
			if (!accepted) {
				assertThat(storage.changes()).as(what).isZero();
			}
		}
	}

	private static long last(List<Long> lsns) {
		return lsns.get(lsns.size() - 1);
	}

	private static String damage(Map<String, byte[]> files, List<Map<String, byte[]>> times, Random random) {
		List<String> names = new ArrayList<>(files.keySet());
		if (names.isEmpty()) {
			return "nothing left";
		}
		String name = names.get(random.nextInt(names.size()));
		byte[] file = files.get(name);
		int at = (file.length > 0) ? random.nextInt(file.length) : 0;
		int length = Math.min(file.length - at, 1 + random.nextInt(random.nextBoolean() ? 16 : 9000));
		switch (random.nextInt(10)) {
			case 0 -> {
				for (int i = 1 + random.nextInt(3); i > 0 && file.length > 0; i--) {
					TestLogs.flip(file, random.nextInt(file.length * 8));
				}
				return "flip bits of " + name;
			}
			case 1 -> {
				files.put(name, Arrays.copyOf(file, at));
				return "cut " + name + " at " + at;
			}
			case 2 -> {
				Arrays.fill(file, at, at + length, (byte) 0);
				return "zero " + name + " at " + at + " for " + length;
			}
			case 3 -> {
				byte[] shorter = Arrays.copyOf(file, file.length - length);
				System.arraycopy(file, at + length, shorter, at, file.length - at - length);
				files.put(name, shorter);
				return "remove from " + name + " at " + at + " for " + length;
			}
			case 4 -> {
				byte[] longer = Arrays.copyOf(file, file.length + length);
				System.arraycopy(file, at, longer, at + length, file.length - at);
				random.nextBytes(file);
				System.arraycopy(file, 0, longer, at, length);
				files.put(name, longer);
				return "insert into " + name + " at " + at + " for " + length;
			}
			case 5 -> {
				String other = names.get(random.nextInt(names.size()));
				files.put(name, files.get(other));
				files.put(other, file);
				return "swap " + name + " and " + other;
			}
			case 6 -> {
				String other = random.nextBoolean() ? names.get(random.nextInt(names.size()))
						: SegmentName.of(1 + random.nextInt(9));
				files.put(other, file.clone());
				return "copy " + name + " to " + other;
			}
			case 7 -> {
				files.remove(name);
				return "delete " + name;
			}
			case 8 -> {
				Map<String, byte[]> older = times.get(1 + random.nextInt(2));
				byte[] before = older.get(name);
				if (before != null) {
					files.put(name, before.clone());
				}
				else {
					files.remove(name);
				}
				return "older " + name;
			}
			default -> {
				byte[] longer = Arrays.copyOf(file, file.length + length);
				for (int i = file.length; i < longer.length; i++) {
					longer[i] = (byte) random.nextInt();
				}
				files.put(name, longer);
				return "append garbage to " + name;
			}
		}
	}

}
