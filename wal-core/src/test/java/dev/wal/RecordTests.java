// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for what a record is, and that it comes back as it was.
 */
class RecordTests {

	@TempDir
	Path temp;

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(64 * 1024).preallocate(false);
	}

	@Test
	@Tag("R20")
	void firstLsnIsOneAndZeroIsNone() {
		assertThat(Lsn.FIRST.value()).isEqualTo(1);
		assertThat(Lsn.NONE.isNone()).isTrue();
		assertThat(Lsn.of(0)).isSameAs(Lsn.NONE);
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(wal.firstLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.lastLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.append(new byte[0])).isEqualTo(Lsn.FIRST);
			assertThat(wal.append(new byte[0])).isEqualTo(Lsn.FIRST.next());
		}
	}

	@Test
	@Tag("R20")
	@Tag("R28")
	void lsnIsUnsigned() {
		Lsn half = Lsn.of(Long.MIN_VALUE);
		Lsn last = Lsn.of(-1);
		assertThat(half).hasToString("9223372036854775808");
		assertThat(last).hasToString("18446744073709551615");
		assertThat(half.isAfter(Lsn.of(Long.MAX_VALUE))).isTrue();
		assertThat(Lsn.of(Long.MAX_VALUE).next()).isEqualTo(half);
		assertThat(last).isGreaterThan(half);
		assertThat(Lsn.FIRST).isLessThan(last);
	}

	@ParameterizedTest
	@ValueSource(longs = { Long.MIN_VALUE, -1, Long.MAX_VALUE, 3 })
	@Tag("R28")
	@Tag("R75")
	void lsnThatWasNeverWrittenIsRefusedHoweverLarge(long value) {
		try (LocalWriteAheadLog wal = log().open()) {
			wal.append(TestRecords.text("1"));
			Lsn lsn = Lsn.of(value);
			assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> wal.read(lsn))
				.withMessageContaining(lsn.toString());
			assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> wal.follow(lsn));
			assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> wal.checkpoint(lsn))
				.withMessageContaining(lsn.toString());
			assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> wal.reset(lsn));
			assertThat(TestRecords.texts(wal)).containsExactly("1");
			assertThat(wal.segmentCount()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, Long.MAX_VALUE, Long.MIN_VALUE, -1 })
	@Tag("R28")
	void allBitsOfAFieldInAPayloadComeBack(long value) {
		byte[] payload = ByteBuffer.allocate(12).putLong(value).putInt((int) value).array();
		try (LocalWriteAheadLog wal = log().open()) {
			wal.append(payload);
			assertThat(TestRecords.readAll(wal).get(0).bytes()).isEqualTo(payload);
		}
	}

	@Test
	@Tag("R22")
	@Tag("R28")
	void everyTypeComesBackKnownOrNot() {
		try (LocalWriteAheadLog wal = log().open()) {
			for (int type = 0; type <= WalRecord.MAX_USER_TYPE; type++) {
				wal.append(type, new byte[] { (byte) type }, SyncPolicy.none());
			}
		}
		try (LocalWriteAheadLog wal = log().open()) {
			List<WalRecord> records = TestRecords.readAll(wal);
			assertThat(records).hasSize(250);
			for (int type = 0; type <= WalRecord.MAX_USER_TYPE; type++) {
				assertThat(records.get(type).type()).isEqualTo(type);
				assertThat(records.get(type).bytes()).containsExactly((byte) type);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 251, 254, 255, 256, Integer.MAX_VALUE, Integer.MIN_VALUE })
	@Tag("R22")
	void typeOutOfRangeIsRefused(int type) {
		try (LocalWriteAheadLog wal = log().open()) {
			assertThatIllegalArgumentException().isThrownBy(() -> wal.append(type, new byte[0]))
				.withMessageContaining(String.valueOf(type));
			assertThatIllegalArgumentException().isThrownBy(() -> wal.appendAsync(type, new byte[0]));
			assertThatIllegalArgumentException().isThrownBy(() -> new WalBatch().add(type, new byte[0]));
			assertThat(wal.lastLsn()).isEqualTo(Lsn.NONE);
		}
	}

	@Test
	@Tag("R23")
	void timestampIsTheWritersClockAndNeverOrders() {
		Instant late = Instant.parse("2030-01-02T03:04:05.123456789Z");
		try (LocalWriteAheadLog wal = log().clock(Clock.fixed(late, ZoneOffset.UTC)).open()) {
			wal.append(TestRecords.text("1"));
		}
		Instant early = Instant.parse("1969-12-31T23:59:59.999999999Z");
		try (LocalWriteAheadLog wal = log().clock(Clock.fixed(early, ZoneOffset.UTC)).open()) {
			wal.append(TestRecords.text("2"));
			List<WalRecord> records = TestRecords.readAll(wal);
			assertThat(records).extracting(WalRecord::timestamp).containsExactly(late, early);
			assertThat(records).extracting(WalRecord::toText).containsExactly("1", "2");
		}
	}

	@Test
	@Tag("R26")
	@Tag("R27")
	void emptyPayloadComesBackEmpty() {
		try (LocalWriteAheadLog wal = log().open()) {
			wal.append(new byte[0]);
			wal.append(ByteBuffer.allocate(0));
			wal.appendAll(List.of(new byte[0], new byte[0]));
			wal.appendAsync(new byte[0]).join();
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(TestRecords.readAll(wal)).hasSize(5).allSatisfy((record) -> {
				assertThat(record.payload().remaining()).isZero();
				assertThat(record.bytes()).isEmpty();
				assertThat(record.toText()).isEmpty();
			});
		}
	}

	@Test
	@Tag("R21")
	void payloadIsOpaqueAndCopied() {
		try (LocalWriteAheadLog wal = log().open()) {
			byte[] array = TestRecords.text("array");
			wal.append(array, SyncPolicy.none());
			java.util.Arrays.fill(array, (byte) 0);
			ByteBuffer direct = ByteBuffer.allocateDirect(20).order(ByteOrder.LITTLE_ENDIAN);
			direct.put(TestRecords.text("..direct..")).flip().position(2).limit(8);
			wal.append(direct);
			assertThat(direct.position()).isEqualTo(2);
			assertThat(direct.limit()).isEqualTo(8);
			ByteBuffer readOnly = StandardCharsets.UTF_8.encode("read-only").asReadOnlyBuffer();
			wal.append(3, readOnly);
			wal.appendAsync(4, readOnly.slice(0, 4)).join();
			assertThat(readOnly.remaining()).isEqualTo(9);
			assertThat(TestRecords.texts(wal)).containsExactly("array", "direct", "read-only", "read");
		}
	}

	@Test
	@Tag("R21")
	void recordIsImmutableAndOutlivesItsReader() {
		List<WalRecord> records = new ArrayList<>();
		try (LocalWriteAheadLog wal = log().open()) {
			wal.appendAll(List.of(TestRecords.text("one"), TestRecords.text("two")));
			records.addAll(TestRecords.readAll(wal));
			wal.reset(wal.lastLsn());
			for (int i = 0; i < 100; i++) {
				wal.append(TestRecords.payload(2000, i), SyncPolicy.none());
			}
			TestRecords.readAll(wal);
		}
		WalRecord record = records.get(1);
		record.payload().get();
		assertThat(record.payload().position()).isZero();
		assertThat(record.toText()).isEqualTo("two");
		assertThatExceptionOfType(ReadOnlyBufferException.class).isThrownBy(() -> record.payload().put((byte) 1));
		record.bytes()[0] = 0;
		assertThat(record.toText()).isEqualTo("two");
		assertThat(record).hasToString("WalRecord[lsn=2, type=0, 3 bytes]");
	}

	@Test
	@Tag("R18")
	void payloadThatLooksLikeTheLogIsStillAPayload() {
		byte[] segment;
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 5);
			segment = TestFiles.read(TestFiles.segment(wal.options().directory(), 1));
			wal.append(segment);
			wal.append(TestRecords.text("6"));
		}
		try (LocalWriteAheadLog wal = log().open()) {
			List<WalRecord> records = TestRecords.readAll(wal);
			assertThat(records).hasSize(7);
			assertThat(records.get(5).bytes()).isEqualTo(segment);
		}
	}

	@Test
	@Tag("R24")
	void recordAboveTheLimitIsRefusedBeforeItTakesAnLsn() {
		try (LocalWriteAheadLog wal = log().maxRecordSize(1000).maxBatchSize(5000).open()) {
			wal.append(new byte[1000]);
			java.util.SortedMap<String, String> before = TestFiles.data(wal.options().directory());
			assertThatExceptionOfType(WalRecordTooLargeException.class).isThrownBy(() -> wal.append(new byte[1001]))
				.withMessageContainingAll("1001", "1000", "max-record-size")
				.satisfies((ex) -> {
					assertThat(ex.size()).isEqualTo(1001);
					assertThat(ex.limit()).isEqualTo(1000);
				});
			assertThatExceptionOfType(WalRecordTooLargeException.class)
				.isThrownBy(() -> wal.append(ByteBuffer.allocate(1001)));
			assertThatExceptionOfType(WalRecordTooLargeException.class)
				.isThrownBy(() -> wal.appendAll(List.of(new byte[1], new byte[1001])));
			assertThatExceptionOfType(java.util.concurrent.CompletionException.class)
				.isThrownBy(() -> wal.appendAsync(new byte[1001]).join())
				.withCauseInstanceOf(WalRecordTooLargeException.class);
			assertThat(TestFiles.data(wal.options().directory())).isEqualTo(before);
			assertThat(wal.append(new byte[0])).isEqualTo(Lsn.of(2));
		}
	}

	@Test
	@Tag("R24")
	void defaultLimitIsSixteenMebibytes() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.none()).open()) {
			wal.append(new byte[16 << 20]);
			assertThatExceptionOfType(WalRecordTooLargeException.class)
				.isThrownBy(() -> wal.append(new byte[(16 << 20) + 1]));
			wal.sync();
			assertThat(TestRecords.readAll(wal)).singleElement()
				.satisfies((record) -> assertThat(record.payload().remaining()).isEqualTo(16 << 20));
		}
	}

	@Test
	@Tag("R24")
	void recordAboveASmallerLimitThanItWasWrittenUnderIsRead() {
		try (LocalWriteAheadLog wal = log().open()) {
			wal.append(TestRecords.payload(30_000, 1));
		}
		try (LocalWriteAheadLog wal = log().maxRecordSize(10).maxBatchSize(10).writeBufferSize(4096).open()) {
			assertThat(TestRecords.readAll(wal).get(0).bytes()).isEqualTo(TestRecords.payload(30_000, 1));
		}
	}

	@Test
	@Tag("R25")
	@Tag("D23")
	void recordLargerThanASegmentStandsAloneAndLeavesNoEmptySegment() {
		try (LocalWriteAheadLog wal = log().segmentSize(12 * 1024).open()) {
			wal.append(TestRecords.payload(50_000, 1));
			assertThat(wal.segmentCount()).isEqualTo(1);
			wal.append(TestRecords.text("small"));
			wal.append(TestRecords.payload(60_000, 3));
			wal.append(TestRecords.payload(70_000, 4));
			wal.append(TestRecords.text("end"));
			assertThat(wal.segments()).allMatch((segment) -> segment.firstLsn().equals(segment.lastLsn())).hasSize(5);
		}
		assertThat(TestFiles.segments(this.temp.resolve("log"))).hasSize(5);
		try (LocalWriteAheadLog wal = log().segmentSize(12 * 1024).open()) {
			List<WalRecord> records = TestRecords.readAll(wal);
			assertThat(records).hasSize(5);
			assertThat(records.get(0).bytes()).isEqualTo(TestRecords.payload(50_000, 1));
			assertThat(records.get(2).bytes()).isEqualTo(TestRecords.payload(60_000, 3));
			assertThat(records.get(3).bytes()).isEqualTo(TestRecords.payload(70_000, 4));
			assertThat(records.get(4).toText()).isEqualTo("end");
			assertThat(wal.segments()).noneMatch((segment) -> segment.lastLsn().value() < segment.firstLsn().value());
		}
	}

	@Test
	@Tag("R25")
	@Tag("R44")
	@Tag("D23")
	void recordLargerThanAPreallocatedSegmentLeavesNoEmptyOne() {
		try (LocalWriteAheadLog wal = log().preallocate(true).segmentSize(12 * 1024).open()) {
			wal.append(TestRecords.payload(50_000, 1));
			wal.append(TestRecords.payload(60_000, 2));
		}
		assertThat(TestFiles.segments(this.temp.resolve("log"))).hasSize(2);
		try (LocalWriteAheadLog wal = log().preallocate(true).segmentSize(12 * 1024).open()) {
			assertThat(TestRecords.readAll(wal)).extracting((record) -> record.payload().remaining())
				.containsExactly(50_000, 60_000);
		}
	}

}
