// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring;

/**
 * Published when the auto-configured log has failed: a write or a force failed, or its
 * directory is lost. The log rejects all appends until it is reopened. Listeners are
 * called on a separate thread, which holds no lock of the log.
 *
 * @param cause the failure
 */
public record WalFailedEvent(Throwable cause) {
}
