// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.wal.testing.TestRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what open readers and followers hold: segments and memory.
 */
@Timeout(60)
class OpenReadersTests {

	@TempDir
	Path temp;

	private Instant now = Instant.parse("2026-01-01T00:00:00Z");

	private final Clock clock = new Clock() {

		@Override
		public Instant instant() {
			return OpenReadersTests.this.now;
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	};

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log"))
			.segmentSize(12 * 1024)
			.preallocate(false)
			.clock(this.clock);
	}

	private static void segments(LocalWriteAheadLog wal, int count) {
		for (int i = 0; i < count; i++) {
			wal.append(TestRecords.text("record"));
			wal.rotate();
		}
	}

	@Test
	@Tag("R78")
	void readerAtItsEndHoldsNothing() {
		try (LocalWriteAheadLog wal = log().open()) {
			segments(wal, 2);
			WalReader iterated = wal.read(Lsn.FIRST);
			assertThat(iterated).hasSize(2);
			WalReader visited = wal.read(Lsn.FIRST);
			assertThat(visited.visitRemaining((lsn, type, timestamp, payload) -> {
			})).isEqualTo(2);
			WalReader empty = wal.read(Lsn.of(3));
			assertThat(wal.status().openReaders()).isZero();
			segments(wal, 3);
			wal.checkpoint(Lsn.of(5));
			assertThat(wal.segmentCount()).isEqualTo(1);
			for (WalReader reader : new WalReader[] { iterated, visited, empty }) {
				assertThat(reader.iterator().hasNext()).isFalse();
				assertThat(reader.visitRemaining((lsn, type, timestamp, payload) -> {
				})).isZero();
				assertThat(reader.position()).isEqualTo(Lsn.of(3));
				reader.close();
			}
		}
	}

	@Test
	@Tag("R86")
	@Tag("R81")
	void idleFollowerLeavesASegmentThatItHasRead() throws Exception {
		try (LocalWriteAheadLog wal = log().open(); WalFollower follower = wal.follow(Lsn.FIRST)) {
			wal.append(TestRecords.text("1"));
			assertThat(follower.take().toText()).isEqualTo("1");
			assertThat(follower.poll(Duration.ZERO)).isNull();
			assertThat(Deletions.byReset(wal, Lsn.FIRST)).isEqualTo(1);
			wal.append(TestRecords.text("2"));
			wal.rotate();
			wal.append(TestRecords.text("3"));
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(3))).isZero();
			assertThat(follower.take().toText()).isEqualTo("2");
			assertThat(follower.take().toText()).isEqualTo("3");
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(3))).isEqualTo(1);
		}
	}

	@Test
	@Tag("R78")
	@Tag("R97")
	void forgottenReaderIsNamedOnceWithTheStackThatOpenedIt() {
		Logger logger = (Logger) LoggerFactory.getLogger("dev.wal.internal.retention.OpenCursors");
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.setLevel(Level.WARN);
		logger.addAppender(lines);
		try (LocalWriteAheadLog wal = log().open()) {
			segments(wal, 3);
			WalReader forgotten = wal.read(Lsn.FIRST);
			forgotten.iterator().next();
			WalReader used = wal.read(Lsn.of(2));
			wal.checkpoint(Lsn.of(3));
			assertThat(wal.localStatus().stalledReaders()).isZero();
			this.now = this.now.plusSeconds(59);
			used.iterator().next();
			wal.checkpoint(Lsn.of(3));
			assertThat(lines.list).isEmpty();
			this.now = this.now.plusSeconds(1);
			wal.checkpoint(Lsn.of(3));
			wal.checkpoint(Lsn.of(3));
			assertThat(wal.localStatus().stalledReaders()).isOne();
			assertThat(lines.list).singleElement().satisfies((line) -> {
				assertThat(line.getFormattedMessage()).contains("LSN 2", "60 s");
				assertThat(line.getThrowableProxy().getStackTraceElementProxyArray())
					.anyMatch((frame) -> frame.toString().contains("OpenReadersTests"));
			});
			forgotten.close();
			used.close();
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(3))).isEqualTo(3);
			assertThat(wal.localStatus().stalledReaders()).isZero();
		}
		finally {
			logger.detachAppender(lines);
			logger.setLevel(null);
		}
	}

	@Test
	@Tag("R76")
	void keptRecordDoesNotKeepItsBlock() throws Exception {
		try (LocalWriteAheadLog wal = log().segmentSize(1 << 20).open()) {
			WalBatch batch = new WalBatch();
			batch.add(new byte[20]);
			batch.add(new byte[50_000]);
			wal.appendAll(batch);
			Field block = WalRecord.class.getDeclaredField("block");
			block.setAccessible(true);
			WalRecord record = TestRecords.readAll(wal).get(0);
			assertThat(((ByteBuffer) block.get(record)).capacity()).isEqualTo(20);
		}
	}

	@Test
	@Tag("R76")
	void closedReadersAndLogsGiveTheirMemoryToTheNext() {
		useMemory(5);
		long before = directMemory();
		useMemory(200);
		assertThat(directMemory() - before).isLessThan(16 << 20);
	}

	private void useMemory(int rounds) {
		for (int i = 0; i < rounds; i++) {
			try (LocalWriteAheadLog wal = log().segmentSize(0).open()) {
				if (i % 5 == 0) {
					// Larger than the write buffer.
					wal.append(new byte[1_200_000]);
				}
				wal.append(new byte[100]);
				for (int j = 0; j < 5; j++) {
					try (WalReader reader = wal.read(wal.lastLsn())) {
						reader.iterator().next();
					}
				}
				wal.reset(wal.lastLsn());
			}
		}
	}

	private static long directMemory() {
		return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(BufferPoolMXBean::getMemoryUsed)
			.sum();
	}

}
