// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import dev.wal.LogSettings;
import dev.wal.WalBatch;
import dev.wal.WalException;
import dev.wal.WalRecord;
import dev.wal.WalRecordTooLargeException;
import dev.wal.internal.format.Format;

/**
 * What an append may be given. Checked before it takes an LSN.
 *
 * @param maxRecordSize the largest payload of a record, in bytes
 * @param maxBatchSize the largest batch, in bytes, with the header of each record
 */
record RecordLimits(int maxRecordSize, int maxBatchSize) {

	static RecordLimits of(LogSettings settings) {
		return new RecordLimits(settings.maxRecordSize(), settings.maxBatchSize());
	}

	/**
	 * Append without waiting.
	 * @param append checks and appends
	 * @return what it returns, or a future that has failed with what a check throws
	 */
	static <T> CompletableFuture<T> orFailed(Supplier<CompletableFuture<T>> append) {
		try {
			return append.get();
		}
		catch (WalException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Check a record.
	 * @throws IllegalArgumentException if there is no such type
	 * @throws WalRecordTooLargeException if the payload is too large
	 */
	void check(int type, int length) {
		WalRecord.checkType(type);
		if (length > this.maxRecordSize) {
			throw new WalRecordTooLargeException("A record", length, this.maxRecordSize, "max-record-size");
		}
	}

	/**
	 * Check a batch.
	 * @return its size, with the header of each record
	 * @throws IllegalArgumentException if one of its records has no possible type
	 * @throws WalRecordTooLargeException if one of its records, or all of it, is too
	 * large
	 */
	long check(List<WalBatch.Entry> entries) {
		long size = 0;
		for (WalBatch.Entry entry : entries) {
			check(entry.type(), entry.payload().remaining());
			size += Format.RECORD_HEADER_SIZE + entry.payload().remaining();
		}
		if (size > this.maxBatchSize) {
			throw new WalRecordTooLargeException("A batch", size, this.maxBatchSize, "max-batch-size");
		}
		return size;
	}

}
