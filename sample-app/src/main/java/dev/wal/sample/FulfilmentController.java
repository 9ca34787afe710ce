// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import dev.wal.spring.workflow.WalTraceRecovery;
import dev.wal.trace.TraceRecoveryReport;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * The states of orders over HTTP.
 */
@RestController
@ConditionalOnBooleanProperty(name = "sample.fulfilment.enabled")
class FulfilmentController {

	private final Fulfilment fulfilment;

	private final PaymentProvider payments;

	private final OrderService orders;

	private final WalTraceRecovery recovery;

	FulfilmentController(Fulfilment fulfilment, PaymentProvider payments, OrderService orders,
			WalTraceRecovery recovery) {
		this.fulfilment = fulfilment;
		this.payments = payments;
		this.orders = orders;
		this.recovery = recovery;
	}

	@GetMapping("/fulfilment")
	Progress progress() {
		TraceRecoveryReport report = this.recovery.report();
		return new Progress(this.fulfilment.openCount(), (report != null) ? report.recovered().size() : 0,
				this.payments.count(), this.payments.repeated());
	}

	@GetMapping("/orders/{id}/fulfilment")
	OrderState state(@PathVariable long id) {
		if (this.orders.find(id) == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no order " + id + ".");
		}
		return new OrderState(id, this.fulfilment.state(id));
	}

	/**
	 * All orders in numbers.
	 *
	 * @param open the number of orders that are not fulfilled
	 * @param resumed the number of orders that the last start continued
	 * @param charged the number of charged orders
	 * @param askedAgain the number of requests since the start for orders that were
	 * already charged
	 */
	record Progress(int open, int resumed, long charged, long askedAgain) {

	}

	/**
	 * One order.
	 *
	 * @param order the order
	 * @param state its state
	 */
	record OrderState(long order, Fulfilment.State state) {

	}

}
