// SPDX-License-Identifier: Apache-2.0
/**
 * The log as a bean: it opens, suspends and closes with the application context.
 */
@NullMarked
package dev.wal.spring.lifecycle;

import org.jspecify.annotations.NullMarked;
