// SPDX-License-Identifier: Apache-2.0
/**
 * Meters of the write-ahead log.
 */
@NullMarked
package dev.wal.spring.boot.metrics;

import org.jspecify.annotations.NullMarked;
