// SPDX-License-Identifier: Apache-2.0
/**
 * Failure analyzers for applications that cannot start because of their write-ahead log.
 */
@NullMarked
package dev.wal.spring.boot.diagnostics;

import org.jspecify.annotations.NullMarked;
