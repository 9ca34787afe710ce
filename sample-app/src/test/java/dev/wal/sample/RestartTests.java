// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import dev.wal.WalCorruptedException;
import dev.wal.WalForeignLogException;
import dev.wal.snapshot.WalSnapshotException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Tests of what a restart finds again.
 */
@ExtendWith(OutputCaptureExtension.class)
class RestartTests {

	private static final String NO_SNAPSHOTS = "--wal.snapshot.every-records=1000000";

	private static final String MANY_SNAPSHOTS = "--wal.snapshot.every-records=10";

	@TempDir
	Path directory;

	@Test
	void allOrdersComeBackFromTheLogInOrder(CapturedOutput output) throws IOException {
		List<Order> placed;
		OrderService.Summary before;
		try (RunningSample sample = RunningSample.start(this.directory, NO_SNAPSHOTS)) {
			placed = sample.place(1, 50);
			before = sample.summary();
		}
		try (RunningSample sample = RunningSample.start(this.directory, NO_SNAPSHOTS)) {
			assertThat(sample.orders()).isEqualTo(placed);
			assertThat(sample.summary())
				.isEqualTo(new OrderService.Summary(50, before.totalAmountCents(), before.lastLsn(), 50));
			assertThat(sample.place(Orders.request(51)).id()).isEqualTo(before.lastLsn() + 1);
		}
		assertThat(output).contains("There was nothing to recover: the log is empty.")
			.containsPattern("Recovered 50 orders worth 62\\.75 in [0-9,]+ ms")
			.contains("none: everything came from the log")
			.contains("closed cleanly");
	}

	@Test
	void allOrdersComeBackFromSnapshotAndLog() throws IOException {
		List<Order> placed;
		try (RunningSample sample = RunningSample.start(this.directory, MANY_SNAPSHOTS)) {
			placed = sample.place(1, 35);
			awaitSnapshot(sample, 25);
		}
		try (RunningSample sample = RunningSample.start(this.directory, NO_SNAPSHOTS)) {
			assertThat(sample.orders()).isEqualTo(placed);
			Recovery.Summary recovered = sample.bean(Recovery.class).summary();
			assertThat(recovered).isNotNull();
			assertThat(recovered.fromSnapshot()).isEqualTo(recovered.snapshotLsn()).isGreaterThanOrEqualTo(25);
			assertThat(recovered.fromSnapshot() + recovered.replayed()).isEqualTo(35);
		}
	}

	@Test
	void clientOrderIdGivesTheSameOrderAfterARestart() throws IOException {
		Order first;
		try (RunningSample sample = RunningSample.start(this.directory, NO_SNAPSHOTS)) {
			first = sample.place(Orders.request(1));
		}
		try (RunningSample sample = RunningSample.start(this.directory, NO_SNAPSHOTS)) {
			assertThat(sample.post(Orders.request(1)).statusCode()).isEqualTo(200);
			assertThat(sample.place(Orders.request(1))).isEqualTo(first);
			assertThat(sample.summary().count()).isOne();
		}
	}

	@Test
	void noOrderIsLostWhenTheNewestSnapshotIsDamaged(CapturedOutput output) throws IOException {
		List<Order> placed;
		try (RunningSample sample = RunningSample.start(this.directory, MANY_SNAPSHOTS, "--wal.segment-size=12KB",
				"--wal.checkpoint.interval=50ms")) {
			placed = sample.place(1, 100);
			awaitSnapshot(sample, 90);
			placed.addAll(sample.place(101, 200));
			awaitSnapshot(sample, 190);
		}
		Path newest = snapshots().get(0);
		byte[] bytes = Files.readAllBytes(newest);
		bytes[bytes.length / 2] ^= 1;
		Files.write(newest, bytes);
		try (RunningSample sample = RunningSample.start(this.directory, NO_SNAPSHOTS)) {
			assertThat(sample.orders()).isEqualTo(placed);
		}
		assertThat(newest.resolveSibling(newest.getFileName() + ".damaged")).hasBinaryContent(bytes);
		assertThat(output).contains(newest.getFileName() + " is damaged");
	}

