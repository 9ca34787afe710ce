// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWalView;
import dev.wal.Lsn;
import dev.wal.RecoveryScan;
import dev.wal.WalCorruptedException;
import dev.wal.WalForeignLogException;
import dev.wal.WalFormatVersionException;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.ReadOnlyLog;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.Refusals;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that segments which are not where they belong are refused, with every byte left
 * as it is.
 */
class ForgedSegmentTests {

	private final Map<String, byte[]> log = TestLogs.killed();

	private static String name(long number) {
		return SegmentName.of(number);
	}

	@Test
	@Tag("R12")
	@Tag("D21")
	void aMissingMiddleSegmentIsRefused() {
		this.log.remove(name(2));
		WalCorruptedException ex = Refusals.refusedAsDamaged(this.log);
		assertThat(ex.file().orElseThrow()).hasFileName(name(2));
		assertThat(ex.lost()).isEqualTo(Refusals.lsns(5, 8));
		assertThat(ex).hasMessageContaining("missing");
	}

	@ParameterizedTest
	@ValueSource(longs = { 2, 3 })
	@Tag("R12")
	@Tag("R68")
	void aMissingFirstSegmentIsRefusedAboveTheCheckpoint(long checkpoint) {
		Map<String, byte[]> unreleased = TestLogs.checkpointed(this.log, checkpoint);
		unreleased.remove(name(1));
		WalCorruptedException ex = Refusals.refusedAsDamaged(unreleased);
		assertThat(ex.file().orElseThrow()).hasFileName(name(1));
		assertThat(ex.lost()).isEqualTo(Refusals.lsns(checkpoint + 1, 4));
	}

