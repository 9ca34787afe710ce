// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.testing.disk.FailingStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that a log that is used for long holds no more than one that was just opened.
 */
@Timeout(90)
class ResourceTests {

	private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

	/** Far more than one log with a few readers needs, far less than a thousand do. */
	private static final long DIRECT_BYTES = 8 << 20;

	private static final int WARM_UP = 200;

	private static final int ROTATIONS = 2_000;

	@TempDir
	private Path directory;

	@Test
	@Tag("I24")
	void twoThousandRotationsLeaveNothingOpen() throws Exception {
		assumeThat(DESCRIPTORS).isDirectory();
		Usage before = usage();
		FailingStorage storage = new FailingStorage(this.directory).withoutForces();
		try (SegmentedLog log = LogOpener.open(WriteAheadLog.builder(this.directory).segmentSize(8 * 1024).options(),
				storage);
				WalFollower follower = log.follow(Lsn.FIRST);
				WalSubscription subscription = log.subscribe(Lsn.FIRST, (record) -> {
				})) {
			rotate(log, follower, WARM_UP);
			settle(log, subscription);
			await().atMost(Duration.ofSeconds(20)).until(() -> usage().directBytes < before.directBytes + DIRECT_BYTES);
			Usage warm = usage();
			rotate(log, follower, ROTATIONS);
			settle(log, subscription);
			assertThat(log.status().statistics().rotations()).isGreaterThanOrEqualTo(WARM_UP + ROTATIONS);
			await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
				Usage now = usage();
				assertThat(now.descriptors).as("file descriptors").isLessThanOrEqualTo(warm.descriptors + 3);
				assertThat(now.threads).as("threads").isLessThanOrEqualTo(warm.threads + 1);
				assertThat(now.directBytes).as("direct memory").isLessThan(before.directBytes + DIRECT_BYTES);
				assertThat(now.files).as("files").isLessThanOrEqualTo(warm.files + 2);
			});
			System.out.printf("before %s%nafter %d rotations %s%nafter %d more %s%n", before, WARM_UP, warm, ROTATIONS,
					usage());
		}
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			Usage after = usage();
			assertThat(after.descriptors).as("file descriptors").isLessThanOrEqualTo(before.descriptors);
			assertThat(after.threads).as("threads").isLessThanOrEqualTo(before.threads + 1);
		});
	}

	private static void rotate(SegmentedLog log, WalFollower follower, int rotations) throws InterruptedException {
		for (int i = 0; i < rotations; i++) {
			log.append(new byte[500], SyncPolicy.none());
			log.append(new byte[500]);
			log.rotate();
			for (int j = 0; j < 2; j++) {
				assertThat(follower.take()).isNotNull();
			}
			if (i % 5 == 0) {
				long count = 0;
				try (WalReader reader = log.read(new Lsn(log.lastLsn().value() - 1))) {
					for (WalRecord record : reader) {
						count += record.payload().remaining();
					}
				}
				assertThat(count).isEqualTo(1_000);
			}
			if (i % 7 == 0) {
				log.checkpoint(log.durableLsn());
			}
		}
	}

	private static void settle(SegmentedLog log, WalSubscription subscription) {
		await().until(() -> subscription.position().value() > log.lastLsn().value());
		log.checkpoint(log.durableLsn());
	}

	private Usage usage() throws IOException {
		// Buffers and channels that nobody has any more.
		System.gc();
		long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(BufferPoolMXBean::getMemoryUsed)
			.sum();
		try (Stream<Path> descriptors = Files.list(DESCRIPTORS); Stream<Path> files = Files.list(this.directory)) {
			return new Usage(descriptors.count(), ManagementFactory.getThreadMXBean().getThreadCount(), direct,
					files.count());
		}
	}

	private record Usage(long descriptors, int threads, long directBytes, long files) {
	}

}
