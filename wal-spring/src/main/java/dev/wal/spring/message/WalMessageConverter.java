// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.wal.WalRecord;
import dev.wal.message.MessageEnvelope;
import dev.wal.message.MessageFormatException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.PatternMatchUtils;

/**
 * Turns values into the payloads of messages and back. Thread-safe.
 */
public final class WalMessageConverter {

	private static final Logger logger = LoggerFactory.getLogger(WalMessageConverter.class);

	private static final BytesCodec BYTES = new BytesCodec();

	private static final Utf8Codec UTF8 = new Utf8Codec();

	private final WalTypes types;

	private final UnaryOperator<MessageEnvelope> upcasting;

	private final SkippedTypes skippedTypes;

	private final Map<Class<?>, WalCodec> byClass = new HashMap<>();

	private final Map<Integer, WalCodec> byId = new HashMap<>();

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	/**
	 * Create a converter.
	 * @param types the types
	 * @param codecs the codecs of the application; the first that supports a class is
	 * used for it
	 * @param json for all other classes, or {@code null} if there is no Jackson
	 * @param upcasting turns a message of an older version into one of today, see
	 * {@link WalJson#upcasting}
	 * @param skippedTypes which messages need not be readable
	 * @throws WalTypeDefinitionException if two codecs have the same id, or a class has
	 * no codec or cannot be read as it is written
	 */
	public WalMessageConverter(WalTypes types, Collection<? extends WalCodec> codecs, @Nullable WalCodec json,
			UnaryOperator<MessageEnvelope> upcasting, SkippedTypes skippedTypes) {
		this.types = types;
		this.upcasting = upcasting;
		this.skippedTypes = skippedTypes;
		List<WalCodec> all = new ArrayList<>(codecs);
		codecs.forEach(WalMessageConverter::checkId);
		if (json != null) {
			all.add(json);
		}
		for (WalCodec codec : all) {
			WalCodec other = this.byId.put(codec.id(), codec);
			if (other != null) {
				throw new WalTypeDefinitionException(
						"Two codecs have the id " + codec.id() + ": " + other.getClass().getName() + " and "
								+ codec.getClass().getName(),
						"Give one of them another id, unless the log has bodies of both");
			}
		}
		for (WalTypes.Type type : types.all()) {
			this.byClass.put(type.javaType(), choose(type, all));
		}
	}

	private static void checkId(WalCodec codec) {
		if (codec.id() < MessageEnvelope.FIRST_USER_CODEC || codec.id() > MessageEnvelope.MAX_CODEC) {
			throw new WalTypeDefinitionException(
					"The codec " + codec.getClass().getName() + " has the id " + codec.id(),
					"Use one from " + MessageEnvelope.FIRST_USER_CODEC + " to " + MessageEnvelope.MAX_CODEC);
		}
	}

	private static WalCodec choose(WalTypes.Type type, List<WalCodec> codecs) {
		WalCodec codec = codecs.stream()
			.filter((candidate) -> candidate.supports(type.javaType()))
			.findFirst()
			.orElseThrow(() -> new WalTypeDefinitionException("No codec takes values of " + type.javaType().getName(),
					"Add tools.jackson.core:jackson-databind to the class path, or a WalCodec bean"));
		try {
			codec.check(type.javaType());
		}
		catch (WalTypeDefinitionException ex) {
			throw ex.of(type);
		}
		return codec;
	}

	/**
	 * Turn a value into a payload, and check that it can be read back.
	 * @param value a value whose class has a name, or a {@link WalMessage.Builder}
	 * @return the payload of a record of type {@link MessageEnvelope#RECORD_TYPE}
	 * @throws WalTypeException if the value has no name, or cannot be written and read
	 */
	public byte[] toPayload(Object value) {
		Objects.requireNonNull(value, "value must not be null");
		WalMessage.Builder message = (value instanceof WalMessage.Builder builder) ? builder : WalMessage.of(value);
		Object content = message.value();
		return (BYTES.supports(content.getClass()) || UTF8.supports(content.getClass())) ? encodeNamed(message, content)
				: encodeValue(message, content);
	}

	private byte[] encodeValue(WalMessage.Builder message, Object value) {
		Class<?> javaType = (value instanceof Enum<?> constant) ? constant.getDeclaringClass() : value.getClass();
		WalTypes.Type type = this.types.get(javaType);
		if (message.type() != null) {
			throw new WalTypeException(type.name(), "The message has the type '" + message.type() + "', but values of "
					+ javaType.getName() + " have the type '" + type.name() + "'. Nothing was appended. Set no type.");
		}
		WalCodec codec = Objects.requireNonNull(this.byClass.get(javaType));
		byte[] body = encode(codec, type.name(), type.version(), value, javaType);
		String key = (message.key() != null) ? message.key() : this.types.keyOf(value, javaType);
		return envelope(type.name(), type.version(), key, message, codec, body);
	}

	private byte[] encodeNamed(WalMessage.Builder message, Object value) {
		String name = message.type();
		String kind = value.getClass().getSimpleName();
		if (name == null) {
			throw new WalTypeException(null, "A value of the class " + kind
					+ " has no name in the log. Nothing was appended. Use WalMessage.of(value).type(\"name\").");
		}
		this.types.find(name).ifPresent((type) -> {
			throw new WalTypeException(name, "The name '" + name + "' is that of " + type.javaType().getName()
					+ ". Nothing was appended. Give the value of the class " + kind + " another name.");
		});
		WalCodec codec = (value instanceof String) ? UTF8 : BYTES;
		return envelope(name, 1, message.key(), message, codec, encode(codec, name, 1, value, value.getClass()));
	}

