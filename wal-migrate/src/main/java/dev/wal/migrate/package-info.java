// SPDX-License-Identifier: Apache-2.0
/**
 * Imports the records of four older logs: {@link dev.wal.migrate.LegacyImport} copies
 * them into a log of this project, {@link dev.wal.migrate.LegacyLogReader} only reads
 * them. No file of an older log is ever changed, and everything that is not imported is
 * reported: with its file, its offset and the reason.
 */
@NullMarked
package dev.wal.migrate;

import org.jspecify.annotations.NullMarked;
