// SPDX-License-Identifier: Apache-2.0
/**
 * The public API of the write-ahead log: open a {@link dev.wal.WriteAheadLog} with a
 * {@link dev.wal.WalBuilder}, append records to it, read them back, and release what has
 * been applied.
 */
@NullMarked
package dev.wal;

import org.jspecify.annotations.NullMarked;
