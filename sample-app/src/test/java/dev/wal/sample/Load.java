// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Client threads that place one order after the other until they are stopped or the
 * service is gone.
 */
final class Load {

	private final ExecutorService threads;

	private final List<Future<?>> clients = new ArrayList<>();

	private volatile boolean stopped;

	private Load(int clients) {
		this.threads = Executors.newFixedThreadPool(clients);
	}

	static Load start(OrderClient service, Ledger ledger, int round, int clients) {
		Load load = new Load(clients);
		for (int client = 1; client <= clients; client++) {
			String name = "round-" + round + "-client-" + client;
			load.clients.add(load.threads.submit(() -> load.run(service, ledger, name)));
		}
		return load;
	}

	private void run(OrderClient service, Ledger ledger, String name) {
		long lastId = 0;
		for (int number = 1; !this.stopped; number++) {
			OrderRequest request = new OrderRequest(name, "Item " + number, 1 + number % 9, 100L * number,
					name + "-" + number);
			ledger.posting(request);
			HttpResponse<String> response;
			try {
				response = service.post(request);
			}
			catch (IOException ex) {
				return;
			}
			assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
			Order order = OrderClient.order(response);
			assertThat(order.id()).as("the orders of one client are in order").isGreaterThan(lastId);
			lastId = order.id();
			ledger.accepted(order);
		}
	}

	/**
	 * Wait until all clients have ended.
	 * @throws Exception if a client was told something wrong
	 */
	void stop() throws Exception {
		this.stopped = true;
		this.threads.shutdown();
		for (Future<?> client : this.clients) {
			client.get();
		}
	}

}
