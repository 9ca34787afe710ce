// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.wal.Lsn;
import dev.wal.RecoveryScan;
import dev.wal.TailState;
import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.internal.format.Format;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.Damage;
import dev.wal.testing.TestControl;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for making a damaged log whole.
 */
class RepairTests {

	private static final String DAMAGES = "dev.wal.testing.Damage#all";

	private static RepairReport repair(BytesStorage storage) throws IOException {
		return Repair.run(storage);
	}

	private static List<Long> readable(Damage damage) {
		List<Long> lsns = TestLogs.range(1, 12);
		lsns.removeAll(damage.lost());
		if (damage.name().contains("oldest") && damage.lost().contains(3L)) {
			// The checkpoint released them.
			lsns.removeAll(List.of(1L, 2L));
		}
		return lsns;
	}

	@ParameterizedTest
	@MethodSource(DAMAGES)
	@Tag("R64")
	@Tag("R100")
	void everyReadableRecordIsKeptAndTheLogOpensAgain(Damage damage) throws Exception {
		Map<String, byte[]> log = damage.apply(TestLogs.closed());
		BytesStorage storage = new BytesStorage(log);
		List<Long> readable = readable(damage);
		RepairReport report = repair(storage);
		assertThat(TestLogs.lost(report.before().damage())).isEqualTo(damage.lost());
		assertThat(report.before().records()).isEqualTo(readable.size());
		assertThat(report.after().isIntact()).isTrue();
		assertThat(report.after().records()).isEqualTo(readable.size());
		for (int i = 1; i <= 3; i++) {
			try (SegmentedLog wal = TestLogs.open(storage)) {
				assertThat(TestLogs.read(wal)).isEqualTo(readable);
				TestLogs.append(wal, 1);
				assertThat(wal.lastLsn().value()).isEqualTo(damage.seen() + i);
				readable.add(damage.seen() + i);
			}
		}
		assertThat(storage.files().keySet()).containsAll(report.kept());
		assertDamagedFilesAreKept(log, storage.files());
	}

	@ParameterizedTest
	@MethodSource(DAMAGES)
	@Tag("R59")
	@Tag("R64")
	void aRepairThatIsKilledAtAnyStepIsCompletedByTheNext(Damage damage) throws Exception {
		Map<String, byte[]> log = damage.apply(TestLogs.closed());
		List<Long> readable = readable(damage);
		int steps = 0;
		for (boolean killed = true; killed; steps++) {
			BytesStorage storage = new BytesStorage(log);
			storage.crashAfter(steps);
			killed = isKilled(storage);
			BytesStorage next = new BytesStorage(storage.files());
			assertThat(repair(next).after().isIntact()).isTrue();
			try (SegmentedLog wal = TestLogs.open(next)) {
				assertThat(needed(TestLogs.read(wal))).as("after %s steps", steps).isEqualTo(needed(readable));
				assertThat(wal.lastLsn().value()).isGreaterThanOrEqualTo(damage.seen());
			}
			assertDamagedFilesAreKept(log, next.files());
		}
		assertThat(steps).isGreaterThan(3);
	}

	/**
	 * A log with half of its new segments would look as if it ended there.
	 */
	@ParameterizedTest
	@MethodSource(DAMAGES)
	@Tag("R64")
	void aLogThatIsHalfRepairedIsRefusedOrHasEveryRecord(Damage damage) throws Exception {
		Map<String, byte[]> log = damage.apply(TestLogs.closed());
		List<Long> readable = readable(damage);
		boolean killed = true;
		for (int steps = 0; killed; steps++) {
			BytesStorage storage = new BytesStorage(log);
			storage.crashAfter(steps);
			killed = isKilled(storage);
			boolean whole = TestVerification.verify(new BytesStorage(storage.files())).isIntact();
			for (RecoveryScan scan : RecoveryScan.values()) {
				BytesStorage crashed = new BytesStorage(storage.files());
				try (SegmentedLog wal = LogOpener.open(TestLogs.builder().recoveryScan(scan).options(), crashed)) {
					assertThat(needed(TestLogs.read(wal))).as("%s after %s steps", scan, steps)
						.isEqualTo(needed(readable));
				}
				catch (WalCorruptedException ex) {
					assertThat(whole).as("%s after %s steps: %s", scan, steps, ex.getMessage()).isFalse();
				}
			}
		}
	}

	/**
	 * Leave out what the checkpoint covers: a recovery may release it at any time.
	 */
	private static List<Long> needed(List<Long> lsns) {
		return lsns.stream().filter((lsn) -> lsn > 2).toList();
	}

	private static boolean isKilled(BytesStorage storage) {
		try {
			repair(storage);
			return false;
		}
		catch (IOException | WalException ex) {
			assertThat(ex).hasStackTraceContaining("killed");
			return true;
		}
	}

