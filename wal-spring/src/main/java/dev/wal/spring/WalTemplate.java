// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring;

import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalBatch;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.message.MessageEnvelope;
import dev.wal.spring.message.WalMessage;
import dev.wal.spring.message.WalMessageConverter;
import dev.wal.spring.message.WalTypeException;

/**
 * Appends values as messages, and reads messages as values. A value is one whose class
 * has a name, see {@link dev.wal.spring.message.WalType @WalType}, or a
 * {@link WalMessage#of(Object) message} with key and headers. Thread-safe.
 * <p>
 * An append through the template has the same guarantees as an append to
 * {@link WriteAheadLog}, and throws the same exceptions. Before it appends, it checks
 * that this application can read what it writes.
 */
public class WalTemplate {

	private final WriteAheadLog wal;

	private final WalMessageConverter converter;

	private final AtomicLong skipped = new AtomicLong();

	/**
	 * Create a template.
	 * @param wal the log
	 * @param converter turns values into payloads and back
	 */
	public WalTemplate(WriteAheadLog wal, WalMessageConverter converter) {
		this.wal = Objects.requireNonNull(wal, "wal must not be null");
		this.converter = Objects.requireNonNull(converter, "converter must not be null");
	}

	/**
	 * Append a value.
	 * @param value the value
	 * @return its LSN
	 * @throws WalTypeException if its class has no name, or it cannot be written and read
	 * back; nothing was appended
	 */
	public Lsn append(Object value) {
		return this.wal.append(MessageEnvelope.RECORD_TYPE, this.converter.toPayload(value));
	}

	/**
	 * Append values as one unit: after a crash the log has all of them or none.
	 * @param values the values in order; their classes may differ
	 * @return their LSNs, {@link LsnRange#EMPTY} if there are none
	 * @throws WalTypeException as {@link #append(Object)}, for one of the values; nothing
	 * was appended
	 */
	public LsnRange appendAll(Collection<?> values) {
		return this.wal.appendAll(toBatch(values));
	}

	/**
	 * Append a value without waiting for the disk.
	 * @param value the value
	 * @return completes with the LSN when the value is durable, or exceptionally as
	 * {@link #append(Object)} throws
	 */
	public CompletableFuture<Lsn> appendAsync(Object value) {
		byte[] payload;
		try {
			payload = this.converter.toPayload(value);
		}
		catch (WalTypeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return this.wal.appendAsync(MessageEnvelope.RECORD_TYPE, payload);
	}

	/**
	 * Append values as one unit without waiting for the disk.
	 * @param values the values in order; their classes may differ
	 * @return completes with their LSNs when all of them are durable, or exceptionally as
	 * {@link #appendAll(Collection)} throws
	 */
	public CompletableFuture<LsnRange> appendAllAsync(Collection<?> values) {
		WalBatch batch;
		try {
			batch = toBatch(values);
		}
		catch (WalTypeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return this.wal.appendAllAsync(batch);
	}

	/**
	 * Turn values into a batch, to append them together with other records.
	 * @param values the values in order; their classes may differ
	 * @return the batch
	 * @throws WalTypeException as {@link #append(Object)}
	 */
	public WalBatch toBatch(Collection<?> values) {
		WalBatch batch = new WalBatch();
		values.forEach((value) -> batch.add(MessageEnvelope.RECORD_TYPE, this.converter.toPayload(value)));
		return batch;
	}

	/**
	 * Read a record.
	 * @param record a record that {@link MessageEnvelope#isMessage} tells to be a message
	 * @return the message; if it cannot be read, and {@code wal.types} says that such
	 * messages are skipped, its value is the body as {@code byte[]}
	 * @throws WalTypeException if the record is no message, or cannot be read and is not
	 * skipped
	 * @throws dev.wal.WalFormatVersionException if a newer release wrote its envelope
	 */
	public WalMessage<?> read(WalRecord record) {
		Optional<WalMessage<?>> message = readUnlessSkipped(record);
		return message.isPresent() ? message.get() : this.converter.readBody(record, this::logId);
	}

	/**
	 * Read the messages of the log, up to the last that is durable now. Records that are
	 * no messages are left out, as are messages that {@code wal.types} says to skip.
	 * @param from the LSN of the first record to read; may be one above the last
	 * @return the messages, in the order of the log; to be closed, as it holds back the
	 * deletion of segments. Its methods throw what {@link WriteAheadLog#read(Lsn)},
	 * {@link WalReader#iterator()} and {@link #read(WalRecord)} throw.
	 */
	public Stream<WalMessage<?>> read(Lsn from) {
		WalReader reader = this.wal.read(from);
		return StreamSupport
			.stream(Spliterators.spliteratorUnknownSize(reader.iterator(),
					Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE), false)
			.filter(MessageEnvelope::isMessage)
			.<WalMessage<?>>flatMap((record) -> readUnlessSkipped(record).stream())
			.onClose(reader::close);
	}

	private Optional<WalMessage<?>> readUnlessSkipped(WalRecord record) {
		Optional<WalMessage<?>> message = this.converter.read(record, this::logId);
		if (message.isEmpty()) {
			this.skipped.incrementAndGet();
		}
		return message;
	}

	/**
	 * Return how many messages were skipped because they could not be read. A message
	 * that is read twice counts twice.
	 * @return the number since the template was created
	 */
	public long skippedMessages() {
		return this.skipped.get();
	}

	private UUID logId() {
		return this.wal.status().logId();
	}

}
