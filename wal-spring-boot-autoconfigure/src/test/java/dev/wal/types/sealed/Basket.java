// SPDX-License-Identifier: Apache-2.0
package dev.wal.types.sealed;

import java.util.List;

import dev.wal.spring.message.WalType;

/**
 * Keeps the application from starting.
 *
 * @param lines what is in it
 */
@WalType("basket")
public record Basket(List<Line> lines) {

	record Line(Discount discount) {

	}

	sealed interface Discount permits Percent {

	}

	record Percent(int percent) implements Discount {

	}

}
