/**
 * Auto-configuration for the write-ahead log.
 */
@NullMarked
package dev.wal.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
