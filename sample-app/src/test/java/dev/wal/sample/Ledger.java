// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clients sent and what they were told: the truth that the service is held to.
 */
class Ledger {

	/** By clientOrderId. */
	private final Map<String, OrderRequest> posted = new ConcurrentHashMap<>();

	/** By clientOrderId. */
	private final Map<String, Order> accepted = new ConcurrentHashMap<>();

	void posting(OrderRequest request) {
		this.posted.put(name(request), request);
	}

	void accepted(Order order) {
		Order before = this.accepted.put(Objects.requireNonNull(order.clientOrderId()), order);
		if (before != null) {
			assertThat(order).as("answered a second time").isEqualTo(before);
		}
	}

	int acceptedCount() {
		return this.accepted.size();
	}

	Set<String> acceptedNames() {
		return Set.copyOf(this.accepted.keySet());
	}

	/**
	 * Return the orders that got no answer. They may have been accepted or not.
	 */
	List<OrderRequest> unanswered() {
		return this.posted.values().stream().filter((request) -> !this.accepted.containsKey(name(request))).toList();
	}

	/**
	 * Hold the service to what its clients were told.
	 * @param orders all orders of the service
	 * @param summary what it says that they add up to
	 */
	void verify(List<Order> orders, OrderService.Summary summary) {
		Map<String, Order> found = new ConcurrentHashMap<>();
		long sum = 0;
		long last = 0;
		for (Order order : orders) {
			assertThat(order.id()).as("ids are dense and in order").isEqualTo(last + 1);
			last = order.id();
			sum += order.amountCents();
			String name = Objects.requireNonNull(order.clientOrderId());
			assertThat(found.put(name, order)).as("%s is there twice", name).isNull();
			OrderRequest request = this.posted.get(name);
			assertThat(request).as("%s was never posted", name).isNotNull();
			assertThat(order.matches(request)).as("%s is as it was posted", name).isTrue();
		}
		this.accepted
			.forEach((name, order) -> assertThat(found.get(name)).as("%s was accepted", name).isEqualTo(order));
		assertThat(summary.count()).isEqualTo(orders.size());
		assertThat(summary.totalAmountCents()).isEqualTo(sum);
		assertThat(summary.lastLsn()).isEqualTo(last);
	}

	private static String name(OrderRequest request) {
		return Objects.requireNonNull(request.clientOrderId());
	}

}
