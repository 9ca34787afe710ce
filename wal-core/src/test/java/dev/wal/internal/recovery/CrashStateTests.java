// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

import dev.wal.CorruptionPolicy;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.SyncPolicy;
import dev.wal.TailState;
import dev.wal.WalBatch;
import dev.wal.WalCorruptedException;
import dev.wal.internal.format.Format;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.ControlRecord;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestControl;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that whatever a crash may legally leave opens, with all that was acknowledged.
 */
class CrashStateTests {

	private static final int SECTOR = 512;

	private static final SyncPolicy UNFORCED = SyncPolicy.none();

	static Stream<Map<String, byte[]>> logs() {
		return Stream.of(TestLogs.closed(), TestLogs.killed());
	}

	@ParameterizedTest
	@MethodSource("logs")
	@Tag("D2")
	@Tag("D3")
	@Tag("R59")
	void aLogCutAtAnyByteOpensWithItsLongestPrefixAndGoesOn(Map<String, byte[]> log) throws Exception {
		String last = SegmentName.of(3);
		byte[] whole = log.get(last);
		for (int size = Format.SEGMENT_HEADER_SIZE; size <= whole.length; size++) {
			int cut = size;
			long expected = TestLogs.blocks(whole)
				.stream()
				.filter((block) -> block.end() <= cut)
				.mapToLong((block) -> block.firstLsn() + block.count() - 1)
				.max()
				.orElse(8);
			Map<String, byte[]> files = TestLogs.copy(log);
			files.put(last, Arrays.copyOf(whole, size));
			goesOnAfterOrIsRefused(files, expected);
		}
	}

