// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWalView;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.RecordLoss;
import dev.wal.WalCorruptedException;
import dev.wal.WalDirectoryException;
import dev.wal.WalException;
import dev.wal.WalForeignLogException;
import dev.wal.internal.format.Format;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.ReadOnlyLog;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.ControlRecord;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestControl;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.tools.TestRepair;
import dev.wal.tools.TestVerification;
import dev.wal.tools.VerificationReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a log knows where it ends, also where the newest files say nothing of it.
 */
@Tag("R62")
@Tag("R90")
class EndOfLogTests {

	private static final String NEWEST = SegmentName.of(3);

	private final Map<String, byte[]> closed = TestLogs.closed();

	private static LsnRange lsns(long first, long last) {
		return new LsnRange(Lsn.of(first), Lsn.of(last));
	}

	private static WalCorruptedException refused(Map<String, byte[]> files) {
		return refused(files, WalCorruptedException.class);
	}

	private static <X extends WalException> X refused(Map<String, byte[]> files, Class<X> type) {
		BytesStorage storage = new BytesStorage(files);
		WalException refusal = null;
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(wal).as("opened with %s", TestLogs.read(wal)).isNull();
		}
		catch (WalException ex) {
			refusal = ex;
		}
		assertThat(refusal).isInstanceOf(type);
		assertThat(storage.files()).usingRecursiveComparison().isEqualTo(new TreeMap<>(files));
		return type.cast(refusal);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 100, 4096, 4200, 8192, 8200, 8272, 8300 })
	void aNewestSegmentThatWasCutOffIsDamage(int size) {
		this.closed.put(NEWEST, Arrays.copyOf(this.closed.get(NEWEST), size));
		WalCorruptedException ex = refused(this.closed);
		assertThat(ex.file().orElseThrow()).hasFileName(NEWEST);
		assertThat(ex.lost()).isEqualTo(lsns(9, 12));
	}

	@Test
	@Tag("R12")
	@Tag("Rule6")
	void aNewestSegmentThatIsMissingIsDamage() {
		this.closed.remove(NEWEST);
		WalCorruptedException ex = refused(this.closed);
		assertThat(ex.file().orElseThrow()).hasFileName(NEWEST);
		assertThat(ex.lost()).isEqualTo(lsns(9, 12));
	}

	@Test
	@Tag("R100")
	void aLogWithoutItsNewestSegmentIsNotVerifiedAsIntact() {
		this.closed.remove(NEWEST);
		VerificationReport report = TestVerification.verify(new BytesStorage(this.closed));
		assertThat(report.isIntact()).isFalse();
		assertThat(report.damage()).singleElement()
			.satisfies((damage) -> assertThat(damage.lastLsn()).isEqualTo(Lsn.of(12)));
	}

	@ParameterizedTest
	@EnumSource(value = CorruptionPolicy.class, names = "FAIL", mode = EnumSource.Mode.EXCLUDE)
	@Tag("R65")
	@Tag("R71")
	@Tag("D30")
	void garbageUnderTheNextNameIsRefusedOrMovedAside(CorruptionPolicy policy) {
		byte[] garbage = new byte[100];
		Arrays.fill(garbage, (byte) 'x');
		this.closed.put(SegmentName.of(4), garbage);
		assertThat(refused(this.closed).file().orElseThrow()).hasFileName(SegmentName.of(4));
		BytesStorage storage = new BytesStorage(this.closed);
		try (SegmentedLog wal = TestLogs.open(storage, policy)) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
		}
		assertThat(storage.files().get(SegmentName.of(4) + SegmentName.DAMAGED)).isEqualTo(garbage);
	}

	@Test
	@Tag("R12")
	void theOnlySegmentOfALogIsMissed() {
		Map<String, byte[]> single = TestLogs.build(true, (wal) -> TestLogs.append(wal, 3));
		single.remove(SegmentName.of(1));
		assertThat(refused(single).lost()).isEqualTo(lsns(1, 3));
	}

	@Test
	void aSegmentTakenAwayRightAfterTheCreationIsMissed() {
		Map<String, byte[]> created = TestLogs.build(false, (wal) -> {
		});
		created.remove(SegmentName.of(1));
		assertThat(refused(created)).hasMessageContaining("the segment is missing");
	}

	@Test
	@Tag("R64")
	@Tag("R72")
	void whatIsMissingAtTheEndIsCountedAndItsLsnsAreNotUsedAgain() {
		this.closed.remove(NEWEST);
		for (CorruptionPolicy policy : new CorruptionPolicy[] { CorruptionPolicy.SKIP, CorruptionPolicy.TRUNCATE }) {
			BytesStorage storage = new BytesStorage(this.closed);
			try (SegmentedLog wal = TestLogs.open(storage, policy)) {
				RecordLoss loss = wal.recoveryReport().loss();
				assertThat(loss.records()).isEqualTo(4);
				assertThat(loss.ranges()).containsExactly(lsns(9, 12));
				TestLogs.append(wal, 1);
				assertThat(wal.lastLsn()).isEqualTo(Lsn.of(13));
			}
			assertThat(TestControl.read(storage.files()).loss().records()).isEqualTo(4);
		}
	}

	@Test
	@Tag("R64")
	@Tag("R72")
	void truncatingCountsAllThatItGivesUp() {
		byte[] first = this.closed.get(SegmentName.of(1));
		TestLogs.flip(first, (TestLogs.block(first, 3).offset() + 60) * 8L);
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(this.closed), CorruptionPolicy.TRUNCATE)) {
			assertThat(wal.recoveryReport().loss().records()).isEqualTo(10);
			assertThat(wal.recoveryReport().loss().ranges()).containsExactly(lsns(3, 12));
			assertThat(wal.recoveryReport().loss().bytes()).isPositive();
		}
	}

	@Test
	@Tag("R64")
	void aLossIsRememberedByTheOpensThatFollow() {
		this.closed.remove(NEWEST);
		BytesStorage storage = new BytesStorage(this.closed);
		TestLogs.open(storage, CorruptionPolicy.TRUNCATE).close();
		TestLogs.open(storage).close();
		assertThat(TestControl.read(storage.files()).loss().records()).isEqualTo(4);
	}

	@Test
	void theSameLossIsNotCountedTwice() {
		byte[] second = this.closed.get(SegmentName.of(2));
		TestLogs.flip(second, (TestLogs.block(second, 6).offset() + 60) * 8L);
		BytesStorage storage = new BytesStorage(this.closed);
		for (int i = 0; i < 3; i++) {
			TestLogs.open(storage, CorruptionPolicy.SKIP).close();
			assertThat(TestControl.read(storage.files()).loss().records()).isEqualTo(1);
		}
	}

	@Test
	void filesOfDifferentTimesAreRefused() {
		BytesStorage storage = new BytesStorage(this.closed);
		try (SegmentedLog wal = TestLogs.open(storage)) {
			TestLogs.append(wal, 3);
		}
		Map<String, byte[]> olderControl = storage.files();
		olderControl.put(SegmentName.CONTROL, this.closed.get(SegmentName.CONTROL));
		assertThat(refused(olderControl)).hasMessageContaining("different times");
		Map<String, byte[]> olderSegments = TestLogs.copy(this.closed);
		olderSegments.put(SegmentName.CONTROL, storage.files().get(SegmentName.CONTROL));
		assertThat(refused(olderSegments).lost()).isEqualTo(lsns(13, 15));
	}

	@Test
	void segmentsAfterTheEndOfAClosedLogAreRefused() {
		BytesStorage storage = new BytesStorage(this.closed);
		try (SegmentedLog wal = TestLogs.open(storage)) {
			wal.rotate();
			TestLogs.append(wal, 1);
		}
		Map<String, byte[]> mixed = storage.files();
		mixed.put(NEWEST, this.closed.get(NEWEST));
		mixed.put(SegmentName.CONTROL, this.closed.get(SegmentName.CONTROL));
		assertThat(refused(mixed)).hasMessageContaining("different times");
	}

	@Test
	void aSegmentOfAnotherLifeIsRefused() {
		Map<String, byte[]> mixed = TestControl.with(this.closed, (record) -> {
			ControlRecord.End end = record.end();
			return record.withEnd(new ControlRecord.End(end.lsn(), end.segment(), end.salt() + 1, end.offset()));
		});
		assertThat(refused(mixed)).hasMessageContaining("different times");
	}

	@Test
	void blocksOfALogThatIsBeingCreatedAreRefused() {
		Map<String, byte[]> mixed = TestControl.with(this.closed,
				(record) -> ControlRecord.ofNewLog(record.logId(), record.owner(), record.created()));
		assertThat(refused(mixed)).hasMessageContaining("being created");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aLogWithoutItsControlFileIsRefusedAndRepaired(boolean missing) throws Exception {
		if (missing) {
			this.closed.remove(SegmentName.CONTROL);
		}
		else {
			this.closed.put(SegmentName.CONTROL, new byte[100]);
		}
		WalCorruptedException ex = refused(this.closed);
		assertThat(ex.file().orElseThrow()).hasFileName(SegmentName.CONTROL);
		assertThat(ex).hasMessageContaining("wal repair").hasMessageContaining("Do not delete");
		BytesStorage storage = new BytesStorage(this.closed);
		TestRepair.run(storage);
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.NONE);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 4096 })
	void oneBadSlotIsWrittenAgain(int slot) {
		byte[] intact = this.closed.get(SegmentName.CONTROL).clone();
		TestLogs.flip(this.closed.get(SegmentName.CONTROL), (slot + 70) * 8L);
		BytesStorage storage = new BytesStorage(this.closed);
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
			assertThat(wal.recoveryReport().cleanShutdown()).isTrue();
		}
		byte[] written = storage.files().get(SegmentName.CONTROL);
		assertThat(Arrays.copyOfRange(written, 0, 512)).isEqualTo(Arrays.copyOfRange(written, 4096, 4608))
			.isNotEqualTo(Arrays.copyOf(intact, 512));
	}

	@Test
	void twoSlotsOfOneNumberThatDifferAreDamage() {
		byte[] other = TestControl.bytes(TestControl.read(this.closed).withCheckpoint(1, 0));
		byte[] mixed = this.closed.get(SegmentName.CONTROL);
		System.arraycopy(other, 0, mixed, 0, 512);
		assertThat(refused(this.closed)).hasMessageContaining("one number and differ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "positions", "lineage", "wal.staging", "wal-00000000000000000003.8300.torn",
			"wal.control.damaged", "snapshots" })
	void remainsOfALogAreNeverTakenForANewOne(String name) {
		assertThat(refused(Map.of(name, new byte[10]), WalDirectoryException.class)).hasMessageContaining(name);
	}

	@Test
	void aLogThatWasKilledMayGoOnAfterItsEnd() {
		Map<String, byte[]> killed = TestLogs.killed();
		assertThat(TestControl.read(killed).end().lsn()).isLessThan(12);
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(killed))) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
			assertThat(wal.tailState().confirmed()).isFalse();
		}
	}

	@Test
	void onlyACleanCloseConfirmsTheEnd() {
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(this.closed))) {
			assertThat(wal.tailState().confirmed()).isTrue();
			assertThat(wal.tailState().provenLsn()).isEqualTo(Lsn.of(12));
		}
		Map<String, byte[]> exact = TestControl.with(this.closed, (record) -> record.openedBy(null));
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(exact))) {
			assertThat(wal.tailState().confirmed()).isFalse();
			assertThat(wal.tailState().provenLsn()).isEqualTo(Lsn.of(12));
			assertThat(wal.recoveryReport().cleanShutdown()).isFalse();
		}
	}

	@Test
	void aCloseBlockThatCannotBeReadLosesNothing() {
		byte[] last = this.closed.get(NEWEST);
		this.closed.put(NEWEST, Arrays.copyOf(last, last.length - Format.CLOSE_BLOCK_SIZE));
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(this.closed))) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
			assertThat(wal.tailState().isClean()).isTrue();
		}
	}

	@Test
	void aCheckpointOfEverythingThenAKillIsNoDamage() {
		Map<String, byte[]> killed = TestLogs.build(false, (wal) -> {
			for (int i = 0; i < 10; i++) {
				TestLogs.append(wal, 1);
				wal.rotate();
			}
			wal.checkpoint(wal.lastLsn());
		});
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(killed))) {
			assertThat(TestLogs.read(wal)).isEmpty();
			TestLogs.append(wal, 1);
			assertThat(wal.lastLsn()).isEqualTo(Lsn.of(11));
		}
	}

	@Test
	void theIdentityOfALogStandsInItsControlFile() {
		UUID logId = TestControl.read(this.closed).logId();
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(this.closed))) {
			assertThat(wal.status().logId()).isEqualTo(logId);
		}
	}

	@Test
	@Tag("R6")
	@Tag("D19")
	void theOwnerOfALogStandsInItsControlFile() {
		ControlRecord created = ControlRecord.ofNewLog(new UUID(1, 2), "orders", 0);
		BytesStorage storage = new BytesStorage(Map.of(SegmentName.CONTROL, TestControl.bytes(created)));
		assertThatExceptionOfType(WalForeignLogException.class)
			.isThrownBy(() -> LogOpener.open(TestLogs.builder().owner("billing").options(), storage))
			.withMessageContaining("orders");
		assertThat(storage.changes()).isZero();
	}

	@ParameterizedTest
	@EnumSource(CorruptionPolicy.class)
	void aViewOfACutLogTellsOfItAsWell(CorruptionPolicy policy) {
		this.closed.put(NEWEST, Arrays.copyOf(this.closed.get(NEWEST), 8272));
		BytesStorage storage = new BytesStorage(this.closed);
		if (policy == CorruptionPolicy.FAIL) {
			assertThatExceptionOfType(WalCorruptedException.class)
				.isThrownBy(() -> ReadOnlyLog.open(storage, TestLogs.builder(policy).options()));
			return;
		}
		try (LocalWalView view = ReadOnlyLog.open(storage, TestLogs.builder(policy).options())) {
			assertThat(view.recoveryReport().loss().records()).isEqualTo(4);
		}
	}

}
