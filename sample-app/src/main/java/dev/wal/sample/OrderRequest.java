package dev.wal.sample;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends. Numbers are boxed so that a missing one is reported as missing.
 *
 * @param customer who orders
 * @param item what is ordered; as long as the log takes records
 * @param quantity how many of it
 * @param amountCents the price of it all, in cents; bounded so that no sum overflows
 * @param clientOrderId the client's own name for the order, which makes it safe to send
 * the order again when the answer got lost
 */
record OrderRequest(@NotBlank @Size(max = 200) String customer, @NotBlank String item,
		@NotNull @Positive Integer quantity, @NotNull @PositiveOrZero @Max(1_000_000_000_000L) Long amountCents,
		@Nullable @Size(min = 1, max = 100) String clientOrderId) {

}
