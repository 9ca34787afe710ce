// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.wal.CorruptionPolicy;
import dev.wal.DamagedRange;
import dev.wal.Lsn;
import dev.wal.TailState;
import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.internal.format.Format;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.tools.TestVerification;
import dev.wal.tools.VerificationReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what each policy makes of damage at each place.
 */
public class CorruptionPolicyTests {

	/**
	 * Damage to a log of three segments with LSN 1 to 4, 5 to 8 and 9 to 12.
	 *
	 * @param name the name
	 * @param change does the damage
	 * @param segment the segment where it is, 0 for the checkpoint file
	 * @param lost the LSNs that are lost
	 * @param prefix the last LSN before the damage
	 * @param seen the highest LSN that could have been there
	 */
	public record Damage(String name, UnaryOperator<Map<String, byte[]>> change, long segment, List<Long> lost,
			long prefix, long seen) {

		public Map<String, byte[]> apply(Map<String, byte[]> log) {
			return this.change.apply(TestLogs.copy(log));
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	public static Stream<Damage> damages() {
		long bound = 8 + (tailSize() / Format.RECORD_HEADER_SIZE) + 1;
		return Stream.of(damage("tail segment, middle", 3, block(3, 10), List.of(10L), 9, 12),
				damage("tail segment, two places", 3, (log) -> block(3, 11).apply(block(3, 9).apply(log)),
						List.of(9L, 11L), 8, 12),
				damage("tail segment, end", 3, block(3, 12), List.of(12L), 11, 12),
				damage("tail segment, all blocks", 3,
						(log) -> block(3, 9).and(block(3, 10)).and(block(3, 11)).and(block(3, 12)).apply(log),
						TestLogs.range(9, 12), 8, 12),
				damage("older segment, middle", 2, block(2, 6), List.of(6L), 5, 12),
				damage("older segment, end", 2, block(2, 8), List.of(8L), 7, 12),
				damage("older segment, cut off", 2, cutOff(2, 7), List.of(7L, 8L), 6, 12),
				damage("two segments", 1, (log) -> block(1, 3).and(block(2, 8)).and(block(3, 9)).apply(log),
						List.of(3L, 8L, 9L), 2, 12),
				damage("start block of the oldest", 1, start(1), List.of(), 0, 12),
				damage("start block of the middle", 2, start(2), List.of(), 4, 12),
				damage("start block of the newest", 3, start(3), List.of(), 8, 12),
				damage("start block and first block of the newest", 3, start(3).and(block(3, 9)), List.of(9L), 8, 12),
				damage("start blocks of all", 1, start(1).and(start(2)).and(start(3)), List.of(), 0, 12),
				damage("header of the oldest", 1, header(1), List.of(3L, 4L), 0, 12),
				damage("header of the middle", 2, header(2), TestLogs.range(5, 8), 4, 12),
				damage("header of the newest", 3, header(3), TestLogs.range(9, bound), 8, bound),
				damage("missing oldest", 1, missing(1), List.of(3L, 4L), 0, 12),
				damage("missing middle", 2, missing(2), TestLogs.range(5, 8), 4, 12),
				damage("missing oldest and middle", 2, missing(1).and(missing(2)), TestLogs.range(3, 8), 0, 12),
				damage("checkpoint file", 0, CorruptionPolicyTests::damageCheckpoint, List.of(), 12, 12));
	}

	private static long tailSize() {
		return TestLogs.closed().get(SegmentName.of(3)).length;
	}

	private static Damage damage(String name, long segment, Change change, List<Long> lost, long prefix, long seen) {
		return new Damage(name, change::apply, segment, lost, prefix, seen);
	}

	private static Change block(long number, long lsn) {
		return (log) -> TestLogs.with(log, SegmentName.of(number), (bytes) -> {
			TestLogs.Block block = intact(number, lsn);
			TestLogs.flip(bytes, (block.offset() + Format.BLOCK_HEADER_SIZE + 7) * 8L);
		});
	}

	/**
	 * All logs here are laid out alike, so that a block can be found in a damaged one.
	 */
	private static TestLogs.Block intact(long number, long lsn) {
		return TestLogs.block(TestLogs.closed().get(SegmentName.of(number)), lsn);
	}

	private static Change cutOff(long number, long lsn) {
		return (log) -> {
			log.computeIfPresent(SegmentName.of(number),
					(name, bytes) -> Arrays.copyOf(bytes, intact(number, lsn).offset() + 61));
			return log;
		};
	}

	private static Change start(long number) {
		return (log) -> TestLogs.with(log, SegmentName.of(number),
				(bytes) -> TestLogs.flip(bytes, (Format.SEGMENT_HEADER_SIZE + 33) * 8L));
	}

	private static Change header(long number) {
		return (log) -> TestLogs.with(log, SegmentName.of(number), (bytes) -> TestLogs.flip(bytes, 41 * 8L));
	}

	private static Change missing(long number) {
		return (log) -> {
			log.remove(SegmentName.of(number));
			return log;
		};
	}

	private static Map<String, byte[]> damageCheckpoint(Map<String, byte[]> log) {
		return TestLogs.with(log, SegmentName.CHECKPOINT, (bytes) -> TestLogs.flip(bytes, 33 * 8L));
	}

	@ParameterizedTest
	@MethodSource("damages")
	@Tag("R64")
	@Tag("R63")
	void failRefusesAndLeavesEveryByteAsItIs(Damage damage) {
		Map<String, byte[]> log = damage.apply(TestLogs.closed());
		BytesStorage storage = new BytesStorage(log);
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> TestLogs.open(storage))
			.satisfies((ex) -> {
				String name = (damage.segment() == 0) ? SegmentName.CHECKPOINT : SegmentName.of(damage.segment());
				assertThat(ex.file().orElseThrow()).hasFileName(name);
				if (!damage.lost().isEmpty()) {
					assertThat(damage.lost()).contains(ex.lost().first().value(), ex.lost().last().value());
				}
				else {
					assertThat(ex.lost().count()).isZero();
				}
			});
		assertThat(storage.changes()).isZero();
	}

	@ParameterizedTest
	@MethodSource("damages")
	@Tag("R64")
	@Tag("R65")
	void truncateKeepsExactlyThePrefixAndEverythingThatItMoves(Damage damage) throws Exception {
		Map<String, byte[]> log = damage.apply(TestLogs.closed());
		BytesStorage storage = new BytesStorage(log);
		try (SegmentedLog wal = TestLogs.open(storage, CorruptionPolicy.TRUNCATE)) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, damage.prefix()));
			assertThat(TestLogs.lost(wal.recoveryReport().damage())).isEqualTo(damage.lost());
			assertThat(wal.lastLsn().value()).isEqualTo(damage.seen());
			assertThat(wal.tailState().kind())
				.isEqualTo((damage.segment() == 0) ? TailState.Kind.CLEAN : TailState.Kind.DAMAGE_TRUNCATED);
			TestLogs.append(wal, 3);
		}
		assertNothingIsGone(log, storage.files());
		List<Long> expected = TestLogs.range(1, damage.prefix());
		expected.addAll(TestLogs.range(damage.seen() + 1, damage.seen() + 3));
		for (CorruptionPolicy policy : CorruptionPolicy.values()) {
			BytesStorage copy = new BytesStorage(storage.files());
			try (SegmentedLog wal = TestLogs.open(copy, policy)) {
				assertThat(TestLogs.read(wal)).isEqualTo(expected);
				assertThat(wal.recoveryReport().damage()).isEmpty();
				assertThat(wal.lastLsn().value()).isEqualTo(damage.seen() + 3);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("damages")
	@Tag("R64")
	void skipDeliversAllThatCanBeReadAndReportsEachGapExactly(Damage damage) throws Exception {
		Map<String, byte[]> log = damage.apply(TestLogs.closed());
		BytesStorage storage = new BytesStorage(log);
		List<Long> readable = TestLogs.range(1, 12);
		readable.removeAll(damage.lost());
		if (damage.name().contains("oldest") && damage.lost().contains(3L)) {
			// What the checkpoint covers is not reported as lost.
			readable.removeAll(List.of(1L, 2L));
		}
		try (SegmentedLog wal = TestLogs.open(storage, CorruptionPolicy.SKIP)) {
			assertThat(TestLogs.read(wal)).isEqualTo(readable);
			assertThat(wal.recoveryReport().damage()).isNotEmpty();
			assertThat(TestLogs.lost(wal.recoveryReport().damage())).isEqualTo(damage.lost());
			assertThat(wal.lastLsn().value()).isEqualTo(damage.seen());
			TestLogs.append(wal, 3);
		}
		assertNothingIsGone(log, storage.files());
		readable.addAll(TestLogs.range(damage.seen() + 1, damage.seen() + 3));
		for (int i = 0; i < 3; i++) {
			try (SegmentedLog wal = TestLogs.open(storage, CorruptionPolicy.SKIP)) {
				assertThat(TestLogs.read(wal)).isEqualTo(readable);
				TestLogs.append(wal, 1);
				readable.add(wal.lastLsn().value());
			}
		}
		assertNothingIsGone(log, storage.files());
		boolean recorded = damage.segment() == 0 || damage.name().equals("header of the newest");
		try (SegmentedLog wal = TestLogs.open(storage)) {
			// What the log itself says was given up is no damage any more.
			assertThat(recorded).isTrue();
			assertThat(TestLogs.read(wal)).isEqualTo(readable);
		}
		catch (WalException ex) {
			assertThat(ex).isInstanceOf(WalCorruptedException.class);
			assertThat(recorded).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("damages")
	@Tag("R59")
	@Tag("R64")
	void aCrashAtAnyStepOfARestartAfterDamageIsRepairedByTheNext(Damage damage) throws Exception {
		Map<String, byte[]> log = damage.apply(TestLogs.closed());
		for (CorruptionPolicy policy : List.of(CorruptionPolicy.TRUNCATE, CorruptionPolicy.SKIP)) {
			List<Long> expected = null;
			for (int steps = 100; steps >= 0; steps--) {
				BytesStorage storage = new BytesStorage(log);
				storage.crashAfter(steps);
				try {
					TestLogs.open(storage, policy).close();
				}
				catch (WalException ex) {
					assertThat(ex).hasMessageContaining("killed");
				}
				Map<String, byte[]> crashed = storage.files();
				assertNothingIsGone(log, crashed);
				BytesStorage next = new BytesStorage(crashed);
				try (SegmentedLog wal = TestLogs.open(next, policy)) {
					List<Long> lsns = TestLogs.read(wal);
					expected = (expected != null) ? expected : lsns;
					assertThat(lsns).as("%s after %s steps", policy, steps).isEqualTo(expected);
					assertThat(wal.lastLsn().value()).isGreaterThanOrEqualTo(damage.seen());
				}
				assertNothingIsGone(log, next.files());
			}
		}
	}

	@ParameterizedTest
	@MethodSource("damages")
	@Tag("R100")
	void verifyTellsExactlyWhatIsLostAndChangesNothing(Damage damage) {
		Map<String, byte[]> log = damage.apply(TestLogs.closed());
		BytesStorage storage = new BytesStorage(log);
		VerificationReport report = TestVerification.verify(storage);
		assertThat(storage.changes()).isZero();
		assertThat(report.isIntact()).isFalse();
		assertThat(TestLogs.lost(report.damage())).isEqualTo(damage.lost());
		if (damage.segment() != 0) {
			assertThat(report.damage().get(0).segment()).isEqualTo(SegmentName.of(damage.segment()));
		}
		long readable = 12 - damage.lost().stream().filter((lsn) -> lsn <= 12).count();
		if (damage.name().contains("oldest") && damage.lost().contains(3L)) {
			readable -= 2;
		}
		assertThat(report.records()).isEqualTo(readable);
		Map<String, String> problems = new HashMap<>();
		for (VerificationReport.Segment segment : report.segments()) {
			if (segment.problem() != null) {
				problems.put(segment.info().fileName(), segment.problem());
			}
		}
		for (DamagedRange range : report.damage()) {
			if (log.containsKey(range.segment()) && !range.segment().equals(SegmentName.CHECKPOINT)) {
				assertThat(problems).containsKey(range.segment());
			}
		}
	}

	@Test
	@Tag("R100")
	void verifyOfAnIntactLogSaysSo() {
		for (Map<String, byte[]> log : List.of(TestLogs.closed(), TestLogs.killed())) {
			BytesStorage storage = new BytesStorage(log);
			VerificationReport report = TestVerification.verify(storage);
			assertThat(report.isIntact()).isTrue();
			assertThat(report.segments()).hasSize(3).allMatch((segment) -> segment.problem() == null);
			assertThat(report.segments()).allMatch((segment) -> segment.records() == 4);
			assertThat(report.firstLsn()).isEqualTo(Lsn.FIRST);
			assertThat(report.lastLsn()).isEqualTo(Lsn.of(12));
			assertThat(report.records()).isEqualTo(12);
			assertThat(storage.changes()).isZero();
		}
	}

	@Test
	@Tag("R65")
	@Tag("D30")
	void aCheckpointMovesADamagedSegmentAwayInsteadOfDeletingIt() throws Exception {
		Map<String, byte[]> log = block(2, 6).apply(TestLogs.closed());
		BytesStorage skipping = new BytesStorage(log);
		try (SegmentedLog wal = TestLogs.open(skipping, CorruptionPolicy.SKIP)) {
			wal.checkpoint(Lsn.of(12));
		}
		assertThat(skipping.files()).containsKey(SegmentName.of(2) + SegmentName.DAMAGED)
			.doesNotContainKeys(SegmentName.of(1), SegmentName.of(2), SegmentName.of(1) + SegmentName.DAMAGED);
		// Also if only a reader came across the damage.
		BytesStorage failing = new BytesStorage(log);
		try (SegmentedLog wal = LogOpener.open(TestLogs.builder().recoveryScan(dev.wal.RecoveryScan.HEADERS).options(),
				failing)) {
			assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> TestLogs.read(wal));
			wal.checkpoint(Lsn.of(12));
		}
		assertThat(failing.files()).containsKey(SegmentName.of(2) + SegmentName.DAMAGED);
	}

	@Test
	void aLogWithOnlyACheckpointLeftGoesOnAboveItAsTheSameLog() throws Exception {
		Map<String, byte[]> log = TestLogs.closed();
		log.keySet().removeIf((file) -> !file.equals(SegmentName.CHECKPOINT));
		for (CorruptionPolicy policy : List.of(CorruptionPolicy.TRUNCATE, CorruptionPolicy.SKIP)) {
			BytesStorage storage = new BytesStorage(log);
			for (int i = 0; i < 3; i++) {
				try (SegmentedLog wal = TestLogs.open(storage, policy)) {
					TestLogs.append(wal, 1);
					assertThat(wal.lastLsn().value()).isEqualTo(3 + i);
				}
			}
		}
	}

	@Test
	@Tag("R64")
	void aDamagedCheckpointAfterADeletionLosesNothingLater() throws Exception {
		BytesStorage released = new BytesStorage(TestLogs.closed());
		try (SegmentedLog wal = TestLogs.open(released)) {
			wal.checkpoint(Lsn.of(9));
		}
		Map<String, byte[]> log = damageCheckpoint(released.files());
		for (CorruptionPolicy policy : List.of(CorruptionPolicy.TRUNCATE, CorruptionPolicy.SKIP)) {
			for (int steps = 0; steps < 30; steps++) {
				BytesStorage storage = new BytesStorage(log);
				storage.crashAfter(steps);
				try {
					TestLogs.open(storage, policy).close();
				}
				catch (WalException ex) {
					assertThat(ex).hasMessageContaining("killed");
				}
				BytesStorage next = new BytesStorage(storage.files());
				for (int i = 0; i < 3; i++) {
					try (SegmentedLog wal = TestLogs.open(next, policy)) {
						assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(9, 12));
						assertThat(wal.checkpointLsn()).isEqualTo(Lsn.of(8));
					}
				}
				TestLogs.open(next).close();
				assertThat(next.files()).containsKey(SegmentName.CHECKPOINT + SegmentName.DAMAGED);
			}
		}
	}

	@Test
	@Tag("R64")
	void zerosInPlaceOfABlockCostNoneOfTheBlocksAfterIt() {
		Map<String, byte[]> files = TestLogs.with(TestLogs.killed(), SegmentName.of(2), (bytes) -> {
			TestLogs.Block block = TestLogs.block(bytes, 6);
			Arrays.fill(bytes, block.offset(), block.end(), (byte) 0);
		});
		List<Long> left = TestLogs.range(1, 12);
		left.remove(6L);
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(files), CorruptionPolicy.SKIP)) {
			assertThat(TestLogs.read(wal)).isEqualTo(left);
		}
	}

	@Test
	@Tag("R64")
	void twoDamagesOneAfterTheOtherAreBothGivenUp() throws Exception {
		BytesStorage storage = new BytesStorage(block(3, 10).apply(TestLogs.closed()));
		try (SegmentedLog wal = TestLogs.open(storage, CorruptionPolicy.SKIP)) {
			TestLogs.append(wal, 4);
		}
		Map<String, byte[]> again = storage.files();
		TestLogs.Block block = TestLogs.block(again.get(SegmentName.of(4)), 14);
		TestLogs.flip(again.get(SegmentName.of(4)), block.end() * 8L - 65);
		List<Long> readable = TestLogs.range(1, 18);
		readable.removeAll(List.of(10L, 14L, 17L));
		BytesStorage next = new BytesStorage(again);
		try (SegmentedLog wal = TestLogs.open(next, CorruptionPolicy.SKIP)) {
			assertThat(TestLogs.lost(wal.recoveryReport().damage())).isEqualTo(List.of(10L, 14L));
			TestLogs.append(wal, 2);
			readable.remove(Long.valueOf(18));
			readable.add(17L);
			readable.add(18L);
			assertThat(TestLogs.read(wal)).isEqualTo(readable);
		}
	}

	/**
	 * Every byte that could not be read is still there, under this name or another, and
	 * so is every file that was moved.
	 */
	private static void assertNothingIsGone(Map<String, byte[]> before, Map<String, byte[]> after) {
		Map<String, byte[]> left = new TreeMap<>(after);
		before.forEach((name, bytes) -> {
			boolean kept = left.entrySet()
				.stream()
				.anyMatch((file) -> file.getKey().startsWith(name) && startsWith(file.getValue(), bytes));
			assertThat(kept).as("%s is kept", name).isTrue();
		});
	}

	private static boolean startsWith(byte[] bytes, byte[] prefix) {
		return bytes.length >= prefix.length && ByteBuffer.wrap(bytes, 0, prefix.length)
			.order(ByteOrder.LITTLE_ENDIAN)
			.equals(ByteBuffer.wrap(prefix));
	}

	/**
	 * Does damage to a log.
	 */
	@FunctionalInterface
	private interface Change extends UnaryOperator<Map<String, byte[]>> {

		default Change and(Change next) {
			return (log) -> next.apply(apply(log));
		}

	}

}
