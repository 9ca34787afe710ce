// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.nio.ByteBuffer;

import dev.wal.message.MessageEnvelope;

/**
 * Bytes as they are.
 */
final class BytesCodec implements WalCodec {

	@Override
	public int id() {
		return MessageEnvelope.CODEC_BYTES;
	}

	@Override
	public boolean supports(Class<?> javaType) {
		return javaType == byte[].class || ByteBuffer.class.isAssignableFrom(javaType);
	}

	@Override
	public byte[] encode(Object value) {
		return (value instanceof ByteBuffer buffer) ? bytes(buffer) : ((byte[]) value).clone();
	}

	@Override
	public byte[] decode(ByteBuffer body, Class<?> javaType) {
		return bytes(body);
	}

	@Override
	public void verify(byte[] body, Class<?> javaType) {
		// Any bytes can be read.
	}

	private static byte[] bytes(ByteBuffer buffer) {
		byte[] bytes = new byte[buffer.remaining()];
		buffer.get(buffer.position(), bytes);
		return bytes;
	}

}
