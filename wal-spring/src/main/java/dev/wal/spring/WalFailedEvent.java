package dev.wal.spring;

/**
 * Published when a write or a force of the auto-configured log has failed, and with it
 * the log: every append is refused from then on. Listeners are called on a thread of
 * their own.
 *
 * @param cause the failure
 */
public record WalFailedEvent(Throwable cause) {
}
