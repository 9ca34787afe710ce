package dev.wal.sample;

/**
 * Snapshot and log do not make up the state, so the service must not start: it would
 * answer as if orders had never been placed, or give their numbers to others.
 */
class UnusableSnapshotException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	UnusableSnapshotException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * Return what to do about it.
	 */
	String action() {
		return this.action;
	}

}