	@Test
	@Tag("R59")
	@Tag("R60")
	void aTornTailIsCutAndKept() throws Exception {
		BytesStorage storage = new BytesStorage(TestLogs.with(TestLogs.killed(), SegmentName.of(3), (bytes) -> {
			TestLogs.Block last = TestLogs.block(bytes, 12);
			TestLogs.flip(bytes, (last.offset() + Format.BLOCK_HEADER_SIZE) * 8L);
		}));
		RepairReport report = repair(storage);
		assertThat(report.before().isIntact()).isTrue();
		assertThat(report.before().tail().kind()).isEqualTo(TailState.Kind.TRUNCATED);
		assertThat(report.after().tail().isClean()).isTrue();
		assertThat(report.kept()).singleElement().satisfies((name) -> assertThat(SegmentName.isTorn(name)).isTrue());
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 11));
		}
	}

	@Test
	@Tag("R100")
	@Tag("D30")
	void anIntactLogIsNotTouched() throws Exception {
		for (Map<String, byte[]> log : List.of(TestLogs.closed(), TestLogs.killed())) {
			BytesStorage storage = new BytesStorage(log);
			RepairReport report = repair(storage);
			assertThat(report.after()).isEqualTo(report.before());
			assertThat(storage.changes()).isZero();
		}
	}

	/**
	 * Released segments have such names on their way to be used again.
	 */
	@Test
	@Tag("R64")
	@Tag("R83")
	void aReleasedSegmentOnItsWayToBeUsedAgainDoesNotComeBack() throws Exception {
		BytesStorage released = new BytesStorage(TestLogs.closed());
		byte[] second = released.files().get(SegmentName.of(2));
		try (SegmentedLog wal = TestLogs.open(released)) {
			wal.checkpoint(Lsn.of(8));
		}
		Map<String, byte[]> log = released.files();
		log.put(SegmentName.of(2) + SegmentName.NEW, second);
		TestLogs.Block block = TestLogs.block(log.get(SegmentName.of(3)), 10);
		TestLogs.flip(log.get(SegmentName.of(3)), (block.offset() + Format.BLOCK_HEADER_SIZE) * 8L);
		BytesStorage storage = new BytesStorage(log);
		assertThat(repair(storage).after().records()).isEqualTo(3);
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(TestLogs.read(wal)).containsExactly(9L, 11L, 12L);
		}
	}

	@Test
	@Tag("R64")
	void batchesAndTimesStayAsTheyWere() throws Exception {
		Map<String, byte[]> log = TestLogs.closed();
		TestLogs.Block block = TestLogs.block(log.get(SegmentName.of(2)), 5);
		TestLogs.flip(log.get(SegmentName.of(2)), (block.offset() + Format.BLOCK_HEADER_SIZE) * 8L);
		List<Long> times = new ArrayList<>();
		for (TestLogs.Block each : TestLogs.blocks(log.get(SegmentName.of(3)))) {
			if (each.kind() == Format.KIND_DATA) {
				times.add(timestamp(log.get(SegmentName.of(3)), each));
			}
		}
		BytesStorage storage = new BytesStorage(log);
		repair(storage);
		byte[] last = storage.files()
			.entrySet()
			.stream()
			.filter((file) -> SegmentName.parse(file.getKey()).orElse(0) > 3)
			.map(Map.Entry::getValue)
			.reduce((first, second) -> second)
			.orElseThrow();
		assertThat(TestLogs.blocks(last)).filteredOn((each) -> each.kind() == Format.KIND_DATA)
			.extracting((each) -> timestamp(last, each))
			.isEqualTo(times);
	}

	private static long timestamp(byte[] segment, TestLogs.Block block) {
		return java.nio.ByteBuffer.wrap(segment).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(block.offset() + 32);
	}

	/**
	 * Every segment is there, under its name or as a file moved away, with every byte
	 * that was used.
	 */
	private static void assertDamagedFilesAreKept(Map<String, byte[]> before, Map<String, byte[]> after) {
		Set<String> missing = new HashSet<>();
		Map<String, byte[]> expected = new TreeMap<>(before);
		if (TestControl.read(before) != null) {
			// Overwritten in place where it can be read.
			expected.remove(SegmentName.CONTROL);
		}
		expected.forEach((name, bytes) -> {
			boolean kept = after.entrySet()
				.stream()
				.anyMatch((file) -> file.getKey().startsWith(name) && file.getValue().length >= bytes.length
						&& java.util.Arrays.equals(file.getValue(), 0, bytes.length, bytes, 0, bytes.length));
			if (!kept) {
				missing.add(name);
			}
		});
		assertThat(missing).isEmpty();
	}

}
