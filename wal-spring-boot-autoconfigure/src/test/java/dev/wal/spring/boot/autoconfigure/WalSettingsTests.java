// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalBatch;
import dev.wal.WalForeignLogException;
import dev.wal.WalObserver;
import dev.wal.WalOverloadedException;
import dev.wal.WalRecordTooLargeException;
import dev.wal.WalStatistics;
import dev.wal.WriteAheadLog;
import dev.wal.spring.checkpoint.WalCheckpointSource;
import dev.wal.spring.checkpoint.WalCheckpointer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests that each property of the log changes what the log does. A tag names the
 * property, see {@link PropertiesReferenceTests}.
 */
class WalSettingsTests {

	private static final byte[] KILOBYTE = new byte[1000];

	@TempDir
	Path temp;

	private Path directory;

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.directory = this.temp.resolve("wal");
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.directory, "wal.segment-size=12KB", "wal.replay.enabled=false",
					"wal.checkpoint.interval=1h");
	}

	@Test
	@Tag("property:wal.directory")
	void theFilesAreInTheDirectory() {
		run((wal) -> assertThat(wal.localStatus().directory()).isEqualTo(this.directory).isNotEmptyDirectory());
	}

	@Test
	@Tag("property:wal.owner")
	void anotherOwnerCannotOpenTheLog() {
		run((wal) -> wal.append(KILOBYTE), "wal.owner=orders");
		this.runner.withPropertyValues("wal.owner=billing")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(WalForeignLogException.class)
				.hasMessageContaining("orders"));
	}

	@Test
	@Tag("property:wal.lock.wait")
	void theStartWaitsUntilTheLogIsReleased() {
		try (LocalWriteAheadLog other = WriteAheadLog.builder(this.directory).open()) {
			CompletableFuture<Void> release = CompletableFuture.runAsync(other::close,
					CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
			run((wal) -> assertThat(release).isCompleted(), "wal.lock.wait=30s");
		}
	}

	@Test
	@Tag("property:wal.permissions")
	void filesHaveThePermissionsThatWereAskedFor() {
		run((wal) -> {
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.directory)))
				.isEqualTo("rwxrwx---");
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.directory.resolve("wal.lock"))))
				.isEqualTo("rw-rw----");
		}, "wal.permissions=rwxrwx---");
	}

	@Test
	@Tag("property:wal.segment-size")
	void theSegmentSizeDecidesTheNumberOfSegments() {
		run((wal) -> {
			append(wal, 32);
			assertThat(wal.segmentCount()).isEqualTo(2);
		}, "wal.segment-size=32KB");
	}

	@Test
	@Tag("property:wal.max-record-size")
	void aRecordAboveTheLimitIsRejected() {
		run((wal) -> {
			wal.append(new byte[2048]);
			assertThatExceptionOfType(WalRecordTooLargeException.class).isThrownBy(() -> wal.append(new byte[2049]));
		}, "wal.max-record-size=2KB");
	}

	@Test
	@Tag("property:wal.max-batch-size")
	void aBatchAboveTheLimitIsRejected() {
		run((wal) -> {
			wal.appendAll(batch(4));
			assertThatExceptionOfType(WalRecordTooLargeException.class).isThrownBy(() -> wal.appendAll(batch(5)));
		}, "wal.max-record-size=4KB", "wal.max-batch-size=4KB");
	}

	@Test
	@Tag("property:wal.write-buffer-size")
	void aSmallerBufferMakesMoreGroupCommits() throws Exception {
		assertThat(blocksOfConcurrentAppends("wal.write-buffer-size=4KB"))
			.isGreaterThan(blocksOfConcurrentAppends("wal.write-buffer-size=1MB"));
	}

	@Test
	@Tag("property:wal.close-timeout")
	void aListenerThatBlocksIsWaitedForAsLongAsTheTimeoutSays() {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		long[] closing = new long[1];
		run((wal) -> {
			wal.subscribe(Lsn.FIRST, (record) -> {
				inside.countDown();
				never.await();
			});
			wal.append(KILOBYTE);
			inside.await();
			closing[0] = System.nanoTime();
		}, "wal.close-timeout=20ms");
		assertThat(Duration.ofNanos(System.nanoTime() - closing[0])).isLessThan(Duration.ofSeconds(9));
		never.countDown();
	}

	@Test
	@Tag("property:wal.preallocate")
	void preallocatedSegmentsHaveTheirFullLength() {
		long[] sizes = new long[2];
		run((wal) -> {
			wal.append(KILOBYTE);
			sizes[0] = wal.sizeOnDisk();
		}, "wal.segment-size=1MB", "wal.preallocate=false");
		run((wal) -> {
			wal.rotate();
			wal.append(KILOBYTE);
			await().until(() -> wal.sizeOnDisk() >= 1 << 20);
			sizes[1] = wal.sizeOnDisk();
		}, "wal.segment-size=1MB", "wal.preallocate=true");
		assertThat(sizes[0]).isLessThan(10_000);
		assertThat(sizes[1]).isGreaterThan(1_000_000);
	}

	@Test
	@Tag("property:wal.compression")
	void compressedBlocksAreSmaller() {
		run((wal) -> {
			append(wal, 5);
			assertThat(wal.status().statistics().appendedBytes()).isEqualTo(5000);
			assertThat(wal.status().statistics().writtenBytes()).isLessThan(2500);
		}, "wal.compression=lz4");
	}

	@Test
	@Tag("property:wal.max-in-flight")
	@Tag("property:wal.overflow")
	void asynchronousAppendsAboveTheLimitAreRejected() {
		Gate gate = new Gate();
		this.runner.withBean(WalObserver.class, () -> gate)
			.withPropertyValues("wal.max-in-flight=2KB", "wal.overflow=fail")
			.run((context) -> {
				WriteAheadLog wal = context.getBean(WriteAheadLog.class);
				gate.close();
				try {
					List<CompletableFuture<Lsn>> appends = Stream.generate(() -> wal.appendAsync(1, KILOBYTE))
						.limit(20)
						.toList();
					assertThat(appends).last()
						.satisfies((append) -> assertThat(append).failsWithin(Duration.ZERO)
							.withThrowableOfType(ExecutionException.class)
							.withCauseInstanceOf(WalOverloadedException.class));
					assertThat(appends.get(0)).isNotCompletedExceptionally();
				}
				finally {
					gate.open();
				}
			});
	}

	@Test
	@Tag("property:wal.recovery-scan")
	void aFullScanVerifiesEverySegment() {
		run((wal) -> append(wal, 40));
		run((wal) -> assertThat(wal.localRecovery().scannedSegments()).isLessThan(3));
		run((wal) -> assertThat(wal.localRecovery().scannedSegments()).isGreaterThan(4), "wal.recovery-scan=full");
	}

	@Test
	@Tag("property:wal.create")
	void aLogThatIsMissingIsNotCreatedIfThatIsOff() {
		this.runner.withPropertyValues("wal.create=never").run((context) -> assertThat(context).hasFailed());
		run((wal) -> append(wal, 1));
		run((wal) -> append(wal, 1), "wal.create=never");
	}

	@Test
	@Tag("property:wal.torn-bytes-kept")
	void theBytesOfATornTailAreKeptUnlessThatIsOff() throws IOException {
		run((wal) -> append(wal, 3), "wal.segment-size=1MB", "wal.preallocate=false");
		tearTheTail();
		run((wal) -> assertThat(wal.tailState().isClean()).isFalse(), "wal.torn-bytes-kept=0");
		assertThat(tornFiles()).isEmpty();
		tearTheTail();
		run((wal) -> assertThat(wal.tailState().isClean()).isFalse());
		assertThat(tornFiles()).hasSize(1);
	}

	@Test
	@Tag("property:wal.retention.max-size")
	void releasedSegmentsStayUpToTheSize() {
		assertThat(firstLsnAfterCheckpoint()).isEqualTo(31);
		assertThat(firstLsnAfterCheckpoint("wal.retention.max-size=36KB")).isBetween(2L, 30L);
		assertThat(firstLsnAfterCheckpoint("wal.retention.max-size=1GB")).isEqualTo(1);
	}

	@Test
	@Tag("property:wal.retention.max-age")
	void releasedSegmentsStayUpToTheAge() {
		assertThat(firstLsnAfterCheckpoint("wal.retention.max-age=1ns")).isGreaterThan(20);
		assertThat(firstLsnAfterCheckpoint("wal.retention.max-age=1h")).isEqualTo(1);
	}

	@Test
	@Tag("property:wal.sync.mode")
	void theModeDecidesWhatAnAppendWaitsFor() {
		run((wal) -> {
			wal.append(KILOBYTE);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.NONE);
		}, "wal.sync.mode=none");
		run((wal) -> {
			Lsn lsn = wal.append(KILOBYTE);
			assertThat(wal.durableLsn()).isEqualTo(lsn);
		}, "wal.sync.mode=always");
	}

	@Test
	@Tag("property:wal.sync.interval")
	void theIntervalDecidesWhenARecordIsForced() {
		run((wal) -> {
			wal.append(KILOBYTE);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.NONE);
		}, "wal.sync.mode=interval", "wal.sync.interval=1h");
		run((wal) -> {
			Lsn lsn = wal.append(KILOBYTE);
			await().until(() -> wal.durableLsn().equals(lsn));
		}, "wal.sync.mode=interval", "wal.sync.interval=1ms");
	}

	@Test
	@Tag("property:wal.checkpoint.every-records")
	void aCheckpointIsTakenAfterSoManyRecords() {
		assertThatACheckpointFollows(5, "wal.checkpoint.every-records=5");
	}

	@Test
	@Tag("property:wal.checkpoint.every-bytes")
	void aCheckpointIsTakenAfterSoManyBytes() {
		assertThatACheckpointFollows(5, "wal.checkpoint.every-bytes=5KB");
	}

	private void assertThatACheckpointFollows(int records, String property) {
		this.runner.withBean(WalCheckpointSource.class, () -> () -> Lsn.of(records))
			.withPropertyValues(property)
			.run((context) -> {
				LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
				append(wal, records - 1);
				append(wal, 2);
				await().atMost(Duration.ofSeconds(20)).until(() -> wal.checkpointLsn().equals(Lsn.of(records)));
			});
	}

	private long firstLsnAfterCheckpoint(String... properties) {
		long[] first = new long[1];
		Path own = this.temp.resolve("retention" + properties.length + String.join("", properties).hashCode());
		this.runner.withBean(WalCheckpointSource.class, () -> () -> Lsn.of(30))
			.withPropertyValues("wal.directory=" + own)
			.withPropertyValues(properties)
			.run((context) -> {
				LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
				append(wal, 30);
				wal.rotate();
				append(wal, 1);
				context.getBean(WalCheckpointer.class).checkpoint();
				first[0] = wal.firstLsn().value();
			});
		return first[0];
	}

	private long blocksOfConcurrentAppends(String property) {
		long[] blocks = new long[1];
		Gate gate = new Gate();
		this.runner.withBean(WalObserver.class, () -> gate)
			.withPropertyValues("wal.directory=" + this.temp.resolve("blocks" + property.hashCode()),
					"wal.segment-size=1MB", property)
			.run((context) -> {
				WriteAheadLog wal = context.getBean(WriteAheadLog.class);
				gate.close();
				List<CompletableFuture<Lsn>> appends = new ArrayList<>();
				for (int i = 0; i < 50; i++) {
					appends.add(wal.appendAsync(1, KILOBYTE));
				}
				gate.open();
				CompletableFuture.allOf(appends.toArray(CompletableFuture<?>[]::new)).join();
				WalStatistics statistics = wal.status().statistics();
				assertThat(statistics.appendedRecords()).isEqualTo(50);
				blocks[0] = statistics.blocks();
			});
		return blocks[0];
	}

	/** As a write that a crash has cut off: the start of a block, without its end. */
	private void tearTheTail() throws IOException {
		Path segment = files(".log").get(0);
		byte[] bytes = Files.readAllBytes(segment);
		try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
			channel.write(ByteBuffer.wrap(bytes, bytes.length - 600, 600), bytes.length);
		}
	}

	private List<Path> tornFiles() throws IOException {
		return files(".torn");
	}

	private List<Path> files(String suffix) throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> file.toString().endsWith(suffix)).sorted().toList();
		}
	}

	private void run(Use use, String... properties) {
		this.runner.withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			use.with(context.getBean(LocalWriteAheadLog.class));
		});
	}

	private static void append(WriteAheadLog wal, int records) {
		for (int i = 0; i < records; i++) {
			wal.append(KILOBYTE);
		}
	}

	private static WalBatch batch(int records) {
		WalBatch batch = new WalBatch();
		for (int i = 0; i < records; i++) {
			batch.add(KILOBYTE);
		}
		return batch;
	}

	private interface Use {

		void with(LocalWriteAheadLog wal) throws Exception;

	}

	/** Holds up the thread that forces, so that appends gather; never the test's own. */
	private static final class Gate implements WalObserver {

		private final Thread test = Thread.currentThread();

		private volatile CountDownLatch opened = new CountDownLatch(0);

		@Override
		public void forced(long nanos) {
			if (Thread.currentThread() == this.test) {
				return;
			}
			try {
				this.opened.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		void close() {
			this.opened = new CountDownLatch(1);
		}

		void open() {
			this.opened.countDown();
		}

	}

}
