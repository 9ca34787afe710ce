// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.wal.CorruptionPolicy;
import dev.wal.DamagedRange;
import dev.wal.Lsn;
import dev.wal.TailState;
import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.Damage;
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
class CorruptionPolicyTests {

	private static final String DAMAGES = "dev.wal.testing.Damage#all";

	@ParameterizedTest
	@MethodSource(DAMAGES)
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
	@MethodSource(DAMAGES)
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
	@MethodSource(DAMAGES)
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
	@MethodSource(DAMAGES)
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
	@MethodSource(DAMAGES)
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
		Map<String, byte[]> log = Damage.block(2, 6).apply(TestLogs.closed());
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
		Map<String, byte[]> log = Damage.checkpoint(released.files());
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
		BytesStorage storage = new BytesStorage(Damage.block(3, 10).apply(TestLogs.closed()));
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

}
