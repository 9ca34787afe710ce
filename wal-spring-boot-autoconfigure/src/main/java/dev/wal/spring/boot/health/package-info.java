// SPDX-License-Identifier: Apache-2.0
/**
 * Health of the write-ahead log.
 */
@NullMarked
package dev.wal.spring.boot.health;

import org.jspecify.annotations.NullMarked;
