// SPDX-License-Identifier: Apache-2.0
/**
 * The files of one directory: their names, segments, the blocks in them, and the files
 * that come next.
 */
@NullMarked
package dev.wal.internal.segment;

import org.jspecify.annotations.NullMarked;
