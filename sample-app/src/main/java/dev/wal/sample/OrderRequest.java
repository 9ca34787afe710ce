// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * The request of a client. Numbers are boxed, so that a missing number is reported as
 * missing.
 *
 * @param customer the customer
 * @param item the item; the record size of the log limits its length
 * @param quantity the quantity
 * @param amountCents the total price in cents; limited, so that no sum overflows
 * @param clientOrderId the client's own id for the order; with it, the client can safely
 * send the order again when an answer is lost
 */
record OrderRequest(@NotBlank @Size(max = 200) String customer, @NotBlank String item,
		@NotNull @Positive Integer quantity, @NotNull @PositiveOrZero @Max(1_000_000_000_000L) Long amountCents,
		@Nullable @Size(min = 1, max = 100) String clientOrderId) {

}
