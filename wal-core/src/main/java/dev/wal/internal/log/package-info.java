// SPDX-License-Identifier: Apache-2.0
/**
 * Puts the parts together: opens, reads, appends and closes.
 */
@NullMarked
package dev.wal.internal.log;

import org.jspecify.annotations.NullMarked;
