// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import dev.wal.tools.VerificationReport;
import dev.wal.tools.WalDirectory;
import dev.wal.tools.WalFiles;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for looking at a log without owning it, and for verifying one.
 */
@Timeout(60)
class ReadOnlyTests {

	@TempDir
	Path temp;

	private Path directory() {
		return this.temp.resolve("log");
	}

	private WalBuilder log() {
		return WriteAheadLog.builder(directory()).segmentSize(12 * 1024).preallocate(false);
	}

	private void threeSegments() {
		try (LocalWriteAheadLog wal = log().open()) {
			for (int i = 1; i <= 5; i += 2) {
				TestRecords.appendNumbers(wal, i, i + 1);
				if (i < 5) {
					wal.rotate();
				}
			}
			wal.checkpoint(Lsn.FIRST);
		}
	}

	@Test
	@Tag("R14")
	@Tag("D30")
	@Tag("Rule11")
	void readOnlyViewShowsTheLogAndChangesNoByte() {
		threeSegments();
		SortedMap<String, String> before = TestFiles.contents(directory());
		try (LocalWalView wal = log().openReadOnly()) {
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(1, 6));
			assertThat(TestRecords.lsns(TestRecords.readFrom(wal, Lsn.of(4)))).containsExactly(4L, 5L, 6L);
			assertThat(wal.firstLsn()).isEqualTo(Lsn.FIRST);
			assertThat(wal.lastLsn()).isEqualTo(Lsn.of(6));
			assertThat(wal.durableLsn()).isEqualTo(Lsn.of(6));
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.FIRST);
			assertThat(wal.segmentCount()).isEqualTo(3);
			assertThat(wal.segments()).noneMatch(SegmentInfo::active);
			assertThat(wal.sizeOnDisk())
				.isEqualTo(TestFiles.segments(directory()).stream().mapToLong((file) -> file.toFile().length()).sum());
			assertThat(wal.tailState().isClean()).isTrue();
			assertThat(wal.recoveryReport().cleanShutdown()).isTrue();
			assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> wal.read(Lsn.of(8)));
		}
		assertThat(TestFiles.contents(directory())).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 20, 57, 60 })
	@Tag("R14")
	@Tag("D30")
	void tornTailIsNotShownAndNotCut(int cut) {
		Path crashed;
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 3);
			crashed = TestFiles.copy(directory(), this.temp.resolve("crashed"));
		}
		Path segment = TestFiles.segment(crashed, 1);
		TestFiles.cut(segment, TestFiles.read(segment).length - cut);
		SortedMap<String, String> before = TestFiles.contents(crashed);
		try (LocalWalView wal = WriteAheadLog.builder(crashed).openReadOnly()) {
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(1, 2));
			assertThat(wal.tailState().kind()).isEqualTo(TailState.Kind.TRUNCATED);
			assertThat(wal.tailState().savedAs()).isNull();
			assertThat(wal.tailState().expectedLsn()).isEqualTo(Lsn.of(3));
		}
		assertThat(WalDirectory.of(crashed).verify().isIntact()).isTrue();
		assertThat(TestFiles.contents(crashed)).isEqualTo(before);
	}

	@Test
	@Tag("R14")
	@Tag("D30")
	void unfinishedFilesStay() {
		threeSegments();
		TestFiles.write(directory().resolve("wal-00000000000000000005.log.new"), new byte[1]);
		SortedMap<String, String> before = TestFiles.contents(directory());
		try (LocalWalView wal = log().openReadOnly()) {
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(1, 6));
		}
		assertThat(TestFiles.contents(directory())).isEqualTo(before);
	}

	@ParameterizedTest
	@EnumSource(CorruptionPolicy.class)
	@Tag("R14")
	@Tag("D30")
	void damageChangesNoByteUnderAnyPolicy(CorruptionPolicy policy) {
		threeSegments();
		Path second = TestFiles.segment(directory(), 2);
		TestFiles.damage(second, TestFiles.read(second).length - 8);
		SortedMap<String, String> before = TestFiles.contents(directory());
		WalBuilder log = log().corruptionPolicy(policy).recoveryScan(RecoveryScan.FULL);
		if (policy == CorruptionPolicy.FAIL) {
			assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(log::openReadOnly)
				.withMessageContaining(second.toString());
		}
		else {
			try (LocalWalView wal = log.openReadOnly()) {
				assertThat(wal.recoveryReport().damage()).isNotEmpty();
				assertThat(TestRecords.texts(wal)).startsWith("1", "2", "3").doesNotContain("4");
			}
		}
		assertThat(TestFiles.contents(directory())).isEqualTo(before);
	}

	@Test
	@Tag("R14")
	void missingDirectoryIsRefusedAndNotCreated() {
		assertThatExceptionOfType(WalDirectoryException.class).isThrownBy(() -> log().openReadOnly())
			.withMessageContainingAll(directory().toString(), "does not exist");
		assertThatExceptionOfType(WalDirectoryException.class).isThrownBy(() -> WalDirectory.of(directory()).verify());
		assertThat(directory()).doesNotExist();
	}

	@Test
	@Tag("R14")
	void emptyDirectoryIsAnEmptyLog() throws Exception {
		java.nio.file.Files.createDirectory(directory());
		try (LocalWalView wal = log().openReadOnly()) {
			assertThat(wal.firstLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.lastLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.segments()).isEmpty();
			assertThat(TestRecords.readFrom(wal, Lsn.FIRST)).isEmpty();
		}
		assertThat(WalDirectory.of(directory()).verify().isIntact()).isTrue();
		assertThat(TestFiles.names(directory())).isEmpty();
	}

	@Test
	@Tag("R14")
	@Tag("R77")
	@Tag("D33")
	void viewWorksBesideALiveWriterAndItsCheckpoints() throws Exception {
		AtomicBoolean done = new AtomicBoolean();
		try (LocalWriteAheadLog wal = log().preallocate(true).open()) {
			wal.append(TestRecords.payload(100, 1));
			Thread writer = new Thread(() -> {
				for (int i = 2; i <= 2500; i++) {
					Lsn lsn = wal.append(TestRecords.payload(100, i),
							(i % 20 == 0) ? SyncPolicy.always() : SyncPolicy.none());
					if (i % 500 == 0) {
						wal.checkpoint(Lsn.of(lsn.value() - 300));
					}
				}
				done.set(true);
			});
			writer.start();
			int views = 0;
			while (!done.get() || views == 0) {
				try (LocalWalView view = log().openReadOnly()) {
					long first = view.firstLsn().value();
					long last = view.lastLsn().value();
					assertThat(last).isGreaterThanOrEqualTo(first);
					assertThat(view.tailState().kind()).isNotNull();
					List<WalRecord> records;
					try {
						records = TestRecords.readAll(view);
					}
					catch (WalPositionException ex) {
						// A checkpoint of the writer released what was to be read.
						continue;
					}
					assertThat(records).hasSize((int) (last - first + 1));
					WalRecord newest = records.get(records.size() - 1);
					assertThat(newest.bytes()).isEqualTo(TestRecords.payload(100, last));
					views++;
				}
			}
			writer.join();
		}
	}

	@Test
	@Tag("R14")
	void closedViewSaysSo() {
		threeSegments();
		LocalWalView wal = log().openReadOnly();
		WalReader reader = wal.read(Lsn.FIRST);
		wal.close();
		wal.close();
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> wal.read(Lsn.FIRST));
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> reader.iterator().hasNext());
		reader.close();
	}

	@Test
	@Tag("R100")
	void verifyReportsEachSegmentOfAnIntactLog() {
		threeSegments();
		SortedMap<String, String> before = TestFiles.contents(directory());
		VerificationReport report = WalDirectory.of(directory()).verify();
		assertThat(report.isIntact()).isTrue();
		assertThat(report.directory()).isEqualTo(directory());
		assertThat(report.firstLsn()).isEqualTo(Lsn.FIRST);
		assertThat(report.lastLsn()).isEqualTo(Lsn.of(6));
		assertThat(report.records()).isEqualTo(6);
		assertThat(report.bytes()).isPositive();
		assertThat(report.tail().isClean()).isTrue();
		assertThat(report.segments()).hasSize(3).allSatisfy((segment) -> {
			assertThat(segment.records()).isEqualTo(2);
			assertThat(segment.problem()).isNull();
		});
		assertThat(TestFiles.contents(directory())).isEqualTo(before);
	}

	@Test
	@Tag("R100")
	void verifyReportsDamageWithSegmentOffsetAndLsns() {
		threeSegments();
		Path second = TestFiles.segment(directory(), 2);
		TestFiles.damage(second, TestFiles.read(second).length - 8);
		SortedMap<String, String> before = TestFiles.contents(directory());
		VerificationReport report = WalDirectory.of(directory()).verify();
		assertThat(report.isIntact()).isFalse();
		assertThat(report.lastLsn()).isEqualTo(Lsn.of(3));
		assertThat(report.damage()).singleElement().satisfies((range) -> {
			assertThat(range.segment()).isEqualTo(second.getFileName().toString());
			assertThat(range.firstLsn()).isEqualTo(Lsn.of(4));
			assertThat(range.lastLsn()).isEqualTo(Lsn.of(4));
			assertThat(range.toString()).contains(range.segment(), "offset " + range.offset(), "LSN 4 to 4");
		});
		assertThat(report.segments()).extracting((segment) -> segment.problem() == null)
			.containsExactly(true, false, true);
		assertThat(report.segments()).extracting(VerificationReport.Segment::records).containsExactly(2L, 1L, 2L);
		assertThat(TestFiles.contents(directory())).isEqualTo(before);
	}

	@Test
	@Tag("R100")
	void verifyWorksBesideALiveWriter() throws Exception {
		AtomicBoolean done = new AtomicBoolean();
		try (LocalWriteAheadLog wal = log().preallocate(true).open()) {
			Thread writer = new Thread(() -> {
				for (int i = 0; i < 1500; i++) {
					wal.append(new byte[200], (i % 20 == 0) ? SyncPolicy.always() : SyncPolicy.none());
				}
				done.set(true);
			});
			writer.start();
			do {
				VerificationReport report = WalDirectory.of(directory()).verify();
				assertThat(report.damage()).isEmpty();
			}
			while (!done.get());
			writer.join();
		}
	}

	@Test
	@Tag("R100")
	void verifyTellsHowFarItHasCome() {
		threeSegments();
		List<Long> positions = new ArrayList<>();
		Set<Long> totals = new HashSet<>();
		WalDirectory.of(directory()).verify((bytes, total) -> {
			positions.add(bytes);
			totals.add(total);
		});
		long size = TestFiles.segments(directory()).stream().mapToLong((file) -> file.toFile().length()).sum();
		assertThat(totals).containsExactly(size);
		assertThat(positions).isSorted().hasSizeGreaterThan(3);
		assertThat(positions.get(positions.size() - 1)).isGreaterThanOrEqualTo(size);
	}

	@Test
	@Tag("R100")
	void whatProgressThrowsEndsTheVerification() {
		threeSegments();
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> WalDirectory.of(directory()).verify((bytes, total) -> {
				throw new IllegalStateException("enough");
			}))
			.withMessage("enough");
	}

	@Test
	@Tag("R99")
	@Tag("D30")
	void filesAreListedWithTheirHeadersAndNoByteChanges() {
		try (LocalWriteAheadLog wal = log().owner("orders").open()) {
			TestRecords.appendNumbers(wal, 1, 2);
			wal.rotate();
			TestRecords.appendNumbers(wal, 3, 3);
			wal.checkpoint(Lsn.FIRST);
		}
		TestFiles.write(directory().resolve("wal-00000000000000000002.4200.torn"), new byte[5]);
		TestFiles.write(directory().resolve("wal-00000000000000000009.log.damaged"), new byte[6]);
		TestFiles.write(directory().resolve("wal-00000000000000000003.log.new"), new byte[7]);
		TestFiles.write(directory().resolve("notes.txt"), new byte[8]);
		TestFiles.damage(TestFiles.segment(directory(), 2), 41);
		TestFiles.damage(TestFiles.segment(directory(), 2), 4096 + 41);
		SortedMap<String, String> before = TestFiles.contents(directory());
		WalFiles files = WalDirectory.of(directory()).files();
		assertThat(files.segments()).extracting(WalFiles.Segment::number).containsExactly(1L, 2L);
		WalFiles.Segment first = files.segments().get(0);
		assertThat(first.firstLsn()).isEqualTo(Lsn.FIRST);
		assertThat(first.problem()).isNull();
		assertThat(first.header().version()).isEqualTo(2);
		assertThat(first.header().owner()).isEqualTo("orders");
		assertThat(first.header().created()).isCloseTo(Instant.now(), within(1, ChronoUnit.HOURS));
		assertThat(files.segments().get(1).header()).isNull();
		assertThat(files.segments().get(1).problem()).contains("checksum");
		assertThat(files.checkpoint().lsn()).isEqualTo(Lsn.FIRST);
		assertThat(files.others()).containsExactly(
				new WalFiles.Other("wal-00000000000000000002.4200.torn", 5, WalFiles.Kind.TORN),
				new WalFiles.Other("wal-00000000000000000003.log.new", 7, WalFiles.Kind.UNFINISHED),
				new WalFiles.Other("wal-00000000000000000009.log.damaged", 6, WalFiles.Kind.DAMAGED));
		assertThat(files.lockHolder()).startsWith("process " + ProcessHandle.current().pid());
		assertThat(TestFiles.contents(directory())).isEqualTo(before);
	}

	@Test
	@Tag("R99")
	void aDamagedControlFileIsListedAsSuch() {
		threeSegments();
		TestFiles.damage(directory().resolve("wal.control"), 33);
		TestFiles.damage(directory().resolve("wal.control"), 4096 + 33);
		WalFiles files = WalDirectory.of(directory()).files();
		assertThat(files.checkpoint()).isNull();
		assertThat(files.others())
			.containsExactly(new WalFiles.Other("wal.control", 8192, WalFiles.Kind.DAMAGED_CONTROL));
	}

	@Test
	@Tag("R99")
	void anEmptyDirectoryHasNoFiles() throws Exception {
		java.nio.file.Files.createDirectory(directory());
		WalFiles files = WalDirectory.of(directory()).files();
		assertThat(files.segments()).isEmpty();
		assertThat(files.lockHolder()).isNull();
		assertThat(TestFiles.names(directory())).isEmpty();
	}

}
