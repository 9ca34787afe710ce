/**
 * Health of the write-ahead log.
 */
@NullMarked
package dev.wal.spring.boot.health;

import org.jspecify.annotations.NullMarked;
