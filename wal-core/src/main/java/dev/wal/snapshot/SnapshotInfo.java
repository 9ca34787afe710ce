// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.nio.file.Path;
import java.time.Instant;

import dev.wal.Lsn;

/**
 * One snapshot that is kept.
 *
 * @param file the file that holds it
 * @param lsn the LSN of the last record that the content reflects
 * @param time when it was written
 * @param length the length of the content in bytes
 */
public record SnapshotInfo(Path file, Lsn lsn, Instant time, long length) {
}
