// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.wal.CorruptionPolicy;
import dev.wal.Deletions;
import dev.wal.Lsn;
import dev.wal.RecoveryScan;
import dev.wal.SegmentInfo;
import dev.wal.WalCorruptedException;
import dev.wal.WalOptions;
import dev.wal.WalReader;
import dev.wal.internal.format.Format;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the segments that opening a log leaves alone until somebody needs them.
 */
class OlderSegmentsTests {

	private static final WalOptions HEADERS = TestLogs.builder().recoveryScan(RecoveryScan.HEADERS).options();

	/**
	 * A log of segments with two records each.
	 */
	private static Map<String, byte[]> log(int segments) {
		return TestLogs.build(true, (wal) -> {
			for (int i = 1; i <= segments; i++) {
				TestLogs.append(wal, 2);
				if (i < segments) {
					wal.rotate();
				}
			}
		});
	}

	private static SegmentedLog open(BytesStorage storage) {
		return LogOpener.open(HEADERS, storage);
	}

	@Test
	@Tag("R73")
	void openingALongLogReadsNoMoreFilesThanAShortOne() {
		BytesStorage shorter = new BytesStorage(log(6));
		BytesStorage longer = new BytesStorage(log(40));
		open(shorter).close();
		open(longer).close();
		assertThat(longer.opened()).hasSameSizeAs(shorter.opened());
		assertThat(longer.opened()).contains(SegmentName.of(1), SegmentName.of(40)).doesNotContain(SegmentName.of(20));
	}

