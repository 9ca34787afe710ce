// SPDX-License-Identifier: Apache-2.0
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
 * Appends objects, and turns records back into objects. Each class has a
 * {@link WalSerializer} and, with it, its own record type. Thread-safe.
 * <p>
 * An append through the template has the same guarantees as an append to
 * {@link WriteAheadLog}, and throws the same exceptions.
 */
public class WalTemplate {

	private final WriteAheadLog wal;

	private final Map<Class<?>, WalSerializer<?>> byClass;

	private final Map<Integer, WalSerializer<?>> byType;

	/** The serializers by the classes of values, looked up once. */
	private final Map<Class<?>, WalSerializer<?>> resolved = new ConcurrentHashMap<>();

	/**
	 * Create a template.
	 * @param wal the log
	 * @param serializers the serializers by the class that each is for
	 * @throws IllegalArgumentException if two serializers have the same record type
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
	 * @throws IllegalArgumentException if there is no serializer for the value; nothing
	 * was appended
	 */
	public Lsn append(Object value) {
		WalSerializer<Object> serializer = serializerFor(value);
		return this.wal.append(serializer.type(), serializer.serialize(value));
	}

	/**
	 * Append values as one unit: after a crash the log has all of them or none.
	 * @param values the values in order; their classes may differ
	 * @return their LSNs, {@link LsnRange#EMPTY} if there are none
	 * @throws IllegalArgumentException if there is no serializer for one of the values;
	 * nothing was appended
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
	 * @return a future that completes with the LSN when the value is durable
	 * @throws IllegalArgumentException if there is no serializer for the value; nothing
	 * was appended
	 */
	public CompletableFuture<Lsn> appendAsync(Object value) {
		WalSerializer<Object> serializer = serializerFor(value);
		return this.wal.appendAsync(serializer.type(), serializer.serialize(value));
	}

	/**
	 * Turn a record back into the value that was appended.
	 * @param record the record
	 * @return the value, or the record itself if there is no serializer for its type
	 * @throws RuntimeException if the serializer cannot read the payload
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

	/** The serializer of the class itself, else of the only type that it extends. */
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
