// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.retention;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import dev.wal.Deletions;
import dev.wal.Lsn;
import dev.wal.RecoveryScan;
import dev.wal.WalException;
import dev.wal.WalOptions;
import dev.wal.WalReader;
import dev.wal.internal.format.Format;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.QuietLog;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for how a checkpoint deletes segments.
 */
@ExtendWith(QuietLog.class)
@Timeout(60)
class DeletionTests {

	private static final WalOptions HEADERS = TestLogs.builder().recoveryScan(RecoveryScan.HEADERS).options();

	/**
	 * A log of segments with two records each.
	 */
	private static void fill(SegmentedLog wal, int segments) {
		for (int i = 1; i <= segments; i++) {
			TestLogs.append(wal, 2);
			if (i < segments) {
				wal.rotate();
			}
		}
	}

	private static Map<String, byte[]> log(int segments) {
		return TestLogs.build(true, (wal) -> fill(wal, segments));
	}

	@Test
	@Tag("R84")
	void manySegmentsTakeFewForcesOfTheDirectory() {
		BytesStorage storage = new BytesStorage();
		try (SegmentedLog wal = TestLogs.open(storage)) {
			fill(wal, 601);
			int before = storage.forces();
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(1200))).isEqualTo(600);
			// One for the checkpoint, one for each group, and what the background does.
			assertThat(storage.forces() - before).isLessThanOrEqualTo(1 + 3 + 2);
		}
	}

	@Test
	@Tag("R84")
	@Tag("R78")
	void readersAndAppendsDoNotWaitForDeletions() {
		SimulatedDisk disk = new SimulatedDisk();
		DiskFaults.Gate gate = DiskFaults.gate((call) -> call.is(DiskCall.Kind.DELETE, ".log"));
		try (SegmentedLog wal = LogOpener.open(TestLogs.builder().options(), disk)) {
			fill(wal, 5);
			disk.inject(gate);
			CompletableFuture<Integer> deleted = CompletableFuture
				.supplyAsync(() -> Deletions.byCheckpoint(wal, Lsn.of(8)));
			gate.awaitArrival();
			assertThat(TestLogs.read(wal, 9)).isEqualTo(TestLogs.range(9, 10));
			wal.rotate();
			TestLogs.append(wal, 2);
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(9, 12));
			assertThat(deleted).isNotDone();
			gate.open();
			assertThat(deleted).succeedsWithin(java.time.Duration.ofSeconds(20)).isEqualTo(4);
		}
	}

	@Test
	@Tag("R65")
	@Tag("D30")
	void damageThatNobodyHasReadIsNotDeleted() {
		Map<String, byte[]> log = TestLogs.with(log(5), SegmentName.of(2),
				(bytes) -> TestLogs.flip(bytes, (TestLogs.block(bytes, 4).offset() + 60) * 8L));
		BytesStorage storage = new BytesStorage(log);
		try (SegmentedLog wal = LogOpener.open(HEADERS, storage)) {
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(8))).isEqualTo(4);
		}
		assertThat(storage.files().get(SegmentName.of(2) + SegmentName.DAMAGED)).isEqualTo(log.get(SegmentName.of(2)));
		assertThat(segments(storage)).containsExactly(SegmentName.of(5));
	}

	@Test
	@Tag("R65")
	void aSegmentWithoutASoundHeaderDoesNotKeepTheOthers() {
		Map<String, byte[]> log = TestLogs.with(log(9), SegmentName.of(4), (bytes) -> {
			TestLogs.flip(bytes, 41 * 8L);
			TestLogs.flip(bytes, (Format.HEADER_COPY_SIZE + 41) * 8L);
		});
		BytesStorage storage = new BytesStorage(log);
		try (SegmentedLog wal = LogOpener.open(HEADERS, storage)) {
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(16))).isEqualTo(8);
		}
		assertThat(storage.files()).containsKey(SegmentName.of(4) + SegmentName.DAMAGED);
	}

	@Test
	@Tag("R65")
	void onlyWhatWasNeitherWrittenNorReadIsReadBeforeItIsDeleted() {
		Map<String, byte[]> log = log(9);
		BytesStorage unread = new BytesStorage(log);
		try (SegmentedLog wal = LogOpener.open(HEADERS, unread)) {
			wal.checkpoint(Lsn.of(16));
			assertThat(unread.opened()).contains(SegmentName.of(2), SegmentName.of(3), SegmentName.of(4));
		}
		BytesStorage replayed = new BytesStorage(log);
		try (SegmentedLog wal = LogOpener.open(HEADERS, replayed)) {
			TestLogs.read(wal);
			fill(wal, 3);
			long before = replayed.bytesRead();
			assertThat(Deletions.byCheckpoint(wal, wal.durableLsn())).isEqualTo(10);
			assertThat(replayed.bytesRead()).isEqualTo(before);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 4, 5, 8 })
	@Tag("R84")
	void aSegmentThatSomebodyDeletedKeepsNoOther(int number) throws Exception {
		BytesStorage written = new BytesStorage();
		try (SegmentedLog wal = TestLogs.open(written)) {
			fill(wal, 9);
			written.delete(SegmentName.of(number));
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(16))).isEqualTo(8);
			assertThat(wal.firstLsn()).isEqualTo(Lsn.of(17));
		}
		BytesStorage reopened = new BytesStorage(log(9));
		try (SegmentedLog wal = LogOpener.open(HEADERS, reopened)) {
			reopened.delete(SegmentName.of(number));
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(16))).isEqualTo(8);
			assertThat(wal.localStatus().sizeOnDisk()).isPositive();
		}
	}

	@Test
	@Tag("R84")
	@Tag("R59")
	void whatAnInterruptedDeletionLeavesIsDeletedAtTheNextOpen() {
		Map<String, byte[]> log = log(9);
		for (int steps = 0; steps < 15; steps++) {
			BytesStorage storage = new BytesStorage(log);
			SegmentedLog wal = TestLogs.open(storage);
			storage.crashAfter(steps);
			try {
				wal.checkpoint(Lsn.of(16));
			}
			catch (WalException ex) {
				assertThat(ex).hasMessageContaining("killed");
			}
			Map<String, byte[]> crashed = storage.files();
			// The directory had not been forced: any of the deleted files is there again.
			crashed.put(SegmentName.of(3), log.get(SegmentName.of(3)));
			crashed.put(SegmentName.of(4), log.get(SegmentName.of(4)));
			BytesStorage next = new BytesStorage(crashed);
			try (SegmentedLog again = TestLogs.open(next)) {
				assertThat(TestLogs.read(again)).endsWith(17L, 18L);
				assertThat(segments(next)).hasSizeGreaterThanOrEqualTo(again.segmentCount())
					.hasSizeLessThanOrEqualTo(again.segmentCount() + 1);
				assertThat(next.files().keySet()).noneMatch((name) -> name.endsWith(SegmentName.DAMAGED));
			}
		}
	}

	@Test
	@Tag("R78")
	void aReaderThatOpensDuringACheckpointKeepsWhatItNeeds() {
		BytesStorage storage = new BytesStorage(log(9));
		try (SegmentedLog wal = LogOpener.open(HEADERS, storage); WalReader reader = wal.read(Lsn.of(7))) {
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(16))).isEqualTo(3);
			assertThat(reader).hasSize(12);
		}
	}

	private static List<String> segments(BytesStorage storage) {
		Set<String> names = storage.files().keySet();
		return names.stream()
			.filter((name) -> SegmentName.parse(name).isPresent())
			.sorted()
			.collect(Collectors.toList());
	}

}
