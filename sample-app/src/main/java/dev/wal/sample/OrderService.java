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
 * Takes orders and looks them up.
 * <p>
 * An order is accepted by two steps in this order: it is appended to the log, which
 * returns once the disk has it, and then it is added to the state. A crash before the
 * first step loses an order that nobody was promised; a crash after it loses nothing,
 * because the next start replays the log.
 */
@Service
class OrderService {

	private final WalTemplate wal;

	private final OrderBook book;

	private final Recovery recovery;

	private final Clock clock;

	private final ObjectProvider<Fulfilment> fulfilment;

	/** Orders on their way into the log, by the name that their client gave them. */
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
	 * Take an order. When this returns, the order survives whatever happens.
	 * @param request the order
	 * @return the order, and whether it is new: a client that sends an order again under
	 * the same {@code clientOrderId} gets the one that was accepted the first time
	 * @throws OrderConflictException if the {@code clientOrderId} is that of another
	 * order
	 * @throws dev.wal.WalException if the log does not take the order
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
			// Only now: an earlier request leaves the map after it has entered the book.
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
	 * All orders in figures.
	 *
	 * @param count the number of orders
	 * @param totalAmountCents the sum of their amounts
	 * @param lastLsn the LSN of the last one, 0 if there is none
	 * @param recoveredCount how many of them the last start recovered
	 */
	record Summary(long count, long totalAmountCents, long lastLsn, long recoveredCount) {

	}

}
