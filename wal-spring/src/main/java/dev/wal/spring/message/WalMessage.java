// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record as a value, with what its envelope says about it. Immutable.
 *
 * @param <T> the kind of value
 */
public interface WalMessage<T> {

	/**
	 * Return the position in the log.
	 * @return the LSN
	 */
	Lsn lsn();

	/**
	 * Return what identifies the message among those of all logs, such as for an effect
	 * that must happen once.
	 * @return the id of the log, a slash, and the LSN
	 */
	String id();

	/**
	 * Return the wall clock of the writer when the record was written.
	 * @return the time of the write
	 */
	Instant timestamp();

	/**
	 * Return the type of the value.
	 * @return its name, as it is now: not a former name that the record may have
	 */
	String type();

	/**
	 * Return the version of the type.
	 * @return the version of the value: that of the class, also if the record is older
	 */
	int version();

	/**
	 * Return what the message is about.
	 * @return the key, or {@code null} if it has none
	 */
	@Nullable String key();

	/**
	 * Return the headers.
	 * @return names and values, unmodifiable, in the order they were set
	 */
	Map<String, String> headers();

	/**
	 * Return the value.
	 * @return the value
	 */
	T value();

	/**
	 * Return the record, as it is in the log.
	 * @return the record
	 */
	WalRecord record();

	/**
	 * Begin a message that is to be appended. Every method that takes a value takes the
	 * result.
	 * @param value the value
	 * @return a builder, to set a key and headers
	 */
	static Builder of(Object value) {
		return new Builder(value);
	}

	/**
	 * A message that is to be appended. Not thread-safe.
	 */
	final class Builder {

		private final Object value;

		private final Map<String, String> headers = new LinkedHashMap<>();

		private @Nullable String type;

		private @Nullable String key;

		private Builder(Object value) {
			this.value = Objects.requireNonNull(value, "value must not be null");
		}

		/**
		 * Set the name of the type, for {@code byte[]}, {@code ByteBuffer} and
		 * {@code String} only: other values have that of their class.
		 * @param type the name, as in {@link WalType#value()}; not that of a class
		 * @return this builder
		 */
		public Builder type(String type) {
			this.type = Objects.requireNonNull(type, "type must not be null");
			return this;
		}

		/**
		 * Set the key, in the place of what {@link WalKey @WalKey} marks.
		 * @param key what the message is about
		 * @return this builder
		 */
		public Builder key(String key) {
			this.key = Objects.requireNonNull(key, "key must not be null");
			return this;
		}

		/**
		 * Set a header. A message has at most 64, and 8 KiB of them.
		 * @param name the name
		 * @param value the value
		 * @return this builder
		 */
		public Builder header(String name, String value) {
			Objects.requireNonNull(name, "name must not be null");
			Objects.requireNonNull(value, "value must not be null");
			this.headers.put(name, value);
			return this;
		}

		Object value() {
			return this.value;
		}

		@Nullable String type() {
			return this.type;
		}

		@Nullable String key() {
			return this.key;
		}

		Map<String, String> headers() {
			return Collections.unmodifiableMap(this.headers);
		}

	}

}
