// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of the service that knows nothing but its HTTP API.
 */
class OrderClient {

	private static final JsonMapper json = JsonMapper.builder().build();

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(5))
		.build();

	private final String root;

	OrderClient(int port) {
		this.root = "http://127.0.0.1:" + port;
	}

	/**
	 * Send an order.
	 * @throws IOException if there was no answer: the order may have been accepted or not
	 */
	HttpResponse<String> post(OrderRequest request) throws IOException {
		return send(HttpRequest.newBuilder(URI.create(this.root + "/orders"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(request))));
	}

	Order place(OrderRequest request) throws IOException {
		HttpResponse<String> response = post(request);
		assertThat(response.statusCode()).as(response.body()).isIn(200, 201);
		return order(response);
	}

	List<Order> place(int from, int to) throws IOException {
		List<Order> orders = new ArrayList<>();
		for (int number : IntStream.rangeClosed(from, to).toArray()) {
			orders.add(place(Orders.request(number)));
		}
		return orders;
	}

	HttpResponse<String> get(String path) throws IOException {
		return send(HttpRequest.newBuilder(URI.create(this.root + path)));
	}

	JsonNode getJson(String path) throws IOException {
		HttpResponse<String> response = get(path);
		assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
		return json.readTree(response.body());
	}

	OrderService.Summary summary() throws IOException {
		return json.treeToValue(getJson("/summary"), OrderService.Summary.class);
	}

	List<Order> orders() throws IOException {
		List<Order> orders = new ArrayList<>();
		Order[] page;
		do {
			long after = orders.isEmpty() ? 0 : orders.get(orders.size() - 1).id();
			page = json.treeToValue(getJson("/orders?limit=1000&after=" + after), Order[].class);
			orders.addAll(List.of(page));
		}
		while (page.length > 0);
		return orders;
	}

	static Order order(HttpResponse<String> response) {
		return json.readValue(response.body(), Order.class);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
		try {
			return this.http.send(request.timeout(Duration.ofSeconds(20)).build(),
					HttpResponse.BodyHandlers.ofString());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
	}

}
