// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Kills the service while it fulfils orders, and looks at what has become of each, and at
 * what the payment provider has charged.
 */
class FulfilmentCrashTests {

	private static final int ROUNDS = 3;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String[] SMALL = { "--sample.fulfilment.enabled=true", "--sample.fulfilment.node-time=20ms",
			"--wal.segment-size=16KB", "--wal.checkpoint.interval=100ms", "--sample.snapshot.every=100" };

	@TempDir
	Path directory;

	@Test
	@Timeout(180)
	@Tag("R91")
	@Tag("R93")
	void aKillBetweenNodesShipsAndChargesEveryOrderOnce() throws Exception {
		Ledger ledger = new Ledger();
		long resumed = 0;
		long askedAgain = 0;
		KillableSample sample = start(0);
		try {
			for (int round = 1; round <= ROUNDS; round++) {
				int before = ledger.acceptedCount();
				KillableSample killed = sample;
				Load load = Load.start(killed.client(), ledger, round, 4);
				await().atMost(PATIENCE)
					.pollInterval(Duration.ofMillis(5))
					.until(() -> ledger.acceptedCount() >= before + 60
							&& killed.client().getJson("/fulfilment").get("charged").asLong() > before / 2);
				killed.kill();
				load.stop();
				sample = start(round);
				OrderClient client = sample.client();
				assertThat(client.getJson("/actuator/waltraces").at("/recovery/failed").asInt()).isZero();
				await().atMost(PATIENCE).until(() -> client.getJson("/fulfilment").get("open").asInt() == 0);
				verify(client, ledger);
				JsonNode progress = client.getJson("/fulfilment");
				resumed += progress.get("resumed").asLong();
				askedAgain += progress.get("askedAgain").asLong();
				System.out.printf("Kill %d: %d orders accepted, %s%n", round, ledger.acceptedCount() - before,
						progress);
			}
		}
		finally {
			sample.close();
		}
		assertThat(resumed).as("kills in the middle of an order").isPositive();
		System.out.printf("%d orders resumed, of those %d in the middle of their payment%n", resumed, askedAgain);
	}

	private void verify(OrderClient client, Ledger ledger) throws IOException {
		Map<Long, Order> orders = new HashMap<>();
		Set<String> names = new HashSet<>();
		for (Order order : client.orders()) {
			orders.put(order.id(), order);
			assertThat(names.add(order.clientOrderId())).as("%s is there once", order.clientOrderId()).isTrue();
			assertThat(client.getJson("/orders/" + order.id() + "/fulfilment").get("state").asString())
				.isEqualTo("SHIPPED");
		}
		assertThat(names.size()).isGreaterThanOrEqualTo(ledger.acceptedCount());
		Set<Long> charged = new HashSet<>();
		Set<String> keys = new HashSet<>();
		List<String> payments = Files.readAllLines(this.directory.resolve("data/payments.log"));
		for (String payment : payments) {
			String[] fields = payment.split(" ", 3);
			long order = Long.parseLong(fields[1]);
			assertThat(keys.add(fields[0])).as("key %s was charged once", fields[0]).isTrue();
			assertThat(charged.add(order)).as("order %d was charged once", order).isTrue();
			assertThat(orders.get(order)).as("order %d is there", order).isNotNull();
			assertThat(orders.get(order).amountCents()).isEqualTo(Long.parseLong(fields[2]));
		}
		assertThat(charged).as("every order was charged").isEqualTo(orders.keySet());
		assertThat(names).as("every accepted order is there").containsAll(ledger.acceptedNames());
	}

	private KillableSample start(int round) throws IOException {
		return KillableSample.start(this.directory.resolve("data"), this.directory.resolve("output-" + round + ".txt"),
				SMALL);
	}

}
