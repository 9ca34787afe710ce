// SPDX-License-Identifier: Apache-2.0
/**
 * What the bytes on the disk mean: headers, blocks, checksums and codecs. Opens no file.
 */
@NullMarked
package dev.wal.internal.format;

import org.jspecify.annotations.NullMarked;
