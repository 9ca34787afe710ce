// SPDX-License-Identifier: Apache-2.0
/**
 * Records out of segments. Knows nothing of the writer.
 */
@NullMarked
package dev.wal.internal.read;

import org.jspecify.annotations.NullMarked;
