// SPDX-License-Identifier: Apache-2.0
/**
 * A small order service that loses no accepted order. It accepts an order when the order
 * is in the write-ahead log, rebuilds its state by replay, and takes checkpoints from
 * snapshots of that state. Run it, then try to break it.
 */
@NullMarked
package dev.wal.sample;

import org.jspecify.annotations.NullMarked;
