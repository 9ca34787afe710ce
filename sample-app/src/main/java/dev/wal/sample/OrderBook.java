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
 * The state of the service: all orders, in memory, rebuilt from a snapshot and the log at
 * every start. Thread-safe.
 * <p>
 * Requests get their LSNs in the order of the log but come here in any order. So adding
 * an order commutes with adding another, and {@link #appliedLsn()} tells up to where none
 * is missing. Whoever needs a prefix of the log, as a snapshot or a client that pages
 * through all orders does, reads up to that LSN and no further.
 */
@Component
class OrderBook implements TraceObserver {

	private final ConcurrentNavigableMap<Long, Order> orders = new ConcurrentSkipListMap<>();

	private final Map<String, Order> byClientOrderId = new ConcurrentHashMap<>();

	/** LSNs above {@link #appliedLsn} that no order has. Guarded by this. */
	private final Set<Long> others = new HashSet<>();

	/** Guarded by this, and so are the totals; volatile for those who only read it. */
	private volatile long appliedLsn;

	private long count;

	private long totalAmountCents;

	/**
	 * Add an order, unless it is already there.
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
	 * Know that the record at an LSN is not an order.
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
	 * Begin with the orders of a snapshot.
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
	 * Go on without the orders that the log has given up: damaged ones, where its
	 * corruption policy allows that. There will never be any at these LSNs.
	 * @param lsn the last of them, the first being the one above {@link #appliedLsn()}
	 */
	synchronized void passOver(long lsn) {
		this.appliedLsn = Math.max(lsn, this.appliedLsn);
	}

	/**
	 * Return the LSN up to which every order has been added.
	 * @return the LSN, 0 before the first order
	 */
	long appliedLsn() {
		return this.appliedLsn;
	}

	/**
	 * Return the orders up to an LSN. They never change again, so they can be read at
	 * leisure while others are added.
	 * @param lsn at most {@link #appliedLsn()}
	 * @return exactly the orders with LSNs up to there, in that order
	 */
	Collection<Order> upTo(long lsn) {
		return this.orders.headMap(lsn, true).values();
	}

	/**
	 * Return a page of orders. It ends where an order is still missing, so that a client
	 * that goes on after the last one it saw never skips any.
	 * @param after the LSN after which the page begins
	 * @param limit the number of orders at most
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
	 * What all orders add up to.
	 *
	 * @param count the number of orders
	 * @param amountCents the sum of their amounts
	 * @param lastLsn the LSN of the last one, 0 if there is none
	 */
	record Totals(long count, long amountCents, long lastLsn) {

	}

}
