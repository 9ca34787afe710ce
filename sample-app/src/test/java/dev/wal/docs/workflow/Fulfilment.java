// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.workflow;

import java.util.concurrent.Executor;

import dev.wal.spring.workflow.WalTraceHandler;
import dev.wal.trace.RecoveryAction;
import dev.wal.trace.Trace;
import dev.wal.trace.TraceJournal;
import dev.wal.trace.TraceState;

import org.springframework.stereotype.Component;

@Component
class Fulfilment implements WalTraceHandler {

	static final int RESERVE = 1;

	static final int CHARGE = 2;

	static final int SHIP = 3;

	private final TraceJournal journal;

	private final Warehouse warehouse;

	private final Payments payments;

	private final Executor executor;

	Fulfilment(TraceJournal journal, Warehouse warehouse, Payments payments, Executor executor) {
		this.journal = journal;
		this.warehouse = warehouse;
		this.payments = payments;
		this.executor = executor;
	}

	void start(String order) {
		Trace trace = this.journal.begin("order", order);
		this.executor.execute(() -> fulfil(trace, order));
	}

	private void fulfil(Trace trace, String order) {
		trace.run(RESERVE, () -> this.warehouse.reserve(order));
		// May be called twice.
		trace.run(CHARGE, () -> this.payments.charge(trace.id() + "/" + CHARGE, order));
		trace.run(SHIP, () -> this.warehouse.ship(order));
		trace.complete();
	}

	@Override
	public boolean supports(TraceState trace) {
		return "order".equals(trace.name());
	}

	// At the start, for each open trace.
	@Override
	public void recover(TraceState trace, RecoveryAction action) {
		this.executor.execute(() -> fulfil(this.journal.trace(trace.traceId()), trace.data()));
	}

	interface Warehouse {

		void reserve(String order);

		void ship(String order);

	}

	interface Payments {

		void charge(String key, String order);

	}

}
