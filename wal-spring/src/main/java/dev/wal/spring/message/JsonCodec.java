// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.wal.message.MessageEnvelope;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON.
 */
final class JsonCodec implements WalCodec {

	private final JsonMapper mapper;

	private final boolean verify;

	private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();

	private final Map<Class<?>, ObjectWriter> writers = new ConcurrentHashMap<>();

	JsonCodec(JsonMapper mapper, boolean verify) {
		this.mapper = mapper;
		this.verify = verify;
	}

	@Override
	public int id() {
		return MessageEnvelope.CODEC_JSON;
	}

	@Override
	public boolean supports(Class<?> javaType) {
		return true;
	}

	@Override
	public void check(Class<?> javaType) {
		new JsonReadableCheck(this.mapper).check(javaType);
	}

	@Override
	public byte[] encode(Object value) {
		try {
			return this.writers.computeIfAbsent(value.getClass(), this.mapper::writerFor).writeValueAsBytes(value);
		}
		catch (JacksonException ex) {
			throw new CodecException(describe(ex));
		}
	}

	@Override
	public Object decode(ByteBuffer body, Class<?> javaType) {
		ObjectReader reader = this.readers.computeIfAbsent(javaType, this.mapper::readerFor);
		Object value = read(body, reader::readValue);
		if (value == null) {
			throw new CodecException("it is the JSON literal null");
		}
		return value;
	}

	@Override
	public void verify(byte[] body, Class<?> javaType) {
		if (this.verify) {
			decode(ByteBuffer.wrap(body), javaType);
		}
	}

	static <T> T read(ByteBuffer body, Parser<T> parser) {
		try {
			if (body.hasArray()) {
				return parser.parse(body.array(), body.arrayOffset() + body.position(), body.remaining());
			}
			byte[] bytes = new byte[body.remaining()];
			body.get(body.position(), bytes);
			return parser.parse(bytes, 0, bytes.length);
		}
		catch (JacksonException ex) {
			throw new CodecException(describe(ex));
		}
	}

	/**
	 * Say what went wrong and where. Messages of Jackson, and keys of maps, are content.
	 */
	private static String describe(JacksonException failure) {
		StringBuilder text = new StringBuilder();
		for (JacksonException.Reference step : failure.getPath()) {
			if (step.getPropertyName() == null) {
				text.append("[]");
			}
			else if (isMap(step.from())) {
				text.append("{}");
			}
			else {
				text.append(text.isEmpty() ? "" : ".").append(step.getPropertyName());
			}
		}
		String place = text.isEmpty() ? "" : "at " + text + ": ";
		Throwable cause = failure.getCause();
		return place + failure.getClass().getSimpleName()
				+ ((cause != null) ? " caused by " + cause.getClass().getName() : "");
	}

	private static boolean isMap(Object from) {
		return from instanceof Map || (from instanceof Class<?> type && Map.class.isAssignableFrom(type));
	}

	/**
	 * Reads a part of an array.
	 */
	@FunctionalInterface
	interface Parser<T> {

		T parse(byte[] bytes, int offset, int length);

	}

}