	@Test
	@Tag("R57")
	void whatWasLeftAloneIsKnownWhenItIsAskedFor() {
		Map<String, byte[]> log = log(12);
		List<SegmentInfo> expected;
		// With the next segment, which the log prepares.
		long size = log.values().stream().mapToLong((bytes) -> bytes.length).sum() - log.get(SegmentName.CONTROL).length
				+ Format.SEGMENT_HEADER_SIZE;
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(log))) {
			expected = wal.segments();
			await().until(() -> wal.sizeOnDisk() == size);
		}
		try (SegmentedLog wal = open(new BytesStorage(log))) {
			assertThat(wal.segmentCount()).isEqualTo(12);
			assertThat(wal.firstLsn()).isEqualTo(Lsn.FIRST);
			await().until(() -> wal.sizeOnDisk() == size);
			assertThat(wal.segments()).isEqualTo(expected);
			assertThat(wal.sizeOnDisk()).isEqualTo(size);
		}
	}

	@Test
	@Tag("R75")
	void everyPositionOfALogLeftAloneCanBeRead() {
		Map<String, byte[]> log = log(9);
		for (long from = 1; from <= 19; from++) {
			try (SegmentedLog wal = open(new BytesStorage(log)); WalReader reader = wal.read(Lsn.of(from))) {
				long lsn = from;
				for (dev.wal.WalRecord record : reader) {
					assertThat(record.lsn().value()).isEqualTo(lsn);
					assertThat(record.bytes()).isEqualTo(TestLogs.payload(lsn++));
				}
				assertThat(lsn).isEqualTo(19);
			}
		}
	}

	@Test
	@Tag("R64")
	void segmentsLeftAloneAreDeletedByACheckpoint() {
		BytesStorage storage = new BytesStorage(log(9));
		try (SegmentedLog wal = open(storage)) {
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(13))).isEqualTo(6);
			assertThat(wal.firstLsn()).isEqualTo(Lsn.of(13));
		}
		assertThat(storage.files()).containsKeys(SegmentName.of(7)).doesNotContainKeys(SegmentName.of(6));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 6, 9, 10, 11 })
	@Tag("R12")
	void aMissingSegmentIsFoundByItsNumberWhenTheLogIsOpened(int missing) {
		Map<String, byte[]> log = log(12);
		log.remove(SegmentName.of(missing));
		BytesStorage storage = new BytesStorage(log);
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> open(storage))
			.withMessageContaining("missing")
			.satisfies((ex) -> assertThat(ex.file().orElseThrow()).hasFileName(SegmentName.of(missing)));
		assertThat(storage.changes()).isZero();
	}

	@Test
	@Tag("R68")
	void aSegmentThatDoesNotFollowIsRefusedWheneverItIsNeeded() {
		Map<String, byte[]> log = log(12);
		byte[] sixth = log.get(SegmentName.of(6));
		TestLogs.flip(sixth, 8L * (Format.SEGMENT_HEADER_SIZE + 20));
		assertRefusedWhenNeeded(log, 6);
		log = log(12);
		byte[] seventh = log.get(SegmentName.of(7));
		log.put(SegmentName.of(7), Arrays.copyOf(seventh, seventh.length - 1));
		assertRefusedWhenNeeded(log, 7);
		log = log(12);
		log.put(SegmentName.of(5), log.get(SegmentName.of(8)));
		assertRefusedWhenNeeded(log, 5);
		log = log(12);
		log.put(SegmentName.of(5), log(12).get(SegmentName.of(5)));
		BytesStorage foreign = new BytesStorage(log);
		try (SegmentedLog wal = open(foreign)) {
			assertThatExceptionOfType(dev.wal.WalForeignLogException.class).isThrownBy(wal::segments);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 11 })
	@Tag("R68")
	void aSegmentOneByteShorterThanItsSuccessorSaysIsRefused(int number) {
		Map<String, byte[]> log = log(12);
		log.computeIfPresent(SegmentName.of(number), (name, bytes) -> Arrays.copyOf(bytes, bytes.length - 1));
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> open(new BytesStorage(log)))
			.satisfies((ex) -> assertThat(ex.file().orElseThrow()).hasFileName(SegmentName.of(number)));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 4, 5, 6, 9 })
	@Tag("R57")
	@Tag("R65")
	void aLogThatWentOnAfterDamageHasTheSegmentsAFullReadFinds(int later) {
		for (CorruptionPolicy policy : List.of(CorruptionPolicy.SKIP, CorruptionPolicy.TRUNCATE)) {
			for (int damaged = 1; damaged <= 7; damaged++) {
				Map<String, byte[]> log = log(7);
				byte[] segment = log.get(SegmentName.of(damaged));
				TestLogs.flip(segment, 8L * (TestLogs.block(segment, 2L * damaged).offset() + 60));
				BytesStorage storage = new BytesStorage(log);
				try (SegmentedLog wal = TestLogs.open(storage, policy)) {
					for (int i = 0; i < later; i++) {
						TestLogs.append(wal, 1);
						wal.rotate();
					}
				}
				assertThat(segmentsOf(HEADERS, storage)).as("segment %s damaged", damaged)
					.isEqualTo(segmentsOf(TestLogs.builder(policy).options(), storage));
			}
		}
	}

	/**
	 * A crash between the restart behind damage and the moving of what it gave up leaves
	 * files whose numbers have no gap, though the newest one does not follow the one
	 * before it.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 0, 6, 100 })
	@Tag("R65")
	void segmentsThatWereGivenUpAndNotMovedAwayAreNoPartOfTheLog(long checkpoint) {
		for (int damaged = 2; damaged <= 12; damaged++) {
			Map<String, byte[]> log = log(12);
			byte[] segment = log.get(SegmentName.of(damaged));
			TestLogs.flip(segment, 8L * (TestLogs.block(segment, 2L * damaged).offset() + 60));
			BytesStorage storage = new BytesStorage(log);
			try (SegmentedLog wal = TestLogs.open(storage, CorruptionPolicy.TRUNCATE)) {
				TestLogs.append(wal, 1);
				if (checkpoint > 0) {
					wal.checkpoint(Lsn.of(Math.min(checkpoint, wal.lastLsn().value())));
				}
			}
			Map<String, byte[]> crashed = new TreeMap<>();
			storage.files().forEach((name, bytes) -> crashed.put(name.replace(SegmentName.DAMAGED, ""), bytes));
			log.forEach(crashed::putIfAbsent);
			assertThat(segmentsOf(HEADERS, new BytesStorage(crashed))).as("segment %s damaged", damaged)
				.isEqualTo(segmentsOf(TestLogs.builder().options(), new BytesStorage(crashed)));
		}
	}

	@Test
	@Tag("R59")
	void whatACrashLeavesAfterTheNewestSegmentChangesNothing() {
		Map<String, byte[]> log = log(9);
		byte[] ninth = log.get(SegmentName.of(9));
		List<Map<String, byte[]>> crashed = List.of(
				TestLogs.with(log, SegmentName.of(9),
						(bytes) -> Arrays.fill(bytes, Format.SEGMENT_HEADER_SIZE, bytes.length, (byte) 0)),
				TestLogs.with(log, SegmentName.of(9), (bytes) -> Arrays.fill(bytes, (byte) 0)),
				TestLogs.with(log, SegmentName.of(9), (bytes) -> TestLogs.flip(bytes, 8L * (ninth.length - 1))));
		for (Map<String, byte[]> files : crashed) {
			BytesStorage storage = new BytesStorage(files);
			assertThat(segmentsOf(HEADERS, storage))
				.isEqualTo(segmentsOf(TestLogs.builder().options(), new BytesStorage(files)));
		}
	}

	private static List<Object> segmentsOf(WalOptions options, BytesStorage storage) {
		BytesStorage copy = new BytesStorage(storage.files());
		List<Object> found = new ArrayList<>();
		try (SegmentedLog wal = LogOpener.open(options, copy)) {
			found.addAll(List.of(wal.segments(), wal.firstLsn(), wal.lastLsn()));
		}
		catch (WalCorruptedException ex) {
			return List.of(ex.getMessage());
		}
		found.add(copy.files().keySet());
		return found;
	}

	private static void assertRefusedWhenNeeded(Map<String, byte[]> log, int segment) {
		try (SegmentedLog wal = open(new BytesStorage(log))) {
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(wal::segments)
					.satisfies((ex) -> assertThat(ex.file().orElseThrow()).hasFileName(SegmentName.of(segment)));
			}
			assertThat(wal.segmentCount()).isEqualTo(12);
			TestLogs.append(wal, 1);
			try (WalReader reader = wal.read(Lsn.FIRST)) {
				assertThatExceptionOfType(WalCorruptedException.class)
					.isThrownBy(
							() -> reader.forEach((record) -> assertThat(record.lsn().value()).isLessThan(2L * segment)))
					.satisfies((ex) -> assertThat(ex.file().orElseThrow()).hasFileName(SegmentName.of(segment)));
			}
		}
	}

}
