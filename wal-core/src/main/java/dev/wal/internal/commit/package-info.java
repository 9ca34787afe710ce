// SPDX-License-Identifier: Apache-2.0
/**
 * Group commit: gathers records, writes and forces them, and tells those that wait.
 */
@NullMarked
package dev.wal.internal.commit;

import org.jspecify.annotations.NullMarked;
