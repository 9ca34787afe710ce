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
 * @param customer who ordered
 * @param item what was ordered
 * @param quantity how many of it
 * @param amountCents the price of it all, in cents
 * @param clientOrderId the client's own name for the order, if it gave one
 * @param placedAt when the service took it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Order(long id, String customer, String item, int quantity, long amountCents, @Nullable String clientOrderId,
		Instant placedAt) {

	static Order of(Lsn lsn, OrderPlaced placed) {
		return new Order(lsn.value(), placed.customer(), placed.item(), placed.quantity(), placed.amountCents(),
				placed.clientOrderId(), placed.placedAt());
	}

	/**
	 * Return whether a request asks for just this order, so that it may be a client that
	 * sends it again.
	 */
	boolean matches(OrderRequest request) {
		return this.customer.equals(request.customer()) && this.item.equals(request.item())
				&& this.quantity == request.quantity() && this.amountCents == request.amountCents();
	}

}
