// SPDX-License-Identifier: Apache-2.0
/**
 * Auto-configuration for the write-ahead log.
 */
@NullMarked
package dev.wal.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
