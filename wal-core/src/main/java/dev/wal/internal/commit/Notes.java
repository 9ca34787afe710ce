// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * A ring of things that happened. One thread at a time adds and one takes, which their
 * locks see to. Neither ever waits or allocates: what finds no room is left out.
 */
final class Notes {

	private static final int SIZE = 512;

	private final Note[] ring = new Note[SIZE];

	private final AtomicLong added = new AtomicLong();

	private final AtomicLong taken = new AtomicLong();

	private volatile boolean leftOut;

	Notes() {
		for (int i = 0; i < SIZE; i++) {
			this.ring[i] = new Note();
		}
	}

	void add(Kind kind, int records, int bytes, long nanos, @Nullable Runnable other) {
		long at = this.added.get();
		if (at - this.taken.get() == SIZE) {
			this.leftOut = true;
			return;
		}
		Note note = this.ring[(int) (at % SIZE)];
		note.kind = kind;
		note.records = records;
		note.bytes = bytes;
		note.nanos = nanos;
		note.other = other;
		this.added.setRelease(at + 1);
	}

	boolean isEmpty() {
		return this.taken.get() == this.added.get();
	}

	/**
	 * Return the oldest note, which stays the oldest one until {@link #remove()}.
	 */
	Note first() {
		return this.ring[(int) (this.taken.get() % SIZE)];
	}

	void remove() {
		long at = this.taken.get();
		this.ring[(int) (at % SIZE)].other = null;
		this.taken.setRelease(at + 1);
	}

	/**
	 * Return whether a note was left out.
	 */
	boolean hasLeftOut() {
		return this.leftOut;
	}

	/**
	 * What happened. Changes when it is used again.
	 */
	static final class Note {

		Kind kind = Kind.WRITTEN;

		int records;

		int bytes;

		long nanos;

		@Nullable Runnable other;

	}

	/** What a note is about; all that is rare tells itself. */
	enum Kind {

		WRITTEN, FORCED, OTHER

	}

}
