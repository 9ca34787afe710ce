// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.util.concurrent.CompletableFuture;

import dev.wal.Lsn;

/**
 * An asynchronous append that waits for its batch.
 *
 * @param future completes with the LSN of its first record
 * @param index its place in the batch
 * @param records the number of its records
 * @param bytes the size of their payloads
 * @param began when it was called, in nanoTime
 */
record PendingAppend(CompletableFuture<Lsn> future, int index, int records, int bytes, long began) {

	/**
	 * What a pending append takes besides its payload, in bytes: this object, its future,
	 * and what commonly depends on that.
	 */
	private static final int OVERHEAD = 128;

	/**
	 * Return how much memory an append takes until it is completed.
	 * @param payload the size of its payload
	 */
	static long size(int payload) {
		return (long) payload + OVERHEAD;
	}

	long size() {
		return size(this.bytes);
	}

	/**
	 * Complete the future.
	 */
	void complete(Batch batch) {
		if (batch.state() == Batch.FAILED) {
			this.future.completeExceptionally(batch.failure());
		}
		else {
			this.future.complete(new Lsn(batch.firstLsn() + this.index));
		}
	}

}
