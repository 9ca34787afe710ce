// SPDX-License-Identifier: Apache-2.0
/**
 * Actuator endpoints for the write-ahead log.
 */
@NullMarked
package dev.wal.spring.boot.actuate.endpoint;

import org.jspecify.annotations.NullMarked;
