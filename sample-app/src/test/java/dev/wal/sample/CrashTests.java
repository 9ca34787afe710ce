// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Kills the service under load, again and again, and holds it to what it told its
 * clients. Killing a process shows that nothing acknowledged is kept in its memory only;
 * that it is not kept in the memory of the operating system only is for the tests of the
 * log to show.
 */
class CrashTests {

	private static final int ROUNDS = 5;

	private static final int CLIENTS = 6;

	/** Small enough that kills hit rotations, snapshots and checkpoints as well. */
	private static final String[] SMALL = { "--wal.segment-size=16KB", "--wal.checkpoint.interval=100ms",
			"--wal.snapshot.every-records=40", "--sample.fulfilment.enabled=false" };

	@TempDir
	Path directory;

	@Test
	@Timeout(180)
	void everyAcceptedOrderIsThereOnceAndInOrderAfterEachKill() throws Exception {
		Ledger ledger = new Ledger();
		Random random = new Random(42);
		KillableSample sample = start(0);
		try {
			for (int round = 1; round <= ROUNDS; round++) {
				int before = ledger.acceptedCount();
				int enough = before + 100 + random.nextInt(200);
				Load load = Load.start(sample.client(), ledger, round, CLIENTS);
				await().atMost(Duration.ofSeconds(60))
					.pollInterval(Duration.ofMillis(5))
					.until(() -> ledger.acceptedCount() >= enough);
				sample.kill();
				load.stop();
				sample = start(round);
				verify(sample, ledger, round, ledger.acceptedCount() - before);
			}
		}
		finally {
			sample.close();
		}
	}

	private static void verify(KillableSample sample, Ledger ledger, int round, int accepted) throws IOException {
		OrderClient client = sample.client();
		List<Order> orders = client.orders();
		ledger.verify(orders, client.summary());
		List<OrderRequest> unanswered = ledger.unanswered();
		assertThat(unanswered).as("one for each client at most").hasSizeLessThanOrEqualTo(CLIENTS);
		int kept = orders.size() - ledger.acceptedCount();
		// What a client does that got no answer: it sends the order again.
		for (OrderRequest request : unanswered) {
			ledger.accepted(client.place(request));
		}
		assertThat(ledger.unanswered()).isEmpty();
		ledger.verify(client.orders(), client.summary());
		report(round, accepted, orders.size(), unanswered.size(), kept, client.getJson("/status"));
	}

	private static void report(int round, int accepted, int found, int unanswered, int kept, JsonNode status) {
		JsonNode recovered = status.get("recovered");
		System.out.printf(
				"Kill %d: %d orders accepted in this round, %d found (%d from the snapshot, %d replayed), "
						+ "of %d unanswered %d were in the log, tail %s, %d bytes cut, recovered in %d ms%n",
				round, accepted, found, recovered.get("fromSnapshot").asLong(), recovered.get("replayed").asLong(),
				unanswered, kept, recovered.get("tail").asString(), recovered.get("cutBytes").asLong(),
				recovered.get("millis").asLong());
	}

	private KillableSample start(int round) throws IOException {
		return KillableSample.start(this.directory.resolve("data"), this.directory.resolve("output-" + round + ".txt"),
				SMALL);
	}

}
