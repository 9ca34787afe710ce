// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.nio.ByteBuffer;

/**
 * Turns values into the bodies of messages and back. Beans of this type come before the
 * codecs of the log itself, which are for bytes, text and JSON. Thread-safe.
 */
public interface WalCodec {

	/**
	 * Return the number that marks its bodies in the log. Never change it.
	 * @return from 16 to 255; no other codec has it
	 */
	int id();

	/**
	 * Return whether this codec takes the values of a class. Asked once, when the
	 * application starts.
	 * @param javaType the class, which has a name in the log
	 * @return whether it does
	 */
	boolean supports(Class<?> javaType);

	/**
	 * Check that values of a class can be read as they are written. Called when the
	 * application starts.
	 * @param javaType a class that this codec supports
	 * @throws WalTypeDefinitionException if they cannot
	 */
	default void check(Class<?> javaType) {
	}

	/**
	 * Encode a value.
	 * @param value the value
	 * @return the body
	 * @throws RuntimeException if it has no encoded form; nothing is appended
	 */
	byte[] encode(Object value);

	/**
	 * Decode a body.
	 * @param body the body, from its position to its limit
	 * @param javaType the class of the value
	 * @return the value
	 * @throws RuntimeException if the body is not that of such a value
	 */
	Object decode(ByteBuffer body, Class<?> javaType);

	/**
	 * Check that a body can be read, before it is appended. A codec that knows a cheaper
	 * way than to decode it may take that.
	 * @param body what {@link #encode} returned
	 * @param javaType the class of the value
	 * @throws RuntimeException if it cannot be read; nothing is appended
	 */
	default void verify(byte[] body, Class<?> javaType) {
		decode(ByteBuffer.wrap(body), javaType);
	}

}
