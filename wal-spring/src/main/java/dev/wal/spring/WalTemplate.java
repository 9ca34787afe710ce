package dev.wal.spring;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalBatch;
import dev.wal.WalRecord;
import dev.wal.WalSerializer;
import dev.wal.WriteAheadLog;

/**
 * Appends values instead of bytes, and turns records back into values. Each class of
 * values has a {@link WalSerializer}, and with it a record type of its own. Thread-safe.
 * <p>
 * Whatever {@link WriteAheadLog} promises of an append holds here as well.
 */
public class WalTemplate {

	private final WriteAheadLog wal;

	private final Map<Class<?>, WalSerializer<?>> byClass;

	private final Map<Integer, WalSerializer<?>> byType;

	/** The serializers of subclasses, found once. */
	private final Map<Class<?>, WalSerializer<?>> resolved = new ConcurrentHashMap<>();

	/**
	 * Create a template.
	 * @param wal the log
	 * @param serializers by the class of the values that each is for
	 * @throws IllegalArgumentException if two of them have the same record type
	 */
	public WalTemplate(WriteAheadLog wal, Map<Class<?>, ? extends WalSerializer<?>> serializers) {
		this.wal = Objects.requireNonNull(wal, "wal must not be null");
		this.byClass = Map.copyOf(serializers);
		Map<Integer, WalSerializer<?>> types = new HashMap<>();
		this.byClass.forEach((valueClass, serializer) -> {
			WalSerializer<?> other = types.putIfAbsent(serializer.type(), serializer);
			if (other != null && other != serializer) {
				throw new IllegalArgumentException("Two serializers have the record type " + serializer.type() + ": "
						+ other + " and " + serializer + ". Give each a type of its own.");
			}
		});
		this.byType = Map.copyOf(types);
	}

	/**
	 * Append a value.
	 * @param value the value
	 * @return its LSN
	 * @throws IllegalArgumentException if there is no serializer for it
	 */
	public Lsn append(Object value) {
		WalSerializer<Object> serializer = serializerFor(value);
		return this.wal.append(serializer.type(), serializer.serialize(value));
	}

	/**
	 * Append values as one unit: after a crash all of them are there or none.
	 * @param values the values, in order, also of different classes
	 * @return their LSNs, {@link LsnRange#EMPTY} if there are none
	 * @throws IllegalArgumentException if there is no serializer for one of them; nothing
	 * was appended
	 */
	public LsnRange appendAll(Collection<?> values) {
		WalBatch batch = new WalBatch();
		for (Object value : values) {
			WalSerializer<Object> serializer = serializerFor(value);
			batch.add(serializer.type(), serializer.serialize(value));
		}
		return this.wal.appendAll(batch);
	}

	/**
	 * Append a value without waiting for the disk.
	 * @param value the value
	 * @return completes with the LSN once the value is durable
	 * @throws IllegalArgumentException if there is no serializer for it
	 */
	public CompletableFuture<Lsn> appendAsync(Object value) {
		WalSerializer<Object> serializer = serializerFor(value);
		return this.wal.appendAsync(serializer.type(), serializer.serialize(value));
	}

	/**
	 * Turn a record back into the value that was appended.
	 * @param record the record
	 * @return the value, or the record itself if there is no serializer for its type
	 * @throws RuntimeException if the payload is not what the serializer wrote
	 */
	public Object read(WalRecord record) {
		WalSerializer<?> serializer = this.byType.get(record.type());
		return (serializer != null) ? Objects.requireNonNull(serializer.deserialize(record.payload())) : record;
	}

	@SuppressWarnings("unchecked")
	private WalSerializer<Object> serializerFor(Object value) {
		Objects.requireNonNull(value, "value must not be null");
		return (WalSerializer<Object>) this.resolved.computeIfAbsent(value.getClass(), this::find);
	}

	/** The serializer of the class itself or else of the one type that it extends. */
	private WalSerializer<?> find(Class<?> valueClass) {
		WalSerializer<?> exact = this.byClass.get(valueClass);
		if (exact != null) {
			return exact;
		}
		var candidates = this.byClass.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().isAssignableFrom(valueClass))
			.toList();
		if (candidates.size() != 1) {
			throw new IllegalArgumentException(
					(candidates.isEmpty() ? "There is no serializer" : "Several serializers do") + " for "
							+ valueClass.getName() + ". Define a WalSerializer bean for it, declared with that class.");
		}
		return candidates.get(0).getValue();
	}

}