	@Test
	void startIsRefusedWhenOrdersAreNeitherInASnapshotNorInTheLog(CapturedOutput output) throws IOException {
		try (RunningSample sample = RunningSample.start(this.directory, MANY_SNAPSHOTS, "--wal.segment-size=12KB",
				"--wal.checkpoint.interval=50ms")) {
			sample.place(1, 50);
			awaitSnapshot(sample, 40);
			sample.place(51, 100);
			await().atMost(Duration.ofSeconds(20))
				.until(() -> sample.getJson("/status").at("/log/firstLsn").asLong() > 1);
		}
		FileSystemUtils.deleteRecursively(this.directory.resolve("snapshots"));
		assertThatThrownBy(() -> RunningSample.start(this.directory).close())
			.hasStackTraceContaining(WalSnapshotException.class.getName());
		assertThat(output).contains("APPLICATION FAILED TO START").contains("there is no intact snapshot");
	}

	@Test
	void startIsRefusedWhenTheSnapshotIsOfAnotherLog(CapturedOutput output) throws IOException {
		try (RunningSample sample = RunningSample.start(this.directory, MANY_SNAPSHOTS)) {
			sample.place(1, 20);
			awaitSnapshot(sample, 10);
		}
		FileSystemUtils.deleteRecursively(this.directory.resolve("wal"));
		assertThatThrownBy(() -> RunningSample.start(this.directory).close())
			.hasStackTraceContaining(WalForeignLogException.class.getName());
		assertThat(output).contains("APPLICATION FAILED TO START").contains("log id");
	}

	@Test
	void damagedLogIsRefusedAndLeftAsItIs(CapturedOutput output) throws IOException {
		damageTheOrder(20, 50);
		byte[] damaged = Files.readAllBytes(firstSegment());
		assertThatThrownBy(() -> RunningSample.start(this.directory).close())
			.hasStackTraceContaining(WalCorruptedException.class.getName());
		assertThat(output).contains("APPLICATION FAILED TO START").contains("LSN 20");
		assertThat(firstSegment()).hasBinaryContent(damaged);
	}

	@ParameterizedTest
	@CsvSource({ "skip, 49", "truncate, 19" })
	void damagedLogIsOpenedWithoutWhatIsLostWhereTheOperatorSaysSo(String policy, int left, CapturedOutput output)
			throws IOException {
		List<Order> placed = damageTheOrder(20, 50);
		List<Order> expected = new ArrayList<>(
				placed.stream().filter((order) -> order.id() < 20 || (left == 49 && order.id() > 20)).toList());
		try (RunningSample sample = RunningSample.start(this.directory, MANY_SNAPSHOTS,
				"--wal.corruption-policy=" + policy)) {
			assertThat(sample.orders()).isEqualTo(expected).hasSize(left);
			// No LSN is given to another order, and the lost ones hold nothing up.
			for (int number = 51; number <= 70; number++) {
				Order order = sample.place(Orders.request(number));
				assertThat(order.id()).isEqualTo(number);
				expected.add(order);
			}
			assertThat(sample.orders()).isEqualTo(expected);
			awaitSnapshot(sample, 60);
		}
		assertThat(output).contains("Recovered " + left + " orders").contains("lost      " + (50 - left) + " order");
		try (RunningSample sample = RunningSample.start(this.directory, "--wal.corruption-policy=" + policy)) {
			assertThat(sample.orders()).isEqualTo(expected);
		}
	}

	/**
	 * Flips a bit of an order that was accepted long ago.
	 */
	private List<Order> damageTheOrder(int damaged, int count) throws IOException {
		List<Order> placed;
		try (RunningSample sample = RunningSample.start(this.directory, NO_SNAPSHOTS)) {
			placed = sample.place(1, count);
		}
		byte[] bytes = Files.readAllBytes(firstSegment());
		int position = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("Customer " + damaged);
		bytes[position] ^= 1;
		Files.write(firstSegment(), bytes);
		return placed;
	}

	private Path firstSegment() {
		return this.directory.resolve("wal/wal-00000000000000000001.log");
	}

	/**
	 * Wait for a snapshot. One is due with every tenth order in the log; the last of
	 * these may not be in the book yet, and then is in the next snapshot only.
	 */
	private static void awaitSnapshot(RunningSample sample, long lsn) {
		await().atMost(Duration.ofSeconds(20))
			.until(() -> sample.getJson("/status").at("/snapshotLsn").asLong() >= lsn);
	}

	private List<Path> snapshots() throws IOException {
		try (Stream<Path> files = Files.list(this.directory.resolve("snapshots"))) {
			return files.sorted(Comparator.reverseOrder()).toList();
		}
	}

}
