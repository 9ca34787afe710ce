// SPDX-License-Identifier: Apache-2.0
/**
 * Values as records: names for classes, codecs, JSON, and what changes over time.
 */
@NullMarked
package dev.wal.spring.message;

import org.jspecify.annotations.NullMarked;
