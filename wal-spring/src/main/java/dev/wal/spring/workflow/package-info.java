// SPDX-License-Identifier: Apache-2.0
/**
 * Recovery of the traces that earlier runs left open.
 */
@NullMarked
package dev.wal.spring.workflow;

import org.jspecify.annotations.NullMarked;
