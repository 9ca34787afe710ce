// SPDX-License-Identifier: Apache-2.0
/**
 * Checkpoints and snapshots, on a schedule and on demand.
 */
@NullMarked
package dev.wal.spring.checkpoint;

import org.jspecify.annotations.NullMarked;
