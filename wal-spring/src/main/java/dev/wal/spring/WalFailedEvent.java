// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring;

/**
 * Published when a write or a force of the auto-configured log has failed. The log
 * rejects all appends until it is reopened. Listeners are called on a separate thread,
 * which holds no lock of the log.
 *
 * @param cause the failure
 */
public record WalFailedEvent(Throwable cause) {
}
