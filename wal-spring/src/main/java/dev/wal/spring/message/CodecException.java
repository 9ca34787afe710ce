// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

/**
 * A codec cannot encode or decode a value. The message names the place, never the
 * content, so it may be shown.
 */
final class CodecException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	CodecException(String message) {
		super(message);
	}

}
