/**
 * Health, metrics and endpoints for the write-ahead log.
 */
@NullMarked
package dev.wal.spring.actuate;

import org.jspecify.annotations.NullMarked;
