// SPDX-License-Identifier: Apache-2.0
/**
 * Which segments a checkpoint and the limits release, and who still needs them.
 */
@NullMarked
package dev.wal.internal.retention;

import org.jspecify.annotations.NullMarked;
