// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import dev.wal.message.MessageEnvelope;

/**
 * Text in UTF-8. Strict both ways: nothing is replaced.
 */
final class Utf8Codec implements WalCodec {

	@Override
	public int id() {
		return MessageEnvelope.CODEC_UTF8;
	}

	@Override
	public boolean supports(Class<?> javaType) {
		return javaType == String.class;
	}

	@Override
	public byte[] encode(Object value) {
		try {
			ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap((String) value));
			byte[] bytes = new byte[encoded.remaining()];
			encoded.get(bytes);
			return bytes;
		}
		catch (CharacterCodingException ex) {
			throw new CodecException("the text has no UTF-8 form");
		}
	}

	@Override
	public String decode(ByteBuffer body, Class<?> javaType) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(body.duplicate()).toString();
		}
		catch (CharacterCodingException ex) {
			throw new CodecException("the body is not valid UTF-8");
		}
	}

	@Override
	public void verify(byte[] body, Class<?> javaType) {
		// What was encoded strictly can be decoded.
	}

}