	private static byte[] encode(WalCodec codec, String type, int version, Object value, Class<?> javaType) {
		byte[] body;
		try {
			body = codec.encode(value);
		}
		catch (RuntimeException ex) {
			throw new WalTypeException(type, "A value of " + type + " v" + version + " cannot be written ("
					+ describe(ex) + "). Nothing was appended.");
		}
		try {
			codec.verify(body, javaType);
		}
		catch (RuntimeException ex) {
			throw new WalTypeException(type,
					"A value of " + type + " v" + version
							+ " could not be read back from the bytes that it was written as (" + describe(ex)
							+ "). Nothing was appended.");
		}
		return body;
	}

	private static byte[] envelope(String type, int version, @Nullable String key, WalMessage.Builder message,
			WalCodec codec, byte[] body) {
		try {
			return new MessageEnvelope(type, version, key, message.headers(), codec.id(), ByteBuffer.wrap(body))
				.encode();
		}
		catch (IllegalArgumentException ex) {
			throw new WalTypeException(type, ex.getMessage() + ". Nothing was appended.");
		}
	}

	private static String describe(RuntimeException failure) {
		return (failure instanceof CodecException) ? String.valueOf(failure.getMessage())
				: failure.getClass().getName();
	}

	/**
	 * Read a record as its body, whatever its type is.
	 * @param record a record of type {@link MessageEnvelope#RECORD_TYPE}
	 * @param logId asked for the id of the log when it is needed
	 * @return the message
	 * @throws WalTypeException if the record is no message
	 */
	public WalMessage<byte[]> readBody(WalRecord record, Supplier<UUID> logId) {
		MessageEnvelope envelope = envelope(record);
		return new ReadMessage<>(record, logId, envelope, BYTES.decode(envelope.body(), byte[].class));
	}

	/**
	 * Read a record, unless it is one of those that are skipped.
	 * @param record a record of type {@link MessageEnvelope#RECORD_TYPE}
	 * @param logId asked for the id of the log when it is needed
	 * @return the message, empty if it cannot be read and is skipped, which a warning
	 * tells once for each type and version
	 * @throws WalTypeException if the record is no message, or cannot be read and is not
	 * skipped
	 */
	public Optional<WalMessage<?>> read(WalRecord record, Supplier<UUID> logId) {
		return Optional.ofNullable(read(record, envelope(record), logId));
	}

	private static MessageEnvelope envelope(WalRecord record) {
		if (!MessageEnvelope.isMessage(record)) {
			throw new WalTypeException(null, "The record at LSN " + record.lsn() + " has the type " + record.type()
					+ " and is no message. Read its payload instead.");
		}
		try {
			return MessageEnvelope.of(record);
		}
		catch (MessageFormatException ex) {
			throw new WalTypeException(null, String.valueOf(ex.getMessage()));
		}
	}

	private @Nullable WalMessage<?> read(WalRecord record, MessageEnvelope raw, Supplier<UUID> logId) {
		if (raw.codec() == BYTES.id()) {
			return new ReadMessage<>(record, logId, raw, BYTES.decode(raw.body(), byte[].class));
		}
		try {
			if (raw.codec() == UTF8.id()) {
				return new ReadMessage<>(record, logId, raw, UTF8.decode(raw.body(), String.class));
			}
			return decode(record, raw, logId);
		}
		catch (WalTypeException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			return unreadable(record, raw, describe(ex), false);
		}
	}

	private @Nullable WalMessage<?> decode(WalRecord record, MessageEnvelope raw, Supplier<UUID> logId) {
		MessageEnvelope message = this.upcasting.apply(raw);
		WalTypes.Type type = this.types.find(message.type()).orElse(null);
		if (type == null) {
			return unreadable(record, raw, "no class has this name", true);
		}
		if (message.version() > type.version()) {
			return unreadable(record, raw, "the class has the older version " + type.version(), true);
		}
		if (message.version() < type.version()) {
			return unreadable(record, raw, "the class has version " + type.version()
					+ ", and no WalUpcaster takes version " + message.version(), false);
		}
		WalCodec codec = this.byId.get(message.codec());
		if (codec == null) {
			return unreadable(record, raw, "no codec has the id " + message.codec(), false);
		}
		Object value = codec.decode(message.body(), type.javaType());
		return new ReadMessage<>(record, logId, new MessageEnvelope(type.name(), type.version(), message.key(),
				message.headers(), message.codec(), message.body()), value);
	}

	/**
	 * Skip a message, or throw.
	 * @param unknown whether another release may know it
	 */
	private @Nullable WalMessage<?> unreadable(WalRecord record, MessageEnvelope message, String reason,
			boolean unknown) {
		String name = message.type() + " v" + message.version();
		if (!this.skippedTypes.skips(message.type(), unknown)) {
			throw new WalTypeException(message.type(), "The message at LSN " + record.lsn() + ", of " + name
					+ ", cannot be read: " + reason + ". It is still in the log. See docs/how-to/types-that-change.md");
		}
		if (this.told.add(name)) {
			logger.warn("Skipping messages of {}, first at LSN {}: {}. 'wal.types' says so", name, record.lsn(),
					reason);
		}
		return null;
	}

	/**
	 * Which messages are skipped when they cannot be read.
	 *
	 * @param patterns names of types, with {@code *} for any characters
	 * @param unknown whether every name that no class has, and every version newer than
	 * that of the class, is skipped
	 */
	public record SkippedTypes(List<String> patterns, boolean unknown) {

		/** None. */
		public static final SkippedTypes NONE = new SkippedTypes(List.of(), false);

		/**
		 * Create it.
		 */
		public SkippedTypes {
			patterns = List.copyOf(patterns);
		}

		boolean skips(String type, boolean unknown) {
			return (unknown && this.unknown)
					|| this.patterns.stream().anyMatch((pattern) -> PatternMatchUtils.simpleMatch(pattern, type));
		}

	}

}
