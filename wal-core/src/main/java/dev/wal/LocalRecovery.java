// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * What opening a log in files found and did, beside the {@link RecoveryReport} that every
 * engine has.
 *
 * @param segments the number of segments
 * @param scannedSegments the number of segments that were verified completely
 */
public record LocalRecovery(int segments, int scannedSegments) {
}
