// SPDX-License-Identifier: Apache-2.0
/**
 * Snapshots of what an application made of the log, so that a start need not replay all
 * of it and old segments can be deleted: {@link dev.wal.snapshot.SnapshotStore} keeps the
 * newest ones beside the log that they belong to.
 */
@NullMarked
package dev.wal.snapshot;

import org.jspecify.annotations.NullMarked;
