// SPDX-License-Identifier: Apache-2.0
package dev.wal.before;

import dev.wal.spring.message.WalKey;
import dev.wal.spring.message.WalType;

/**
 * What the documentation has, as the release before had it. Not in its packages, so that
 * only one class has the name.
 */
@WalType("order.placed")
public record OrderPlaced(@WalKey String orderId, long cents) {

}
