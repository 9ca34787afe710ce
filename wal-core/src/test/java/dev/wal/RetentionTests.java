// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RetentionPolicy}, in a log of five segments with two records each.
 */
class RetentionTests {

	@TempDir
	Path temp;

	private final MovingClock clock = new MovingClock();

	private LocalWriteAheadLog open(RetentionPolicy policy) {
		return WriteAheadLog.builder(this.temp.resolve("log"))
			.segmentSize(8 * 1024)
			.preallocate(false)
			.clock(this.clock)
			.retention(policy)
			.open();
	}

	private LocalWriteAheadLog fiveSegments(RetentionPolicy policy) {
		LocalWriteAheadLog wal = open(policy);
		for (int i = 1; i <= 9; i += 2) {
			TestRecords.appendNumbers(wal, i, i + 1);
			this.clock.forward(Duration.ofMinutes(10));
			if (i < 9) {
				wal.rotate();
			}
		}
		return wal;
	}

	private static RetentionPolicy segments(int limit) {
		return RetentionPolicy.releaseAtOnce().withMaxSegments(limit);
	}

	@Test
	@Tag("R85")
	void withoutLimitsReleasedSegmentsGoAtOnce() {
		try (LocalWriteAheadLog wal = fiveSegments(RetentionPolicy.releaseAtOnce())) {
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(8))).isEqualTo(4);
			assertThat(wal.localStatus().retentionExcess()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 100 })
	@Tag("R85")
	void releasedSegmentsStayUpToTheLimit(int limit) {
		try (LocalWriteAheadLog wal = fiveSegments(segments(limit))) {
			wal.checkpoint(Lsn.of(10));
			assertThat(wal.segmentCount()).isEqualTo(Math.min(limit, 5));
			assertThat(TestRecords.texts(wal)).endsWith("10").hasSize(2 * Math.min(limit, 5));
			assertThat(wal.localStatus().retentionExcess()).isZero();
		}
		try (LocalWriteAheadLog wal = open(segments(limit))) {
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.of(10));
			assertThat(wal.segmentCount()).isEqualTo(Math.min(limit, 5));
		}
	}

	@Test
	@Tag("R85")
	void sizeLimitsWhatStays() {
		try (LocalWriteAheadLog wal = fiveSegments(RetentionPolicy.releaseAtOnce().withMaxSize(Long.MAX_VALUE))) {
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(10))).isZero();
		}
		// Without the next segment, which the log may have prepared or not.
		long size = TestFiles.segments(this.temp.resolve("log"))
			.stream()
			.limit(5)
			.mapToLong((file) -> TestFiles.read(file).length)
			.sum();
		try (LocalWriteAheadLog wal = open(RetentionPolicy.releaseAtOnce().withMaxSize(size - 1))) {
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(10))).isEqualTo(1);
			assertThat(wal.segmentCount()).isEqualTo(4);
		}
	}

	@Test
	@Tag("R85")
	void segmentsGoWhenTheirLastRecordIsTooOld() {
		try (LocalWriteAheadLog wal = fiveSegments(
				RetentionPolicy.releaseAtOnce().withMaxAge(Duration.ofMinutes(10 + 10 + 5)))) {
			// Left 40, 30, 20 and 10 minutes ago.
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(10))).isEqualTo(2);
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(10))).isZero();
			this.clock.forward(Duration.ofMinutes(10));
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(10))).isEqualTo(1);
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(7, 10));
		}
	}

	@Test
	@Tag("R85")
	void timeFromAClockThatWasAheadIsNoAge() {
		RetentionPolicy policy = RetentionPolicy.releaseAtOnce().withMaxAge(Duration.ofDays(1));
		try (LocalWriteAheadLog wal = open(policy)) {
			for (int i = 1; i <= 6; i++) {
				Duration ahead = (i == 2 || i == 3) ? Duration.ofDays(365) : Duration.ZERO;
				this.clock.forward(ahead);
				TestRecords.appendNumbers(wal, i, i);
				wal.rotate();
				this.clock.forward(ahead.negated());
			}
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(6))).isZero();
			this.clock.forward(Duration.ofDays(2));
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(6))).isEqualTo(6);
		}
	}

	@Test
	@Tag("R80")
	@Tag("R85")
	void filesThatAreKeptForLaterCountAsWell() {
		long segment = 256 * 1024;
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.temp.resolve("log"))
			.segmentSize(segment)
			.retention(RetentionPolicy.releaseAtOnce().withMaxSize(4 * segment))
			.open()) {
			for (int i = 0; i < 40; i++) {
				wal.append(new byte[50_000]);
				wal.checkpoint(wal.durableLsn());
			}
			await().untilAsserted(() -> {
				wal.checkpoint(wal.durableLsn());
				assertThat(wal.sizeOnDisk()).isEqualTo(sizeOfTheFiles()).isLessThanOrEqualTo(4 * segment);
			});
			assertThat(wal.localStatus().retentionExcess()).isZero();
		}
	}

	private long sizeOfTheFiles() {
		return TestFiles.list(this.temp.resolve("log"))
			.stream()
			.filter((file) -> file.getFileName().toString().startsWith("wal-"))
			.mapToLong((file) -> TestFiles.read(file).length)
			.sum();
	}

	@Test
	@Tag("R85")
	void firstLimitThatIsExceededDecides() {
		try (LocalWriteAheadLog wal = fiveSegments(segments(4).withMaxAge(Duration.ofMinutes(15)))) {
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(10))).isEqualTo(3);
		}
	}

	static Stream<RetentionPolicy> harshPolicies() {
		RetentionPolicy none = RetentionPolicy.releaseAtOnce();
		return Stream.of(segments(0), segments(1), none.withMaxSize(0), none.withMaxSize(1),
				none.withMaxAge(Duration.ZERO), segments(0).withMaxSize(0).withMaxAge(Duration.ZERO));
	}

	@ParameterizedTest
	@MethodSource("harshPolicies")
	@Tag("R85")
	@Tag("D13")
	void nothingAboveTheCheckpointIsEverDeleted(RetentionPolicy policy) {
		try (LocalWriteAheadLog wal = fiveSegments(policy)) {
			for (int lsn = 0; lsn <= 10; lsn++) {
				this.clock.forward(Duration.ofDays(1));
				wal.checkpoint(Lsn.of(lsn));
				int gone = Math.min(lsn / 2, 4);
				assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(2 * gone + 1, 10));
				assertThat(wal.localStatus().retentionExcess()).isEqualTo(4 - gone);
			}
		}
		try (LocalWriteAheadLog wal = open(policy)) {
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(9, 10));
		}
	}

	@Test
	@Tag("R78")
	@Tag("R85")
	void whatAReaderNeedsStaysAndCountsAsExcess() {
		try (LocalWriteAheadLog wal = fiveSegments(segments(1))) {
			try (WalReader reader = wal.read(Lsn.of(3))) {
				assertThat(Deletions.byCheckpoint(wal, Lsn.of(10))).isEqualTo(1);
				assertThat(wal.localStatus().retentionExcess()).isEqualTo(3);
				assertThat(reader.iterator().next().toText()).isEqualTo("3");
			}
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(10))).isEqualTo(3);
			assertThat(wal.localStatus().retentionExcess()).isZero();
		}
	}

	@Test
	@Tag("R85")
	void limitsThatCannotBeMetAreReportedOnceEachTime() {
		Logger logger = (Logger) LoggerFactory.getLogger("dev.wal.internal.retention.Retention");
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.setLevel(Level.WARN);
		logger.addAppender(lines);
		try (LocalWriteAheadLog wal = fiveSegments(segments(3))) {
			wal.checkpoint(Lsn.NONE);
			wal.checkpoint(Lsn.NONE);
			assertThat(wal.localStatus().retentionExcess()).isEqualTo(2);
			assertThat(warnings(lines)).singleElement()
				.asString()
				.contains("2 segment(s)", "LSN 0", this.temp.toString());
			wal.checkpoint(Lsn.of(10));
			for (int i = 0; i < 4; i++) {
				wal.append(new byte[6000]);
				wal.rotate();
			}
			wal.checkpoint(Lsn.of(10));
			assertThat(wal.localStatus().retentionExcess()).isEqualTo(wal.segmentCount() - 3).isPositive();
			assertThat(warnings(lines)).hasSize(2);
		}
		finally {
			logger.detachAppender(lines);
			logger.setLevel(null);
		}
	}

	private static List<String> warnings(ListAppender<ILoggingEvent> lines) {
		return lines.list.stream()
			.filter((line) -> line.getLevel() == Level.WARN)
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	@Test
	@Tag("R86")
	@Tag("R85")
	void resetDeletesRegardlessOfTheLimits() {
		try (LocalWriteAheadLog wal = fiveSegments(segments(100))) {
			assertThat(Deletions.byReset(wal, Lsn.of(10))).isEqualTo(5);
			assertThat(wal.append(new byte[0])).isEqualTo(Lsn.of(11));
		}
	}

	@Test
	@Tag("R15")
	@Tag("R85")
	void negativeLimitsAreRefusedByName() {
		RetentionPolicy none = RetentionPolicy.releaseAtOnce();
		assertThatExceptionOfType(WalConfigurationException.class).isThrownBy(() -> none.withMaxSegments(-1))
			.withMessageContaining("'retention.max-segments'");
		assertThatExceptionOfType(WalConfigurationException.class).isThrownBy(() -> none.withMaxSize(-1))
			.withMessageContaining("'retention.max-size'");
		assertThatExceptionOfType(WalConfigurationException.class)
			.isThrownBy(() -> none.withMaxAge(Duration.ofNanos(-1)))
			.withMessageContaining("'retention.max-age'");
	}

	private static final class MovingClock extends Clock {

		private Instant now = Instant.parse("2026-01-01T00:00:00Z");

		void forward(Duration time) {
			this.now = this.now.plus(time);
		}

		@Override
		public Instant instant() {
			return this.now;
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
