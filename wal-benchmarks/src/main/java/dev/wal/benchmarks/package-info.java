// SPDX-License-Identifier: Apache-2.0
/**
 * Measures the log beside the floor, that is beside what the same disk does without any
 * log, and beside other logs.
 */
@NullMarked
package dev.wal.benchmarks;

import org.jspecify.annotations.NullMarked;
