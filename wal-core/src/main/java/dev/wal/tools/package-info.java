// SPDX-License-Identifier: Apache-2.0
/**
 * What looks at the directory of a log from outside: lists, verifies and repairs it.
 */
@NullMarked
package dev.wal.tools;

import org.jspecify.annotations.NullMarked;