	/**
	 * A log that was closed says where it ends.
	 */
	private static void goesOnAfterOrIsRefused(Map<String, byte[]> files, long expected) throws Exception {
		BytesStorage storage = new BytesStorage(files);
		long known = TestControl.read(files).end().lsn();
		if (expected >= known) {
			goesOnAfter(storage, expected);
			return;
		}
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> TestLogs.open(storage))
			.satisfies((ex) -> assertThat(ex.lost()).isEqualTo(new LsnRange(Lsn.of(expected + 1), Lsn.of(known))));
		assertThat(storage.changes()).isZero();
	}

	@ParameterizedTest
	@MethodSource("logs")
	@Tag("D2")
	@Tag("R66")
	void aLogThatEndsInZerosAnywhereOpensWithItsLongestPrefix(Map<String, byte[]> log) throws Exception {
		String last = SegmentName.of(3);
		byte[] whole = log.get(last);
		for (int from = Format.SEGMENT_HEADER_SIZE; from <= whole.length; from++) {
			int cut = from;
			long expected = TestLogs.blocks(whole)
				.stream()
				.filter((block) -> block.end() <= cut || isZero(whole, cut, block.end()))
				.mapToLong((block) -> block.firstLsn() + block.count() - 1)
				.max()
				.orElse(8);
			byte[] zeroed = Arrays.copyOf(whole, TestLogs.SEGMENT_SIZE);
			Arrays.fill(zeroed, from, zeroed.length, (byte) 0);
			Map<String, byte[]> files = TestLogs.copy(log);
			files.put(last, zeroed);
			goesOnAfterOrIsRefused(files, expected);
		}
	}

	private static boolean isZero(byte[] bytes, int from, int to) {
		for (int i = from; i < to; i++) {
			if (bytes[i] != 0) {
				return false;
			}
		}
		return true;
	}

	@Test
	@Tag("R66")
	@Tag("R44")
	void zerosAfterTheLastBlockAreACleanEnd() throws Exception {
		Map<String, byte[]> log = TestLogs.killed();
		log.computeIfPresent(SegmentName.of(3), (name, bytes) -> Arrays.copyOf(bytes, TestLogs.SEGMENT_SIZE));
		BytesStorage storage = new BytesStorage(log);
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(wal.tailState().kind()).isEqualTo(TailState.Kind.CLEAN);
			assertThat(wal.tailState().cutBytes()).isZero();
		}
		assertThat(storage.files().keySet()).noneMatch(SegmentName::isTorn);
	}

	@Test
	@Tag("D17")
	@Tag("R13")
	void aCrashDuringCreationLeavesALogThatOpens() throws Exception {
		Map<String, byte[]> created = TestLogs.build(true, (wal) -> {
		});
		byte[] header = created.get(SegmentName.of(1));
		byte[] control = TestControl
			.with(created, (record) -> ControlRecord.ofNewLog(record.logId(), record.owner(), record.created()))
			.get(SegmentName.CONTROL);
		for (int size = 0; size <= control.length; size += 31) {
			goesOnAfter(new BytesStorage(Map.of(SegmentName.CONTROL + SegmentName.NEW, Arrays.copyOf(control, size))),
					0);
		}
		for (int size = 0; size <= header.length; size += 31) {
			goesOnAfter(new BytesStorage(Map.of(SegmentName.CONTROL, control, SegmentName.of(1) + SegmentName.NEW,
					Arrays.copyOf(header, size))), 0);
		}
		BytesStorage named = new BytesStorage(Map.of(SegmentName.CONTROL, control, SegmentName.of(1), header));
		goesOnAfter(named, 0);
		assertThat(TestControl.read(named.files()).logId()).isEqualTo(TestControl.read(created).logId());
	}

	@Test
	@Tag("R62")
	void anySubsetOfUnforcedSectorsIsATornTail() throws Exception {
		explore((wal) -> TestLogs.append(wal, 3), (wal) -> TestLogs.append(wal, 34, UNFORCED), 3);
	}

	@Test
	@Tag("R29")
	@Tag("R62")
	void anySubsetOfTheSectorsOfALargeBatchIsAllOrNothing() throws Exception {
		explore((wal) -> TestLogs.append(wal, 2), (wal) -> {
			wal.appendAll(new WalBatch().add(3, TestLogs.payload(3)).add(4, TestLogs.payload(4)), UNFORCED);
			TestLogs.append(wal, 36, UNFORCED);
		}, 2);
	}

	@Test
	@Tag("R62")
	@Tag("D17")
	void anySubsetOfTheFirstWritesOfTheFirstSegmentIsATornTail() throws Exception {
		explore((wal) -> {
		}, (wal) -> TestLogs.append(wal, 36, UNFORCED), 0);
	}

	@Test
	@Tag("R62")
	void anySubsetOfTheFirstWritesOfANextSegmentIsATornTail() throws Exception {
		// 30 fill a segment, which rotates before the last ones.
		explore((wal) -> TestLogs.append(wal, 43), (wal) -> TestLogs.append(wal, 40, UNFORCED), 43);
	}

	@Test
	@Tag("R62")
	void anySubsetOfUnforcedSectorsAfterAReopenIsATornTail() throws Exception {
		Map<String, byte[]> log = TestLogs.closed();
		explore(new BytesStorage(log), (wal) -> {
		}, (wal) -> TestLogs.append(wal, 34, UNFORCED), 12);
	}

	@Test
	@Tag("R59")
	@Tag("R62")
	void anySubsetOfUnforcedSectorsAfterACutIsATornTail() throws Exception {
		Map<String, byte[]> log = TestLogs.killed();
		byte[] last = log.get(SegmentName.of(3));
		TestLogs.flip(last, (last.length - 9) * 8L);
		explore(new BytesStorage(log), (wal) -> {
		}, (wal) -> TestLogs.append(wal, 34, UNFORCED), 11);
	}

	@Test
	@Tag("R64")
	void anySubsetOfUnforcedSectorsAfterAGapIsATornTail() throws Exception {
		Map<String, byte[]> log = TestLogs.killed();
		TestLogs.flip(log.get(SegmentName.of(3)), (TestLogs.block(log.get(SegmentName.of(3)), 10).end() - 9) * 8L);
		BytesStorage storage = new BytesStorage(log);
		TestLogs.open(storage, CorruptionPolicy.TRUNCATE).close();
		explore(new BytesStorage(storage.files()), (wal) -> {
		}, (wal) -> TestLogs.append(wal, 34, UNFORCED), 12);
	}

	@Test
	@Tag("D8")
	@Tag("R62")
	void payloadsWithUnforcedBlocksOfTheirOwnSegmentAreNoProof() throws Exception {
		BytesStorage storage = new BytesStorage();
		SegmentedLog wal = TestLogs.open(storage);
		wal.append(TestLogs.payload(1));
		Map<String, byte[]> forced = storage.files();
		wal.append(TestLogs.payload(2), UNFORCED);
		wal.append(TestLogs.payload(3), UNFORCED);
		byte[] segment = storage.files().get(SegmentName.of(1));
		byte[] blocks = Arrays.copyOfRange(segment, TestLogs.block(segment, 2).offset(), segment.length);
		for (int shift = 0; shift < 8; shift++) {
			byte[] shifted = new byte[blocks.length + shift];
			System.arraycopy(blocks, 0, shifted, shift, blocks.length);
			wal.append(shifted, UNFORCED);
		}
		byte[] written = storage.files().get(SegmentName.of(1));
		wal.close();
		List<TestLogs.Block> all = TestLogs.blocks(written);
		for (TestLogs.Block lost : all.subList(2, all.size())) {
			byte[] torn = written.clone();
			Arrays.fill(torn, lost.offset(), lost.offset() + Format.BLOCK_HEADER_SIZE, (byte) 0);
			forced.put(SegmentName.of(1), torn);
			try (SegmentedLog reopened = TestLogs.open(new BytesStorage(forced))) {
				assertThat(reopened.lastLsn().value()).isEqualTo(lost.firstLsn() - 1);
			}
		}
	}

	@Test
	@Tag("D8")
	void payloadsWithBlocksOfTheirOwnSegmentAreNeverRecords() throws Exception {
		BytesStorage storage = new BytesStorage();
		SegmentedLog wal = TestLogs.open(storage);
		TestLogs.append(wal, 4);
		byte[] segment = storage.files().get(SegmentName.of(1));
		byte[] blocks = Arrays.copyOfRange(segment, TestLogs.block(segment, 2).offset(), segment.length);
		wal.append(new byte[3], UNFORCED);
		wal.append(new byte[5], UNFORCED);
		wal.append(blocks, UNFORCED);
		byte[] written = storage.files().get(SegmentName.of(1));
		byte[] control = storage.files().get(SegmentName.CONTROL);
		wal.close();
		int from = TestLogs.block(written, 5).offset();
		for (int cut = from + 1; cut < written.length; cut++) {
			byte[] torn = written.clone();
			// The front was never written, but what is behind it was.
			Arrays.fill(torn, from, cut, (byte) 0);
			goesOnAfter(new BytesStorage(Map.of(SegmentName.of(1), torn, SegmentName.CONTROL, control)), 4);
		}
	}

	private static void explore(Step forced, Step unforced, long durable) throws Exception {
		explore(new BytesStorage(), forced, unforced, durable);
	}

	/**
	 * Take any subset of the sectors that a step changed and never forced.
	 */
	private static void explore(BytesStorage storage, Step forced, Step unforced, long durable) throws Exception {
		SegmentedLog wal = TestLogs.open(storage);
		Map<String, byte[]> before;
		Map<String, byte[]> after;
		try {
			forced.run(wal);
			before = storage.files();
			unforced.run(wal);
			after = storage.files();
		}
		finally {
			wal.close();
		}
		// A segment that the step left was forced.
		String active = wal.segments().get(wal.segments().size() - 1).fileName();
		before.forEach((name, bytes) -> {
			if (name.equals(active)) {
				byte[] grown = Arrays.copyOf(bytes, after.get(name).length);
				before.put(name, grown);
			}
		});
		byte[] old = before.getOrDefault(active,
				Arrays.copyOf(Arrays.copyOf(after.get(active), Format.SEGMENT_HEADER_SIZE), after.get(active).length));
		byte[] full = after.get(active);
		List<Integer> sectors = changedSectors(old, full);
		assertThat(sectors).hasSizeBetween(2, 12);
		for (int subset = 0; subset < 1 << sectors.size(); subset++) {
			byte[] mixed = old.clone();
			for (int i = 0; i < sectors.size(); i++) {
				if ((subset & 1 << i) != 0) {
					int at = sectors.get(i);
					System.arraycopy(full, at, mixed, at, Math.min(SECTOR, full.length - at));
				}
			}
			Map<String, byte[]> files = TestLogs.copy(after);
			files.put(active, mixed);
			long last = goesOnAfter(new BytesStorage(files), -1);
			long floor = Math.max(durable, wal.segments().get(wal.segments().size() - 1).firstLsn().value() - 1);
			assertThat(last).as("subset %s of %s", subset, sectors).isGreaterThanOrEqualTo(floor);
		}
	}

	private static List<Integer> changedSectors(byte[] old, byte[] full) {
		TreeSet<Integer> sectors = new TreeSet<>();
		for (int i = 0; i < full.length; i++) {
			if (old[i] != full[i]) {
				sectors.add(i / SECTOR * SECTOR);
			}
		}
		return new ArrayList<>(sectors);
	}

	/**
	 * Open a log, append, and kill, reopen and read it.
	 * @param expected the last LSN, or -1 if it is not known
	 * @return the last LSN
	 */
	private static long goesOnAfter(BytesStorage storage, long expected) throws Exception {
		long last;
		Map<String, byte[]> killed;
		try (SegmentedLog wal = TestLogs.open(storage)) {
			last = wal.lastLsn().value();
			if (expected >= 0) {
				assertThat(last).isEqualTo(expected);
			}
			TestLogs.append(wal, 2);
			killed = storage.files();
		}
		for (Map<String, byte[]> files : List.of(killed, storage.files())) {
			try (SegmentedLog wal = TestLogs.open(new BytesStorage(files))) {
				assertThat(wal.lastLsn()).isEqualTo(Lsn.of(last + 2));
				assertThat(wal.tailState().isClean()).isTrue();
				List<Long> lsns = TestLogs.read(wal);
				assertThat(lsns).endsWith(last + 1, last + 2);
				assertThat(lsns.get(0)).isEqualTo(1);
			}
		}
		return last;
	}

	/**
	 * Something to do with a log.
	 */
	@FunctionalInterface
	private interface Step {

		void run(SegmentedLog wal);

	}

}
