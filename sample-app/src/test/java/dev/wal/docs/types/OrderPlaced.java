// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.types;

import dev.wal.spring.message.WalKey;
import dev.wal.spring.message.WalType;

@WalType(value = "order.placed", version = 2)
record OrderPlaced(@WalKey String orderId, long cents, String currency) {

}
