/**
 * A small order service that loses nothing: it accepts an order only when it is in the
 * write-ahead log, rebuilds its state by replay, and takes its checkpoint from a snapshot
 * of that state. Run it first, then break it on purpose.
 */
@NullMarked
package dev.wal.sample;

import org.jspecify.annotations.NullMarked;
