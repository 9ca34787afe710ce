/**
 * Recovery of the traces that earlier runs left open.
 */
@NullMarked
package dev.wal.spring.workflow;

import org.jspecify.annotations.NullMarked;
