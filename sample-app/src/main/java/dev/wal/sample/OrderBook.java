// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

import dev.wal.Lsn;
import dev.wal.trace.TraceObserver;
import dev.wal.trace.TraceRecord;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The state of the service: all orders, in memory. Every start rebuilds it from a
 * snapshot and the log. Thread-safe.
 * <p>
 * Orders get their LSNs in the order of the log, but may be added in any order.
 * {@link #appliedLsn()} is the LSN up to which no order is missing. A reader that needs
 * all orders up to some LSN, such as a snapshot or a page, reads up to that LSN.
 */
@Component
class OrderBook implements TraceObserver {

	private final ConcurrentNavigableMap<Long, Order> orders = new ConcurrentSkipListMap<>();

	private final Map<String, Order> byClientOrderId = new ConcurrentHashMap<>();

	/** LSNs above {@link #appliedLsn} of records that are not orders. Guarded by this. */
	private final Set<Long> others = new HashSet<>();

	/** Written under the lock, like the totals; read without it. */
	private volatile long appliedLsn;

	private long count;

	private long totalAmountCents;

	/**
	 * Add an order, unless the book has it.
	 * @param order the order
	 * @return whether it was added
	 */
	synchronized boolean apply(Order order) {
		if (order.id() <= this.appliedLsn || this.orders.putIfAbsent(order.id(), order) != null) {
			return false;
		}
		if (order.clientOrderId() != null) {
			this.byClientOrderId.put(order.clientOrderId(), order);
		}
		this.count++;
		this.totalAmountCents += order.amountCents();
		advance();
		return true;
	}

	/**
	 * Take note that the record with an LSN is not an order.
	 * @param lsn the LSN
	 */
	synchronized void noOrder(long lsn) {
		if (lsn > this.appliedLsn) {
			this.others.add(lsn);
			advance();
		}
	}

	@Override
	public void written(Lsn lsn, TraceRecord entry) {
		noOrder(lsn.value());
	}

	private void advance() {
		long applied = this.appliedLsn;
		while (this.orders.containsKey(applied + 1) || this.others.remove(applied + 1)) {
			applied++;
		}
		this.appliedLsn = applied;
	}

	/**
	 * Start with the orders of a snapshot.
	 * @param restored exactly the orders up to an LSN, oldest first
	 * @param lsn the LSN
	 */
	synchronized void restore(List<Order> restored, long lsn) {
		if (!this.orders.isEmpty()) {
			throw new IllegalStateException("A snapshot can only be restored into an empty order book");
		}
		restored.forEach(this::apply);
		this.appliedLsn = lsn;
	}

	/**
	 * Continue without the orders that the log has lost: they are damaged, and the
	 * corruption policy skips them. No order will ever have these LSNs.
	 * @param lsn the last of these LSNs; the first is the one above {@link #appliedLsn()}
	 */
	synchronized void passOver(long lsn) {
		this.appliedLsn = Math.max(lsn, this.appliedLsn);
	}

	/**
	 * Return the LSN up to which no order is missing.
	 * @return the LSN, 0 before the first order
	 */
	long appliedLsn() {
		return this.appliedLsn;
	}

	/**
	 * Return the orders up to an LSN. They never change, so they can be read while others
	 * are added.
	 * @param lsn at most {@link #appliedLsn()}
	 * @return exactly the orders up to this LSN, in the order of their LSNs
	 */
	Collection<Order> upTo(long lsn) {
		return this.orders.headMap(lsn, true).values();
	}

	/**
	 * Return a page of orders. It ends before the first missing order, so a client that
	 * continues after the last order it saw never skips one.
	 * @param after the LSN after which the page starts
	 * @param limit the largest number of orders
	 * @return the orders, oldest first
	 */
	List<Order> page(long after, int limit) {
		long applied = this.appliedLsn;
		return (after >= applied) ? List.of()
				: this.orders.subMap(after, false, applied, true).values().stream().limit(limit).toList();
	}

	@Nullable Order find(long id) {
		return this.orders.get(id);
	}

	@Nullable Order findByClientOrderId(String clientOrderId) {
		return this.byClientOrderId.get(clientOrderId);
	}

	synchronized Totals totals() {
		return new Totals(this.count, this.totalAmountCents, this.orders.isEmpty() ? 0 : this.orders.lastKey());
	}

	/**
	 * The sums over all orders.
	 *
	 * @param count the number of orders
	 * @param amountCents the sum of their amounts
	 * @param lastLsn the LSN of the last order, 0 if there is none
	 */
	record Totals(long count, long amountCents, long lastLsn) {

	}

}
