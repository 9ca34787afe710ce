// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.wal.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * An accepted order.
 *
 * @param id the LSN of its record in the log, which makes it unique and gives the order
 * of acceptance
 * @param customer the customer
 * @param item the item
 * @param quantity the quantity
 * @param amountCents the total price in cents
 * @param clientOrderId the client's own id for the order, if it has one
 * @param placedAt when the service accepted it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Order(long id, String customer, String item, int quantity, long amountCents, @Nullable String clientOrderId,
		Instant placedAt) {

	static Order of(Lsn lsn, OrderPlaced placed) {
		return new Order(lsn.value(), placed.customer(), placed.item(), placed.quantity(), placed.amountCents(),
				placed.clientOrderId(), placed.placedAt());
	}

	/**
	 * Return whether a request is for the same order, so that the client may have sent it
	 * again.
	 */
	boolean matches(OrderRequest request) {
		return this.customer.equals(request.customer()) && this.item.equals(request.item())
				&& this.quantity == request.quantity() && this.amountCents == request.amountCents();
	}

}
