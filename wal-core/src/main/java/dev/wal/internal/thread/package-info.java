// SPDX-License-Identifier: Apache-2.0
/**
 * How the log treats threads: it never interrupts one, knows virtual ones, and wakes
 * followers.
 */
@NullMarked
package dev.wal.internal.thread;

import org.jspecify.annotations.NullMarked;
