// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicReference;

import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import dev.wal.testing.process.TestProcess;
import dev.wal.tools.WalDirectory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WalReader}.
 */
@Timeout(60)
class ReadTests {

	@TempDir
	Path temp;

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(8 * 1024).preallocate(false);
	}

	@Test
	@Tag("R74")
	void allRecordsOfAllSegmentsAreReadInOrder() {
		try (LocalWriteAheadLog wal = log().open()) {
			for (int i = 1; i <= 300; i++) {
				wal.append(TestRecords.payload(i, i), SyncPolicy.none());
			}
			wal.sync();
			assertThat(wal.segmentCount()).isGreaterThan(5);
			List<WalRecord> records = TestRecords.readAll(wal);
			assertThat(records).hasSize(300);
			for (int i = 1; i <= 300; i++) {
				assertThat(records.get(i - 1).lsn()).isEqualTo(Lsn.of(i));
				assertThat(records.get(i - 1).bytes()).isEqualTo(TestRecords.payload(i, i));
			}
		}
	}

	@Test
	@Tag("R75")
	void everyPositionCanBeReadFrom() {
		try (LocalWriteAheadLog wal = log().open()) {
			for (int i = 1; i <= 60; i += 3) {
				wal.appendAll(List.of(TestRecords.text(String.valueOf(i)), TestRecords.text(String.valueOf(i + 1)),
						new byte[1000]));
			}
			assertThat(wal.segmentCount()).isGreaterThan(2);
			for (int from = 1; from <= 61; from++) {
				try (WalReader reader = wal.read(Lsn.of(from))) {
					assertThat(reader.position()).isEqualTo(Lsn.of(from));
					assertThat(reader.endLsn()).isEqualTo(Lsn.of(60));
					long expected = from;
					for (WalRecord record : reader) {
						assertThat(record.lsn().value()).isEqualTo(expected++);
						assertThat(reader.position()).isEqualTo(Lsn.of(expected));
					}
					assertThat(expected).isEqualTo(61);
				}
			}
		}
	}

	@Test
	@Tag("R75")
	void positionBelowTheOldestIsRefusedNamingIt() {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 5);
			wal.rotate();
			TestRecords.appendNumbers(wal, 6, 7);
			wal.checkpoint(Lsn.of(5));
			assertThat(wal.firstLsn()).isEqualTo(Lsn.of(6));
			for (long gone : new long[] { 0, 1, 5 }) {
				assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> wal.read(Lsn.of(gone)))
					.withMessageContainingAll("LSN " + gone, "oldest record has LSN 6")
					.satisfies((ex) -> {
						assertThat(ex.requested()).isEqualTo(Lsn.of(gone));
						assertThat(ex.bound()).isEqualTo(Lsn.of(6));
					});
			}
			assertThat(TestRecords.lsns(TestRecords.readFrom(wal, Lsn.of(6)))).containsExactly(6L, 7L);
			assertThat(TestRecords.readFrom(wal, Lsn.of(8))).isEmpty();
			assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> wal.read(Lsn.of(9)))
				.withMessageContaining("last record has LSN 7");
		}
	}

	@Test
	@Tag("R74")
	@Tag("R79")
	void emptyLogHasAnEmptyReader() {
		try (LocalWriteAheadLog wal = log().open(); WalReader reader = wal.read(Lsn.FIRST)) {
			assertThat(reader).isEmpty();
			assertThat(reader.endLsn()).isEqualTo(Lsn.NONE);
			assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> reader.iterator().next());
		}
	}

	@Test
	@Tag("R77")
	void nothingAboveTheDurableLsnIsRead() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.none()).open()) {
			TestRecords.appendNumbers(wal, 1, 3);
			assertThat(TestRecords.readAll(wal)).isEmpty();
			wal.sync();
			TestRecords.appendNumbers(wal, 4, 5);
			try (WalReader reader = wal.read(Lsn.FIRST)) {
				wal.sync();
				assertThat(reader.endLsn()).isEqualTo(Lsn.of(3));
				assertThat(reader).extracting(WalRecord::toText).containsExactly("1", "2", "3");
			}
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(1, 5));
		}
	}

	@Test
	@Tag("R77")
	@Tag("D33")
	void readersBesideAWriterEndAtTheirBoundAndReportNoDamage() throws InterruptedException {
		AtomicReference<Throwable> failure = new AtomicReference<>();
		try (LocalWriteAheadLog wal = log().preallocate(true).open()) {
			Thread writer = new Thread(() -> {
				for (int i = 0; i < 3000; i++) {
					wal.append(TestRecords.payload(i % 700, i),
							(i % 10 == 0) ? SyncPolicy.always() : SyncPolicy.none());
				}
				wal.sync();
			});
			writer.start();
			List<Thread> readers = new ArrayList<>();
			for (int t = 0; t < 3; t++) {
				Thread thread = new Thread(() -> {
					long end = 0;
					while (end < 3000 && failure.get() == null) {
						try (WalReader reader = wal.read(Lsn.FIRST)) {
							long expected = 1;
							for (WalRecord record : reader) {
								assertThat(record.lsn().value()).isEqualTo(expected);
								int i = (int) expected - 1;
								assertThat(record.payload().remaining()).isEqualTo(i % 700);
								expected++;
							}
							end = reader.endLsn().value();
							assertThat(expected).isEqualTo(end + 1);
						}
					}
				});
				thread.setUncaughtExceptionHandler((dead, ex) -> failure.compareAndSet(null, ex));
				thread.start();
				readers.add(thread);
			}
			writer.join();
			for (Thread reader : readers) {
				reader.join();
			}
		}
		assertThat(failure.get()).isNull();
	}

	@Test
	@Tag("R78")
	void readerHoldsBackTheDeletionOfWhatItHasYetToRead() {
		try (LocalWriteAheadLog wal = log().open()) {
			for (int i = 1; i <= 4; i++) {
				TestRecords.appendNumbers(wal, i, i);
				wal.rotate();
			}
			try (WalReader reader = wal.read(Lsn.of(2))) {
				assertThat(wal.status().openReaders()).isEqualTo(1);
				assertThat(Deletions.byCheckpoint(wal, Lsn.of(4))).isEqualTo(1);
				assertThat(reader).extracting(WalRecord::toText).containsExactly("2", "3", "4");
				// At its end it needs nothing.
				assertThat(wal.status().openReaders()).isZero();
				assertThat(Deletions.byCheckpoint(wal, Lsn.of(4))).isEqualTo(3);
			}
			assertThat(wal.segmentCount()).isEqualTo(1);
		}
	}

	@Test
	@Tag("R79")
	void endDamageAndFailureAreThreeOutcomes() throws Exception {
		Path directory;
		try (LocalWriteAheadLog wal = log().open()) {
			directory = wal.options().directory();
			for (int i = 1; i <= 3; i++) {
				TestRecords.appendNumbers(wal, i, i);
				wal.rotate();
			}
			TestRecords.appendNumbers(wal, 4, 4);
		}
		try (LocalWriteAheadLog wal = log().open()) {
			// The end.
			assertThat(TestRecords.readFrom(wal, Lsn.of(3))).hasSize(2);
			// Damage, found when it is read.
			Path second = TestFiles.segment(directory, 2);
			byte[] content = TestFiles.read(second);
			TestFiles.damage(second, content.length - 8);
			try (WalReader reader = wal.read(Lsn.FIRST)) {
				Iterator<WalRecord> records = reader.iterator();
				assertThat(records.next().toText()).isEqualTo("1");
				assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(records::next)
					.withMessageContainingAll(second.toString(), "LSN 2")
					.satisfies((ex) -> assertThat(ex.file()).contains(second));
				assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(records::hasNext);
			}
			// The disk does not answer: a directory can be opened, but not read.
			Files.delete(second);
			Files.createDirectory(second);
			try (WalReader reader = wal.read(Lsn.of(2))) {
				assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> reader.iterator().hasNext())
					.withMessageContaining(second.toString());
			}
			Files.delete(second);
			TestFiles.write(second, content);
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(1, 4));
		}
	}

	@Test
	@Tag("R79")
	void closedReaderSaysSo() {
		LocalWriteAheadLog wal = log().open();
		TestRecords.appendNumbers(wal, 1, 2);
		WalReader reader = wal.read(Lsn.FIRST);
		reader.close();
		reader.close();
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> reader.iterator().hasNext())
			.withMessageContaining("reader");
		WalReader other = wal.read(Lsn.FIRST);
		wal.close();
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> other.iterator().next())
			.withMessageContaining("log");
		other.close();
	}

	@Test
	@Tag("R74")
	void iteratorGoesOnWhereTheLastCallStopped() {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 4);
			try (WalReader reader = wal.read(Lsn.FIRST)) {
				assertThat(reader.iterator().next().toText()).isEqualTo("1");
				assertThat(reader.iterator().hasNext()).isTrue();
				assertThat(reader.position()).isEqualTo(Lsn.of(2));
				assertThat(reader).extracting(WalRecord::toText).containsExactly("2", "3", "4");
				assertThat(reader).isEmpty();
			}
		}
	}

	@Test
	@Tag("R76")
	void logLargerThanTheMemoryIsRead() throws InterruptedException {
		try (LocalWriteAheadLog wal = log().segmentSize(8 << 20).syncPolicy(SyncPolicy.none()).open()) {
			byte[] payload = TestRecords.payload(100_000, 1);
			for (int i = 0; i < 600; i++) {
				wal.append(payload);
			}
		}
		List<String> memory = List.of("-Xmx16m", "-XX:MaxDirectMemorySize=4m");
		try (TestProcess process = TestProcess.start(SmallReader.class, this.temp, memory, "log")) {
			assertThat(process.answer()).isEqualTo("#read 600 records of 60000000 bytes");
			assertThat(process.waitFor()).isZero();
		}
	}

	/**
	 * Opens, verifies and reads a log in little memory.
	 */
	static final class SmallReader {

		private SmallReader() {
		}

		public static void main(String[] args) {
			Path directory = Path.of(args[0]);
			assertThat(WalDirectory.of(directory).verify().isIntact()).isTrue();
			try (LocalWriteAheadLog wal = WriteAheadLog.builder(directory)
				.recoveryScan(RecoveryScan.FULL)
				.writeBufferSize(64 * 1024)
				.preallocate(false)
				.open(); WalReader reader = wal.read(Lsn.FIRST)) {
				long records = 0;
				long bytes = 0;
				for (WalRecord record : reader) {
					records++;
					bytes += record.payload().remaining();
				}
				System.out.println("#read " + records + " records of " + bytes + " bytes");
			}
		}

	}

}
