// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

import dev.wal.Lsn;
import dev.wal.spring.WalTemplate;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;

/**
 * Accepts orders and finds them.
 * <p>
 * Accepting an order has two steps. First it is appended to the log, which returns when
 * the order is on the disk. Then it is added to the state. A crash before the end of the
 * first step loses an order that was not accepted. A crash after it loses nothing,
 * because the next start replays the log.
 */
@Service
class OrderService {

	private final WalTemplate wal;

	private final OrderBook book;

	private final Recovery recovery;

	private final Clock clock;

	private final ObjectProvider<Fulfilment> fulfilment;

	/** Orders that are being appended, by their {@code clientOrderId}. */
	private final Map<String, CompletableFuture<Order>> underWay = new ConcurrentHashMap<>();

	OrderService(WalTemplate wal, OrderBook book, Recovery recovery, Clock clock,
			ObjectProvider<Fulfilment> fulfilment) {
		this.wal = wal;
		this.book = book;
		this.recovery = recovery;
		this.clock = clock;
		this.fulfilment = fulfilment;
	}

	/**
	 * Accept an order. When this returns, the order survives any crash.
	 * @param request the order
	 * @return the order, and whether it is new: if a client sends an order again with the
	 * same {@code clientOrderId}, it gets the order that was accepted first
	 * @throws OrderConflictException if the {@code clientOrderId} belongs to another
	 * order
	 * @throws dev.wal.WalException if the log rejects the order
	 */
	Placement place(OrderRequest request) {
		requireRecovered();
		return (request.clientOrderId() != null) ? placeOnce(request, request.clientOrderId())
				: new Placement(append(request), true);
	}

	private Placement placeOnce(OrderRequest request, String clientOrderId) {
		CompletableFuture<Order> mine = new CompletableFuture<>();
		CompletableFuture<Order> earlier = this.underWay.putIfAbsent(clientOrderId, mine);
		if (earlier != null) {
			return existing(await(earlier), request);
		}
		try {
			// Looked up here, because an earlier request leaves the map only after its
			// order is in the book.
			Order known = this.book.findByClientOrderId(clientOrderId);
			Order order = (known != null) ? known : append(request);
			mine.complete(order);
			return (known != null) ? existing(known, request) : new Placement(order, true);
		}
		catch (RuntimeException | Error ex) {
			mine.completeExceptionally(ex);
			throw ex;
		}
		finally {
			this.underWay.remove(clientOrderId);
		}
	}

	private Order append(OrderRequest request) {
		OrderPlaced placed = new OrderPlaced(request.customer(), request.item(), request.quantity(),
				request.amountCents(), request.clientOrderId(), this.clock.instant().truncatedTo(ChronoUnit.MILLIS));
		Fulfilment fulfilment = this.fulfilment.getIfAvailable();
		Lsn lsn = (fulfilment != null) ? fulfilment.begin(placed) : this.wal.append(placed);
		Order order = Order.of(lsn, placed);
		this.book.apply(order);
		return order;
	}

	private static Placement existing(Order order, OrderRequest request) {
		if (!order.matches(request)) {
			throw new OrderConflictException(order);
		}
		return new Placement(order, false);
	}

	private static Order await(CompletableFuture<Order> future) {
		try {
			return future.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	@Nullable Order find(long id) {
		requireRecovered();
		return this.book.find(id);
	}

	List<Order> page(long after, int limit) {
		requireRecovered();
		return this.book.page(after, limit);
	}

	Summary summary() {
		Recovery.Summary recovered = this.recovery.summary();
		if (recovered == null) {
			throw new NotRecoveredException();
		}
		OrderBook.Totals totals = this.book.totals();
		return new Summary(totals.count(), totals.amountCents(), totals.lastLsn(), recovered.orders());
	}

	private void requireRecovered() {
		if (!this.recovery.isComplete()) {
			throw new NotRecoveredException();
		}
	}

	/**
	 * The answer to an order.
	 *
	 * @param order the order as it was accepted
	 * @param created whether it is new
	 */
	record Placement(Order order, boolean created) {

	}

	/**
	 * All orders in numbers.
	 *
	 * @param count the number of orders
	 * @param totalAmountCents the sum of their amounts
	 * @param lastLsn the LSN of the last order, 0 if there is none
	 * @param recoveredCount the number of orders that the last start recovered
	 */
	record Summary(long count, long totalAmountCents, long lastLsn, long recoveredCount) {

	}

}
