// SPDX-License-Identifier: Apache-2.0
/**
 * The only door to files: small enough for tests to record every call and to fail,
 * shorten or refuse any one of them.
 */
@NullMarked
package dev.wal.internal.io;

import org.jspecify.annotations.NullMarked;
