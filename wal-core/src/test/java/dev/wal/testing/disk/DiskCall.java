// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.util.function.Predicate;

/**
 * One call that a {@link SimulatedDisk} was asked to execute, or a mark that a test left
 * between calls.
 */
public final class DiskCall {

	private final Kind kind;

	private final String name;

	private final String thread = Thread.currentThread().getName();

	String target = "";

	long file;

	long offset;

	byte[] data = {};

	long size;

	boolean metadata;

	boolean failed;

	Object mark;

	DiskCall(Kind kind, String name) {
		this.kind = kind;
		this.name = name;
	}

	public Kind kind() {
		return this.kind;
	}

	/**
	 * Return the name of the file.
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Return the new name, if this is a rename.
	 */
	public String target() {
		return this.target;
	}

	/**
	 * Return the offset of a write.
	 */
	public long offset() {
		return this.offset;
	}

	/**
	 * Return the number of bytes that a write wrote, or was asked to write.
	 */
	public long length() {
		return this.size;
	}

	/**
	 * Change a bit of what is about to be written.
	 */
	public void flipBit() {
		this.data = this.data.clone();
		this.data[this.data.length / 2] ^= 1;
	}

	/**
	 * Return whether a force had to force more than the data.
	 */
	public boolean metadata() {
		return this.metadata;
	}

	public boolean failed() {
		return this.failed;
	}

	/**
	 * Return what a test left as a mark.
	 */
	public Object mark() {
		return this.mark;
	}

	/**
	 * Return the name of the calling thread.
	 */
	public String thread() {
		return this.thread;
	}

	/**
	 * Return what picks the calls of a kind, for files whose names end in a way.
	 */
	public static Predicate<DiskCall> matching(Kind kind, String suffix) {
		return (call) -> call.is(kind, suffix);
	}

	/**
	 * Return whether the call is of a kind, for a file whose name ends in a way.
	 */
	public boolean is(Kind kind, String suffix) {
		return this.kind == kind && this.name.endsWith(suffix);
	}

	@Override
	public String toString() {
		String detail = switch (this.kind) {
			case WRITE -> " [" + this.offset + ", " + (this.offset + this.size) + ")";
			case TRUNCATE -> " to " + this.size;
			case RENAME -> " to " + this.target;
			case FORCE -> this.metadata ? " with metadata" : "";
			case MARK -> " " + this.mark;
			default -> "";
		};
		return this.kind + (this.name.isEmpty() ? "" : " " + this.name) + detail + (this.failed ? " FAILED" : "");
	}

	/**
	 * What is called.
	 */
	public enum Kind {

		/** Create the directory. */
		MAKE_DIRECTORY,

		/** List the directory. */
		LIST,

		/** Create or empty a file. */
		CREATE,

		/** Open a file for writing. */
		OPEN,

		/** Open a file for reading. */
		OPEN_FOR_READING,

		/** Read from a file. */
		READ,

		/** Ask for the size of a file. */
		SIZE,

		/** Write to a file. */
		WRITE,

		/** Cut a file off. */
		TRUNCATE,

		/** Force a file. */
		FORCE,

		/** Close a file. */
		CLOSE,

		/** Rename a file. */
		RENAME,

		/** Delete a file. */
		DELETE,

		/** Force the directory. */
		FORCE_DIRECTORY,

		/** Take the lock. */
		LOCK,

		/** Name the holder of the lock. */
		CLAIM,

		/** Release the lock. */
		UNLOCK,

		/** A mark of the test. */
		MARK;

		/**
		 * Return whether a crash before and one after the call may differ.
		 */
		public boolean changes() {
			return switch (this) {
				case MAKE_DIRECTORY, CREATE, WRITE, TRUNCATE, FORCE, RENAME, DELETE, FORCE_DIRECTORY, MARK -> true;
				default -> false;
			};
		}

	}

}
