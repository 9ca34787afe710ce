package dev.wal.sample;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The fact that goes into the log. It has everything that replay needs: an order must
 * come out the same however often it is replayed, so its time is taken once, here, and
 * its number is the LSN of the record.
 *
 * @param customer who ordered
 * @param item what was ordered
 * @param quantity how many of it
 * @param amountCents the price of it all, in cents
 * @param clientOrderId the client's own name for the order, if it gave one
 * @param placedAt when the service took it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OrderPlaced(String customer, String item, int quantity, long amountCents, @Nullable String clientOrderId,
		Instant placedAt) {

}
