// SPDX-License-Identifier: Apache-2.0
/**
 * The envelope of a message: what a record of type
 * {@value dev.wal.message.MessageEnvelope#RECORD_TYPE} has before its body. The template
 * of {@code wal-spring} writes it; the command line shows it.
 */
@NullMarked
package dev.wal.message;

import org.jspecify.annotations.NullMarked;
