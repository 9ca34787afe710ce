// SPDX-License-Identifier: Apache-2.0
/**
 * After a crash: finds what is there, judges it, then makes it ready for appends.
 */
@NullMarked
package dev.wal.internal.recovery;

import org.jspecify.annotations.NullMarked;