	@Test
	@Tag("R12")
	@Tag("R70")
	void aMissingFirstSegmentIsNormalUpToTheCheckpoint() {
		Map<String, byte[]> released = TestLogs.checkpointed(this.log, 4);
		released.remove(name(1));
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(released))) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(5, 12));
			assertThat(wal.recoveryReport().damage()).isEmpty();
		}
	}

	@Test
	@Tag("R12")
	@Tag("R84")
	void aFirstSegmentThatCameBackAfterACheckpointIsNormal() {
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(TestLogs.checkpointed(this.log, 8)))) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
		}
		Map<String, byte[]> released = TestLogs.checkpointed(this.log, 8);
		released.remove(name(2));
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(released))) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(9, 12));
		}
	}

	@Test
	@Tag("R12")
	void theSegmentPreparedAfterAMissingOneRevealsIt() {
		Map<String, byte[]> prepared = TestLogs.build(true, (wal) -> TestLogs.append(wal, 4));
		byte[] spare = segment(SegmentHeader.decode(page(prepared.get(name(1)))).logId(), 3, "");
		prepared.put(name(3), spare);
		assertThat(Refusals.refusedAsDamaged(prepared).file().orElseThrow()).hasFileName(name(2));
	}

	@Test
	@Tag("R12")
	void aLogWithoutAnySegmentIsRefused() {
		this.log.keySet().removeIf((file) -> !file.equals(SegmentName.CONTROL));
		WalCorruptedException ex = Refusals.refusedAsDamaged(this.log);
		assertThat(ex).hasMessageContaining("the segment is missing").hasMessageContaining("control file");
		assertThat(ex.lost()).isEqualTo(Refusals.lsns(3, 8));
	}

	@Test
	void aLogThatEndsBelowItsCheckpointIsRefused() {
		Map<String, byte[]> shorter = TestLogs.checkpointed(this.log, 9);
		shorter.remove(name(3));
		WalCorruptedException ex = Refusals.refusedAsDamaged(shorter);
		assertThat(ex.lost()).isEqualTo(Refusals.lsns(9, 9));
	}

	@Test
	@Tag("R4")
	void renamedSegmentsAreRefused() {
		for (long from = 1; from <= 3; from++) {
			for (long to = 1; to <= 5; to++) {
				if (to != from) {
					Map<String, byte[]> renamed = TestLogs.copy(this.log);
					renamed.put(name(to), renamed.remove(name(from)));
					Refusals.refusedAsDamaged(renamed);
				}
			}
		}
	}

	@Test
	@Tag("R4")
	void copiedSegmentsAreRefused() {
		for (long from = 1; from <= 3; from++) {
			for (long to = 1; to <= 5; to++) {
				if (to != from) {
					Map<String, byte[]> copied = TestLogs.copy(this.log);
					copied.put(name(to), copied.get(name(from)));
					Refusals.refusedAsDamaged(copied);
				}
			}
		}
	}

	@Test
	@Tag("R4")
	void swappedSegmentsAreRefused() {
		for (List<Long> pair : List.of(List.of(1L, 2L), List.of(1L, 3L), List.of(2L, 3L))) {
			Map<String, byte[]> swapped = TestLogs.copy(this.log);
			swapped.put(name(pair.get(0)), this.log.get(name(pair.get(1))));
			swapped.put(name(pair.get(1)), this.log.get(name(pair.get(0))));
			Refusals.refusedAsDamaged(swapped);
		}
	}

	@Test
	@Tag("R6")
	void segmentsOfAnotherLogAreRefused() {
		Map<String, byte[]> other = TestLogs.killed();
		for (long number = 1; number <= 3; number++) {
			Map<String, byte[]> mixed = TestLogs.copy(this.log);
			mixed.put(name(number), other.get(name(number)));
			for (CorruptionPolicy policy : CorruptionPolicy.values()) {
				Refusals.refused(mixed, policy, WalForeignLogException.class);
			}
		}
	}

	@Test
	@Tag("R6")
	void theControlFileOfAnotherLogIsRefused() {
		this.log.put(SegmentName.CONTROL, TestLogs.killed().get(SegmentName.CONTROL));
		for (CorruptionPolicy policy : CorruptionPolicy.values()) {
			Refusals.refused(this.log, policy, WalForeignLogException.class);
		}
	}

	@Test
	@Tag("D19")
	@Tag("R6")
	void theLogOfAnotherOwnerIsRefusedForWritingAndReading() {
		BytesStorage storage = new BytesStorage();
		SegmentedLog wal = LogOpener.open(TestLogs.builder().owner("orders").options(), storage);
		TestLogs.append(wal, 2);
		wal.close();
		Map<String, byte[]> files = storage.files();
		for (CorruptionPolicy policy : CorruptionPolicy.values()) {
			BytesStorage copy = new BytesStorage(files);
			assertThatExceptionOfType(WalForeignLogException.class)
				.isThrownBy(() -> LogOpener.open(TestLogs.builder(policy).owner("billing").options(), copy))
				.withMessageContaining("orders")
				.withMessageContaining("billing");
			assertThatExceptionOfType(WalForeignLogException.class)
				.isThrownBy(() -> ReadOnlyLog.open(copy, TestLogs.builder(policy).owner("billing").options()));
			assertThat(copy.changes()).isZero();
		}
		LogOpener.open(TestLogs.builder().options(), new BytesStorage(files)).close();
	}

	@Test
	@Tag("R63")
	void anOlderCopyOfASealedSegmentIsRefused() {
		// The same segment, from before its last record was written.
		byte[] segment = this.log.get(name(2));
		byte[] older = Arrays.copyOf(segment, TestLogs.block(segment, 8).offset());
		this.log.put(name(2), older);
		assertThat(Refusals.refusedAsDamaged(this.log).lost()).isEqualTo(Refusals.lsns(8, 8));
		// Preallocated, it has the size.
		this.log.put(name(2), Arrays.copyOf(older, TestLogs.SEGMENT_SIZE));
		assertThat(Refusals.refusedAsDamaged(this.log).lost()).isEqualTo(Refusals.lsns(8, 8));
	}

	@Test
	@Tag("R58")
	@Tag("R63")
	void readingWithoutAFullScanRefusesAnOlderCopyOfASegment() {
		byte[] segment = this.log.get(name(2));
		byte[] older = Arrays.copyOf(segment, TestLogs.block(segment, 8).offset());
		this.log.put(name(2), Arrays.copyOf(older, TestLogs.SEGMENT_SIZE));
		try (LocalWalView view = ReadOnlyLog.open(new BytesStorage(this.log),
				TestLogs.builder().recoveryScan(RecoveryScan.HEADERS).options())) {
			assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> TestLogs.read(view))
				.satisfies((ex) -> assertThat(ex.lost().first()).isEqualTo(Lsn.of(8)));
		}
	}

	@Test
	@Tag("R63")
	void aSegmentOfAnEarlierLifeOfItsNumberIsRefused() {
		UUID logId = SegmentHeader.decode(page(this.log.get(name(2)))).logId();
		for (long number = 1; number <= 3; number++) {
			Map<String, byte[]> files = TestLogs.copy(this.log);
			// The same log and number, another salt: none of the blocks is of this life.
			byte[] earlier = files.get(name(number)).clone();
			System.arraycopy(segment(logId, number, ""), 0, earlier, 0, Format.SEGMENT_HEADER_SIZE);
			files.put(name(number), earlier);
			if (number < 3) {
				Refusals.refusedAsDamaged(files);
			}
			else {
				// Of the newest segment nothing can be told: as if never written to.
				try (SegmentedLog wal = TestLogs.open(new BytesStorage(files))) {
					assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 8));
					assertThat(wal.tailState().isClean()).isFalse();
				}
			}
		}
	}

	@Test
	@Tag("R68")
	void aJumpBetweenSegmentsIsRefused() {
		for (long before : new long[] { 7, 9, 11 }) {
			Map<String, byte[]> files = TestLogs.with(this.log, name(3), (bytes) -> {
				int end = this.log.get(name(2)).length;
				new StartBlock(9, 2, before, end).encode(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN),
						Format.SEGMENT_HEADER_SIZE, TestLogs.salt(bytes), 0, 8, new Checksum());
			});
			Refusals.refusedAsDamaged(files);
		}
	}

	@Test
	void aSegmentThatSaysToFollowItselfOrALaterOneIsRefused() {
		for (long before : new long[] { 3, 4, Long.MAX_VALUE, -1 }) {
			Map<String, byte[]> files = TestLogs.with(this.log, name(3),
					(bytes) -> new StartBlock(9, before, 8, 4096).encode(
							ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), Format.SEGMENT_HEADER_SIZE,
							TestLogs.salt(bytes), 0, 8, new Checksum()));
			Refusals.refusedAsDamaged(files);
			for (CorruptionPolicy policy : List.of(CorruptionPolicy.TRUNCATE, CorruptionPolicy.SKIP)) {
				TestLogs.open(new BytesStorage(files), policy).close();
			}
		}
	}

	@Test
	@Tag("R7")
	void aNewerFormatVersionIsRefusedWithBothVersionsNamed() {
		for (long number = 1; number <= 3; number++) {
			Map<String, byte[]> newer = TestLogs.with(this.log, name(number), version(7, 0, Format.HEADER_COPY_SIZE));
			for (CorruptionPolicy policy : CorruptionPolicy.values()) {
				assertThat(Refusals.refused(newer, policy, WalFormatVersionException.class)).hasMessageContaining("7")
					.hasMessageContaining(String.valueOf(Format.VERSION))
					.hasMessageContaining(name(number));
			}
		}
		Map<String, byte[]> newer = TestLogs.with(this.log, SegmentName.CONTROL, version(9, 4096, 512));
		for (CorruptionPolicy policy : CorruptionPolicy.values()) {
			assertThat(Refusals.refused(newer, policy, WalFormatVersionException.class)).hasMessageContaining("9");
		}
	}

	private static Consumer<byte[]> version(int version, int from, int size) {
		return (bytes) -> {
			ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
			buffer.putInt(from + 8, version);
			buffer.putInt(from + size - 4, new Checksum().of(buffer, from, from + size - 4));
		};
	}

	/**
	 * What nobody can tell from a crash: nothing on the disk says that it was there.
	 */
	@Test
	@Tag("R62")
	void whatNothingElseTellsOfIsTakenForTheEndOfTheLog() {
		// After a kill, the newest segment is gone, or an older copy of it came back.
		Map<String, byte[]> shorter = TestLogs.killed();
		byte[] last = shorter.remove(name(3));
		assertThat(lastLsn(shorter)).isEqualTo(8);
		shorter.put(name(3), Arrays.copyOf(last, TestLogs.block(last, 11).end()));
		assertThat(lastLsn(shorter)).isEqualTo(11);
		// The start block and the one block behind it were forced apart, but look as if
		// written together.
		Map<String, byte[]> single = TestLogs.build(false, (wal) -> {
			TestLogs.append(wal, 4);
			wal.rotate();
			TestLogs.append(wal, 1);
		});
		TestLogs.flip(single.get(name(2)), (Format.SEGMENT_HEADER_SIZE + 33) * 8L);
		assertThat(lastLsn(single)).isEqualTo(4);
	}

	@Test
	@Tag("R62")
	void theControlFileTellsOfWhatIsMissingAtTheEnd() {
		Map<String, byte[]> shorter = TestLogs.closed();
		byte[] last = shorter.remove(name(3));
		assertThat(Refusals.refusedAsDamaged(shorter).lost()).isEqualTo(Refusals.lsns(9, 12));
		shorter.put(name(3), Arrays.copyOf(last, TestLogs.block(last, 11).end()));
		assertThat(Refusals.refusedAsDamaged(shorter).lost()).isEqualTo(Refusals.lsns(12, 12));
		Map<String, byte[]> single = TestLogs.build(true, (wal) -> {
			TestLogs.append(wal, 4);
			wal.rotate();
			TestLogs.append(wal, 1);
		});
		TestLogs.flip(single.get(name(2)), (Format.SEGMENT_HEADER_SIZE + 33) * 8L);
		WalCorruptedException ex = Refusals.refusedAsDamaged(single);
		assertThat(ex.file().orElseThrow()).hasFileName(name(2));
		assertThat(ex.offset()).isEqualTo(Format.SEGMENT_HEADER_SIZE);
	}

	@Test
	@Tag("R63")
	void aSegmentThatIsCutOffWithinItsHeaderIsRefused() {
		Map<String, byte[]> files = TestLogs.copy(this.log);
		files.put(name(2), Arrays.copyOf(this.log.get(name(2)), 100));
		assertThat(Refusals.refusedAsDamaged(files))
			.hasMessageContaining("the segment header is cut off after 100 bytes");
	}

	private static long lastLsn(Map<String, byte[]> files) {
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(files))) {
			return wal.lastLsn().value();
		}
	}

	@Test
	@Tag("D20")
	@Tag("R71")
	void strayFilesAreIgnoredAndKept() {
		Map<String, byte[]> stray = new TreeMap<>();
		for (String file : List.of("application.log", "wal-x.log", "wal-00000000000000000002.log.tmp", "x.tmp",
				"wal-0000000000000000002.log", "wal-000000000000000000002.log", "wal-00000000000000000000.log",
				"wal-99999999999999999999.log", "wal-00000000000000000002.LOG", "checkpoint.bak", ".hidden")) {
			stray.put(file, this.log.get(name(2)));
		}
		BytesStorage storage = new BytesStorage(this.log);
		stray.forEach(storage::put);
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
			wal.reset(wal.lastLsn());
		}
		assertThat(storage.files()).containsAllEntriesOf(stray);
	}

	private static ByteBuffer page(byte[] segment) {
		return ByteBuffer.wrap(segment, 0, Format.SEGMENT_HEADER_SIZE).order(ByteOrder.LITTLE_ENDIAN);
	}

	private static byte[] segment(UUID logId, long number, String owner) {
		return TestLogs
			.bytes(new SegmentHeader(Format.VERSION, logId, number, 4711, 0, owner, 0, 0, Format.SEGMENT_HEADER_SIZE)
				.encode());
	}

}
