// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring;

import java.nio.ByteBuffer;
import java.util.Objects;

import dev.wal.WalSerializer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.ByteBufferBackedInputStream;

import org.springframework.core.ResolvableType;
import org.springframework.core.ResolvableTypeProvider;

/**
 * Writes values as JSON with Jackson 3. Thread-safe.
 * <p>
 * An exception of this class names the place in the JSON, never its content: payloads do
 * not belong in log files.
 *
 * @param <T> the kind of value
 */
public class JacksonWalSerializer<T> implements WalSerializer<T>, ResolvableTypeProvider {

	private final int type;

	private final Class<T> valueType;

	private final JsonMapper mapper;

	/**
	 * Create a serializer.
	 * @param type the record type that marks these values in the log, from 0 to 255; do
	 * not use it for another class while the log has records of it
	 * @param valueType the class of the values
	 * @param mapper the mapper to use
	 */
	public JacksonWalSerializer(int type, Class<T> valueType, JsonMapper mapper) {
		if (type < 0 || type > 255) {
			throw new IllegalArgumentException("The record type " + type + " is not from 0 to 255");
		}
		this.type = type;
		this.valueType = Objects.requireNonNull(valueType, "valueType must not be null");
		this.mapper = Objects.requireNonNull(mapper, "mapper must not be null");
	}

	@Override
	public int type() {
		return this.type;
	}

	@Override
	public byte[] serialize(T value) {
		Objects.requireNonNull(value, "value must not be null");
		try {
			return this.mapper.writeValueAsBytes(value);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(
					"The " + this.valueType.getName() + " cannot be written as JSON: " + ex.getClass().getSimpleName());
		}
	}

	@Override
	public T deserialize(ByteBuffer payload) {
		T value;
		try {
			value = this.mapper.readValue(new ByteBufferBackedInputStream(payload.duplicate()), this.valueType);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The payload is not the JSON of a " + this.valueType.getName() + ": "
					+ ex.getClass().getSimpleName() + where(ex.getLocation()));
		}
		if (value == null) {
			throw new IllegalArgumentException(
					"The payload is the JSON literal null, not a " + this.valueType.getName());
		}
		return value;
	}

	private static String where(TokenStreamLocation location) {
		return " at line " + location.getLineNr() + ", column " + location.getColumnNr();
	}

	@Override
	public ResolvableType getResolvableType() {
		return ResolvableType.forClassWithGenerics(getClass(), this.valueType);
	}

	@Override
	public String toString() {
		return "JacksonWalSerializer[type=" + this.type + ", " + this.valueType.getName() + "]";
	}

}
