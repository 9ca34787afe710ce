// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.read;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import dev.wal.Lsn;
import dev.wal.WalClosedException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WalRecordVisitor;
import org.jspecify.annotations.Nullable;

/**
 * Reads up to a fixed LSN.
 */
public final class SegmentedReader implements WalReader {

	private final RecordCursor cursor;

	private final long endLsn;

	private final BooleanSupplier logClosed;

	private final Consumer<RecordCursor> onClose;

	private final Iterator<WalRecord> iterator = new Iterator<>() {

		@Override
		public boolean hasNext() {
			return SegmentedReader.this.hasNext();
		}

		@Override
		public WalRecord next() {
			return SegmentedReader.this.next();
		}

	};

	private @Nullable WalRecord ahead;

	private boolean closed;

	/** Whether everything was read: then nothing is held any more. */
	private boolean ended;

	public SegmentedReader(RecordCursor cursor, long endLsn, BooleanSupplier logClosed,
			Consumer<RecordCursor> onClose) {
		this.cursor = cursor;
		this.endLsn = endLsn;
		this.logClosed = logClosed;
		this.onClose = onClose;
		if (cursor.position() > endLsn) {
			end();
		}
	}

	private void end() {
		if (!this.ended) {
			this.ended = true;
			this.onClose.accept(this.cursor);
		}
	}

	@Override
	public Iterator<WalRecord> iterator() {
		return this.iterator;
	}

	private void checkOpen() {
		if (this.closed) {
			throw new WalClosedException("The reader is closed.");
		}
		if (this.logClosed.getAsBoolean()) {
			throw new WalClosedException("The log was closed while it was being read.");
		}
	}

	private boolean hasNext() {
		checkOpen();
		if (this.ahead == null && !this.ended) {
			this.ahead = this.cursor.next(this.endLsn);
			if (this.ahead == null) {
				end();
			}
		}
		return this.ahead != null;
	}

	private WalRecord next() {
		WalRecord record = hasNext() ? this.ahead : null;
		if (record == null) {
			throw new NoSuchElementException("There is no record above LSN " + this.endLsn);
		}
		this.ahead = null;
		return record;
	}

	@Override
	public long visitRemaining(WalRecordVisitor visitor) {
		Objects.requireNonNull(visitor, "visitor must not be null");
		long count = 0;
		checkOpen();
		WalRecord record = this.ahead;
		if (record != null) {
			this.ahead = null;
			record.accept(visitor);
			count++;
		}
		checkOpen();
		while (!this.ended) {
			int visited = this.cursor.visitBlock(this.endLsn, visitor);
			checkOpen();
			if (visited == 0) {
				end();
			}
			count += visited;
		}
		return count;
	}

	@Override
	public Lsn position() {
		WalRecord record = this.ahead;
		return (record != null) ? record.lsn() : Lsn.of(this.cursor.position());
	}

	@Override
	public Lsn endLsn() {
		return Lsn.of(this.endLsn);
	}

	@Override
	public void close() {
		this.closed = true;
		end();
	}

}
