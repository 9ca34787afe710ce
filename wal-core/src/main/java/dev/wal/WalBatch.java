// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Records that are appended as one unit: after a crash all of them are there or none.
 * <p>
 * A batch holds on to the payloads that it is given until it was appended; do not change
 * them before. Not thread-safe.
 */
public final class WalBatch {

	private final List<Entry> entries = new ArrayList<>();

	/**
	 * Create an empty batch.
	 */
	public WalBatch() {
	}

	/**
	 * Create a batch of records of type 0.
	 * @param payloads the contents, in order
	 * @return the batch
	 */
	public static WalBatch of(Collection<byte[]> payloads) {
		WalBatch batch = new WalBatch();
		for (byte[] payload : payloads) {
			batch.add(payload);
		}
		return batch;
	}

	/**
	 * Add a record of type 0.
	 * @param payload the content
	 * @return this batch
	 */
	public WalBatch add(byte[] payload) {
		return add(0, payload);
	}

	/**
	 * Add a record.
	 * @param type the type, from 0 to {@value WalRecord#MAX_USER_TYPE}; higher ones
	 * belong to features of the log
	 * @param payload the content
	 * @return this batch
	 */
	public WalBatch add(int type, byte[] payload) {
		Objects.requireNonNull(payload, "payload must not be null");
		return add(type, ByteBuffer.wrap(payload));
	}

	/**
	 * Add a record.
	 * @param type the type, from 0 to {@value WalRecord#MAX_USER_TYPE}; higher ones
	 * belong to features of the log
	 * @param payload the content, from its position to its limit, both of which stay
	 * @return this batch
	 */
	public WalBatch add(int type, ByteBuffer payload) {
		Objects.requireNonNull(payload, "payload must not be null");
		this.entries.add(new Entry(WalRecord.checkType(type), payload.duplicate()));
		return this;
	}

	/**
	 * Return the number of records.
	 * @return the size of the batch
	 */
	public int size() {
		return this.entries.size();
	}

	/**
	 * Return the records.
	 * @return an unmodifiable view, in order
	 */
	public List<Entry> entries() {
		return List.copyOf(this.entries);
	}

	/**
	 * One record of a batch.
	 *
	 * @param type the type, from 0 to {@value WalRecord#MAX_USER_TYPE}; higher ones
	 * belong to features of the log
	 * @param payload the content, from its position to its limit
	 */
	public record Entry(int type, ByteBuffer payload) {
	}

}
