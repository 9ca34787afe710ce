// SPDX-License-Identifier: Apache-2.0
package dev.wal.types.before;

import dev.wal.spring.message.WalType;

/**
 * An order, before its class was moved.
 *
 * @param orderId the order
 */
@WalType("order.placed")
public record OrderPlaced(String orderId) {

}
