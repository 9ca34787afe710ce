// SPDX-License-Identifier: Apache-2.0
/**
 * The write-ahead log in Spring: typed appends, customizers and events.
 */
@NullMarked
package dev.wal.spring;

import org.jspecify.annotations.NullMarked;
