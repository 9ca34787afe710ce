// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

/**
 * A client used a {@code clientOrderId} twice, for different orders.
 */
class OrderConflictException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	OrderConflictException(Order existing) {
		super("The clientOrderId already belongs to order " + existing.id()
				+ ", which differs from this one. Nothing was changed. Send a new order under a new clientOrderId.");
	}

}
