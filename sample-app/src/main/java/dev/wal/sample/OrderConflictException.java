package dev.wal.sample;

/**
 * A client used its name for an order a second time, for another order.
 */
class OrderConflictException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	OrderConflictException(Order existing) {
		super("The clientOrderId is already that of order " + existing.id()
				+ ", which differs from this one. Nothing was changed. Send a new order under a new clientOrderId.");
	}

}
