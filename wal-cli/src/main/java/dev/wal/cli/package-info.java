// SPDX-License-Identifier: Apache-2.0
/**
 * The command line: looks at logs, verifies, repairs and imports them.
 */
@NullMarked
package dev.wal.cli;

import org.jspecify.annotations.NullMarked;
