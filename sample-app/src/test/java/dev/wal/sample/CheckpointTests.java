// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import dev.wal.Lsn;
import dev.wal.WriteAheadLog;
import dev.wal.snapshot.SnapshotInfo;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.replay.WalSnapshotter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of how snapshots let the log give up what they hold.
 */
class CheckpointTests {

	private static final String[] SMALL = { "--wal.snapshot.every-records=25", "--wal.segment-size=12KB",
			"--wal.checkpoint.interval=50ms" };

	@TempDir
	Path directory;

	@Test
	void oldSegmentsGoAwayAndNothingIsAppliedTwiceAfterARestart() throws IOException {
		List<Order> placed;
		OrderService.Summary before;
		try (RunningSample sample = RunningSample.start(this.directory, SMALL)) {
			placed = new ArrayList<>();
			for (int number = 1; number < 400; number += 100) {
				placed.addAll(sample.place(number, number + 99));
				awaitSnapshot(sample, number + 74);
			}
			WriteAheadLog wal = sample.bean(WriteAheadLog.class);
			await().atMost(Duration.ofSeconds(20))
				.until(() -> wal.firstLsn().value() > 100 && wal.status().statistics().deletedSegments() > 0);
			assertThat(segmentFiles()).doesNotContain("wal-00000000000000000001.log");
			before = sample.summary();
			assertThat(before.count()).isEqualTo(400);
		}
		try (RunningSample sample = RunningSample.start(this.directory, SMALL)) {
			Recovery.Summary recovered = sample.bean(Recovery.class).summary();
			assertThat(recovered).isNotNull();
			assertThat(recovered.fromSnapshot()).isGreaterThan(100);
			assertThat(recovered.fromSnapshot() + recovered.replayed()).isEqualTo(400);
			assertThat(recovered.orders()).isEqualTo(400);
			assertThat(sample.orders()).isEqualTo(placed);
			assertThat(sample.summary())
				.isEqualTo(new OrderService.Summary(400, before.totalAmountCents(), before.lastLsn(), 400));
			// LSNs go on, although the segments that had them are gone.
			assertThat(sample.place(Orders.request(401)).id()).isEqualTo(before.lastLsn() + 1);
		}
	}

	@Test
	void checkpointIsThatOfTheOlderSnapshotAndNeverAboveIt() throws IOException {
		try (RunningSample sample = RunningSample.start(this.directory, SMALL)) {
			WriteAheadLog wal = sample.bean(WriteAheadLog.class);
			WalSnapshotter snapshotter = sample.bean(WalSnapshotter.class);
			for (int number = 1; number <= 150; number++) {
				sample.place(Orders.request(number));
				assertThat(wal.checkpointLsn().value()).isLessThanOrEqualTo(newestLsn(snapshotter));
				if (number == 50) {
					awaitSnapshot(sample, 25);
				}
			}
			await().atMost(Duration.ofSeconds(20)).until(() -> !wal.checkpointLsn().isNone());
			long checkpoint = wal.checkpointLsn().value();
			assertThat(checkpoint).isLessThan(newestLsn(snapshotter));
		}
	}

	@Test
	void singleOrderIsSavedWhenTheIntervalHasPassed() throws IOException {
		try (RunningSample sample = RunningSample.start(this.directory, "--wal.snapshot.interval=100ms")) {
			Order order = sample.place(Orders.request(1));
			await().atMost(Duration.ofSeconds(20))
				.until(() -> sample.getJson("/status").at("/snapshotLsn").asLong() == order.id());
		}
		try (RunningSample sample = RunningSample.start(this.directory)) {
			assertThat(sample.bean(Recovery.class).summary()).isNotNull()
				.satisfies((recovered) -> assertThat(recovered.fromSnapshot()).isOne());
		}
	}

	@Test
	void snapshotsTakenUnderLoadHoldExactlyTheOrdersUpToTheirLsn() throws Exception {
		try (RunningSample sample = RunningSample.start(this.directory, SMALL)) {
			Load load = Load.start(sample, new Ledger(), 0, 8);
			OrderReplay handler = sample.bean(OrderReplay.class);
			try {
				long[] lsn = new long[1];
				await().atMost(Duration.ofSeconds(30)).until(() -> {
					ByteArrayOutputStream content = new ByteArrayOutputStream();
					lsn[0] = handler.writeSnapshot(content).value();
					OrderBook book = new OrderBook();
					new OrderReplay(sample.bean(WriteAheadLog.class), sample.bean(WalTemplate.class), book,
							new Recovery(), Clock.systemUTC())
						.restoreSnapshot(new ByteArrayInputStream(content.toByteArray()), Lsn.of(lsn[0]));
					assertThat(book.upTo(Long.MAX_VALUE).stream().mapToLong(Order::id).toArray())
						.isEqualTo(LongStream.rangeClosed(1, lsn[0]).toArray());
					return lsn[0] > 300;
				});
			}
			finally {
				load.stop();
			}
		}
	}

	private static long newestLsn(WalSnapshotter snapshotter) {
		List<SnapshotInfo> all = snapshotter.snapshots();
		return all.isEmpty() ? 0 : all.get(all.size() - 1).lsn().value();
	}

	/**
	 * Wait for a snapshot. One is due with every 25th order in the log; the last of these
	 * may not be in the book yet, and then is in the next snapshot only.
	 */
	private static void awaitSnapshot(RunningSample sample, long lsn) {
		await().atMost(Duration.ofSeconds(20))
			.until(() -> sample.getJson("/status").at("/snapshotLsn").asLong() >= lsn);
	}

	private List<String> segmentFiles() throws IOException {
		try (Stream<Path> files = Files.list(this.directory.resolve("wal"))) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
	}

}
