// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.lang.invoke.VarHandle;

/**
 * Up to where the log is durable, as the thread that commits tells the one that writes
 * the control file. Neither waits for the other, and nothing is allocated where records
 * are committed: three values stand between two stamps, and who reads them takes them
 * only if the stamps agree. One thread at a time writes.
 */
public final class DurableEnd {

	private volatile long begun;

	private volatile long done;

	/** Whether the last block of the log says that it was closed. */
	private volatile boolean closed;

	private long lsn;

	private Segment segment;

	private long offset;

	public DurableEnd(long lsn, Segment segment, long offset) {
		this.lsn = lsn;
		this.segment = segment;
		this.offset = offset;
	}

	/**
	 * Note up to where the log is durable, and may be read.
	 * @param lsn the last LSN
	 * @param segment the segment that it ends in
	 * @param offset the offset after the last block in it
	 */
	public void set(long lsn, Segment segment, long offset) {
		long stamp = this.begun + 1;
		this.begun = stamp;
		VarHandle.storeStoreFence();
		this.lsn = lsn;
		this.segment = segment;
		this.offset = offset;
		this.done = stamp;
		segment.readable(offset);
	}

	/**
	 * Note that the log was closed.
	 * @param clean whether it ends with a block that says so, or has no block at all
	 */
	public void closed(boolean clean) {
		this.closed = clean;
	}

	boolean isClosed() {
		return this.closed;
	}

	/**
	 * Return up to where the log is durable.
	 */
	public ControlRecord.End get() {
		while (true) {
			long stamp = this.done;
			long lsn = this.lsn;
			Segment segment = this.segment;
			long offset = this.offset;
			VarHandle.loadLoadFence();
			if (this.begun == stamp) {
				return ControlRecord.End.of(lsn, segment, offset);
			}
			Thread.onSpinWait();
		}
	}

}
