// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.wal.Lsn;
import dev.wal.WalBatch;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.workflow.WalTraceHandler;
import dev.wal.trace.RecoveryAction;
import dev.wal.trace.Trace;
import dev.wal.trace.TraceJournal;
import dev.wal.trace.TraceState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.stereotype.Component;

/**
 * Fulfils orders: reserve, charge, ship. Each order is a trace in the journal. The trace
 * starts in the same batch of the log as the order, so every accepted order has one.
 * After a crash a trace continues after the last node whose end is in the journal.
 * <p>
 * A node that started before the crash runs again, although it may have done its work: no
 * program can charge a card and write "charged" in one step. So both requests for the
 * payment have the same key, and the provider charges each key once.
 */
@Component
@ConditionalOnBooleanProperty(name = "sample.fulfilment.enabled")
class Fulfilment implements WalTraceHandler, DisposableBean {

	static final long RESERVE = 1;

	static final long CHARGE = 2;

	static final long SHIP = 3;

	private static final Logger logger = LoggerFactory.getLogger(Fulfilment.class);

	private static final String NAME = "order";

	private static final int WORKERS = 8;

	private static final int WAITING = 1000;

	private final TraceJournal journal;

	private final WalTemplate wal;

	private final PaymentProvider payments;

	private final Duration nodeTime;

	/** When the queue is full, the thread that places an order fulfils it. */
	private final ThreadPoolExecutor workers = new ThreadPoolExecutor(WORKERS, WORKERS, 0, TimeUnit.SECONDS,
			new ArrayBlockingQueue<>(WAITING), new ThreadPoolExecutor.CallerRunsPolicy());

	/** Traces of orders that are not fulfilled, by the id of the order. */
	private final Map<Long, UUID> open = new ConcurrentHashMap<>();

	Fulfilment(TraceJournal journal, WalTemplate wal, PaymentProvider payments, SampleProperties properties) {
		this.journal = journal;
		this.wal = wal;
		this.payments = payments;
		this.nodeTime = properties.fulfilment().nodeTime();
	}

	/**
	 * Append an order together with the start of its fulfilment.
	 * @param placed the order
	 * @return the LSN of the order
	 */
	Lsn begin(OrderPlaced placed) {
		WalBatch order = this.wal.toBatch(List.of(placed));
		Trace trace = this.journal.begin(NAME, Long.toString(placed.amountCents()), order);
		long id = orderOf(trace.firstLsn());
		submit(trace, id, placed.amountCents());
		return Lsn.of(id);
	}

	@Override
	public boolean supports(TraceState trace) {
		return NAME.equals(trace.name());
	}

	/** The same for each action: nodes that have completed are skipped. */
	@Override
	public void recover(TraceState trace, RecoveryAction action) {
		long amount = Long.parseLong(Objects.requireNonNull(trace.data()));
		submit(this.journal.trace(trace.traceId()), orderOf(trace.firstLsn()), amount);
	}

	private static long orderOf(Lsn traceStart) {
		return traceStart.value() - 1;
	}

	private void submit(Trace trace, long order, long amountCents) {
		this.open.put(order, trace.id());
		this.workers.execute(() -> fulfil(trace, order, amountCents));
	}

	private void fulfil(Trace trace, long order, long amountCents) {
		try {
			trace.run(RESERVE, this::takeTime);
			trace.run(CHARGE, () -> {
				this.payments.charge(trace.id() + "/" + CHARGE, order, amountCents);
				takeTime();
			});
			trace.run(SHIP, this::takeTime);
			trace.complete();
			this.open.remove(order);
		}
		catch (InterruptedException ex) {
			// The service stops. The next start continues here.
			Thread.currentThread().interrupt();
		}
		catch (Exception ex) {
			logger.warn("Order {} is not fulfilled ({}). The next start continues with it", order,
					ex.getClass().getName());
		}
	}

	private void takeTime() throws InterruptedException {
		TimeUnit.NANOSECONDS.sleep(this.nodeTime.toNanos());
	}

	/**
	 * Return the state of an accepted order. An order without an open trace is shipped.
	 */
	State state(long order) {
		UUID traceId = this.open.get(order);
		return (traceId != null) ? this.journal.openTrace(traceId).map(Fulfilment::state).orElse(State.SHIPPED)
				: State.SHIPPED;
	}

	private static State state(TraceState trace) {
		if (trace.completedNodes().containsKey(SHIP)) {
			return State.SHIPPED;
		}
		if (trace.completedNodes().containsKey(CHARGE)) {
			return State.CHARGED;
		}
		return trace.completedNodes().containsKey(RESERVE) ? State.RESERVED : State.PLACED;
	}

	int openCount() {
		return this.open.size();
	}

	@Override
	public void destroy() throws InterruptedException {
		this.workers.shutdownNow();
		this.workers.awaitTermination(10, TimeUnit.SECONDS);
	}

	/**
	 * The state of an order.
	 */
	enum State {

		PLACED, RESERVED, CHARGED, SHIPPED

	}

}
