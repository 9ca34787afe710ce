// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.wal.spring.message.WalKey;
import dev.wal.spring.message.WalType;
import org.jspecify.annotations.Nullable;

/**
 * The value that is appended to the log. It has everything that a replay needs. Every
 * replay must give the same order, so the time is stored here, and the id of the order is
 * the LSN of the record.
 *
 * @param customer the customer
 * @param item the item
 * @param quantity the quantity
 * @param amountCents the total price in cents
 * @param clientOrderId the client's own id for the order, if it has one
 * @param placedAt when the service accepted it
 */
@WalType("order.placed")
@JsonInclude(JsonInclude.Include.NON_NULL)
record OrderPlaced(String customer, String item, int quantity, long amountCents, @WalKey @Nullable String clientOrderId,
		Instant placedAt) {

}
