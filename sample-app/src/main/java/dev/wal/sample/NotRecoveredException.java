package dev.wal.sample;

/**
 * The orders are still being read back.
 */
class NotRecoveredException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	NotRecoveredException() {
		super("The orders are still being read back from the log. Try again in a moment.");
	}

}
