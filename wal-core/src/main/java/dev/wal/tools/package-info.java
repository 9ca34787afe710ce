// SPDX-License-Identifier: Apache-2.0
/**
 * Tools for operators: list, verify and repair the directory of a log, and check the disk
 * below it.
 */
@NullMarked
package dev.wal.tools;

import org.jspecify.annotations.NullMarked;
