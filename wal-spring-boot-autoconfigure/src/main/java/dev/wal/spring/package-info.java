/**
 * What applications use of the write-ahead log in Spring: replay, checkpoints, typed
 * appends, events and customizers.
 */
@NullMarked
package dev.wal.spring;

import org.jspecify.annotations.NullMarked;
