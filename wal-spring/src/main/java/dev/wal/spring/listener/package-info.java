// SPDX-License-Identifier: Apache-2.0
/**
 * Listeners for the records that this run of the application appends.
 */
@NullMarked
package dev.wal.spring.listener;

import org.jspecify.annotations.NullMarked;
