// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.SyncPolicy;
import dev.wal.WalBatch;
import dev.wal.WalException;
import org.jspecify.annotations.Nullable;

/**
 * Appends the records of an older log to a new one, in batches that are forced together
 * at the end: an import that breaks off is repeated, so nothing is gained by forcing
 * earlier.
 */
final class LegacyCopy {

	private static final int BATCH_RECORDS = 256;

	private static final int BATCH_BYTES = 1 << 20;

	/**
	 * What the log adds to a record in a batch, at most.
	 */
	private static final int RECORD_OVERHEAD = 16;

	private final LocalWriteAheadLog target;

	private final int recordType;

	private final LegacyImportReport expected;

	private final LegacyOrigin origin;

	private final long batchBytes;

	private WalBatch batch = new WalBatch();

	private long pendingBytes;

	private Lsn first = Lsn.NONE;

	private Lsn last = Lsn.NONE;

	private @Nullable String runFile;

	private OptionalLong runNext = OptionalLong.empty();

	LegacyCopy(LocalWriteAheadLog target, int recordType, LegacyImportReport expected) {
		this.target = target;
		this.recordType = recordType;
		this.expected = expected;
		this.origin = LegacyOrigin.of(LegacyOrigin.Mark.START, expected);
		this.batchBytes = Math.min(BATCH_BYTES, target.options().log().maxBatchSize());
		append(LegacyOrigin.RECORD_TYPE, ByteBuffer.wrap(this.origin.encode()));
	}

	void add(LegacyRecord record) {
		if (!record.file().equals(this.runFile) || !this.runNext.equals(record.id())) {
			append(LegacyOrigin.RECORD_TYPE, ByteBuffer.wrap(this.origin.run(record).encode()));
		}
		append(this.recordType, record.payload());
		this.runFile = record.file();
		this.runNext = record.id().isPresent() ? OptionalLong.of(record.id().getAsLong() + 1) : OptionalLong.empty();
	}

	private void append(int type, ByteBuffer payload) {
		int size = payload.remaining() + RECORD_OVERHEAD;
		if (this.pendingBytes + size > this.batchBytes || this.batch.size() == BATCH_RECORDS) {
			flush();
		}
		this.batch.add(type, payload);
		this.pendingBytes += size;
	}

	private void flush() {
		if (this.batch.size() == 0) {
			return;
		}
		LsnRange range = appendBatch();
		this.first = this.first.isNone() ? range.first() : this.first;
		this.last = range.last();
		this.batch = new WalBatch();
		this.pendingBytes = 0;
	}

	/**
	 * A record by itself may be as large as a batch, and then leaves no room to be one.
	 */
	private LsnRange appendBatch() {
		if (this.batch.size() == 1) {
			WalBatch.Entry entry = this.batch.entries().get(0);
			Lsn lsn = this.target.append(entry.type(), entry.payload(), SyncPolicy.none());
			return new LsnRange(lsn, lsn);
		}
		return this.target.appendAll(this.batch, SyncPolicy.none());
	}

	/**
	 * End the import. Without an end the new log is recognised as a part of one.
	 */
	LegacyImportReport complete(LegacyImportReport found) {
		if (!found.files().equals(this.expected.files())) {
			throw new WalException("The " + found.layout() + " log in " + found.source()
					+ " changed while it was imported. Close it, delete the new log, and import again.");
		}
		append(LegacyOrigin.RECORD_TYPE, ByteBuffer.wrap(LegacyOrigin.of(LegacyOrigin.Mark.END, found).encode()));
		flush();
		this.target.sync();
		return found.withImported(new LsnRange(this.first, this.last));
	}

}
