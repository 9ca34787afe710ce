// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Turns values of one kind into payloads and back, under a record type of its own.
 * Implementations are thread-safe.
 *
 * @param <T> the kind of value
 */
public interface WalSerializer<T> {

	/**
	 * Return the record type that marks these values in the log.
	 * @return a number from 0 to 255
	 */
	int type();

	/**
	 * Encode a value.
	 * @param value the value
	 * @return the payload
	 */
	byte[] serialize(T value);

	/**
	 * Decode a payload.
	 * @param payload the payload, from its position to its limit
	 * @return the value
	 * @throws RuntimeException if the payload is not one that {@link #serialize} wrote
	 */
	T deserialize(ByteBuffer payload);

	/**
	 * Return a serializer for text. Both ways are strict: text that has no UTF-8 form and
	 * bytes that are not UTF-8 are errors, never replaced.
	 * @param type the record type
	 * @return the serializer
	 */
	static WalSerializer<String> utf8(int type) {
		int checked = WalRecord.checkType(type);
		return new WalSerializer<>() {

			@Override
			public int type() {
				return checked;
			}

			@Override
			public byte[] serialize(String value) {
				try {
					ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
					byte[] bytes = new byte[encoded.remaining()];
					encoded.get(bytes);
					return bytes;
				}
				catch (CharacterCodingException ex) {
					throw new IllegalArgumentException("The text has no UTF-8 form: " + ex.getMessage(), ex);
				}
			}

			@Override
			public String deserialize(ByteBuffer payload) {
				try {
					return StandardCharsets.UTF_8.newDecoder().decode(payload.duplicate()).toString();
				}
				catch (CharacterCodingException ex) {
					throw new IllegalArgumentException("The payload is not valid UTF-8: " + ex.getMessage(), ex);
				}
			}

		};
	}

}
