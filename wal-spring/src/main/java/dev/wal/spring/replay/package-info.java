// SPDX-License-Identifier: Apache-2.0
/**
 * State comes back when the application starts: replay and snapshots.
 */
@NullMarked
package dev.wal.spring.replay;

import org.jspecify.annotations.NullMarked;
