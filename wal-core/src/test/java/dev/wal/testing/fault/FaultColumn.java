// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.fault;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFault;
import dev.wal.testing.disk.DiskFaults;

/**
 * What may go wrong at a {@link FaultPlace}: the columns of the matrix.
 */
@SuppressWarnings("ImmutableEnumChecker")
public enum FaultColumn {

	/** The disk fails. */
	EIO("EIO", EnumSet.complementOf(EnumSet.of(Kind.MARK))) {

		@Override
		public int strike(DiskCall call, int time) throws IOException {
			throw DiskFaults.inputOutputError();
		}

	},

	/** The disk fails in the middle of a write. */
	HALF_EIO("half, EIO", EnumSet.of(Kind.WRITE)) {

		@Override
		public int strike(DiskCall call, int time) throws IOException {
			if (time == 1) {
				return (int) (call.length() / 2);
			}
			throw DiskFaults.inputOutputError();
		}

	},

	/** There is no room, or no quota. */
	FULL("no room", EnumSet.of(Kind.MAKE_DIRECTORY, Kind.CREATE, Kind.WRITE, Kind.TRUNCATE, Kind.FORCE, Kind.RENAME,
			Kind.FORCE_DIRECTORY)) {

		@Override
		public int strike(DiskCall call, int time) throws IOException {
			throw DiskFaults.noSpace();
		}

	},

	/** There is room for half of a write. */
	HALF_FULL("half, no room", EnumSet.of(Kind.WRITE)) {

		@Override
		public int strike(DiskCall call, int time) throws IOException {
			if (time == 1) {
				return (int) (call.length() / 2);
			}
			throw DiskFaults.noSpace();
		}

	},

	/** A write takes several calls. */
	SHORT("short", EnumSet.of(Kind.WRITE)) {

		@Override
		public int strike(DiskCall call, int time) {
			return 100;
		}

	},

	/** The file system became read-only, after an error of its own for example. */
	READ_ONLY("EROFS", EnumSet.of(Kind.MAKE_DIRECTORY, Kind.CREATE, Kind.OPEN, Kind.WRITE, Kind.TRUNCATE, Kind.FORCE,
			Kind.RENAME, Kind.DELETE, Kind.FORCE_DIRECTORY, Kind.LOCK, Kind.CLAIM)) {

		@Override
		public int strike(DiskCall call, int time) throws IOException {
			throw DiskFaults.readOnly();
		}

	},

	/** The permission to do it was taken away. */
	DENIED("EACCES", EnumSet.of(Kind.MAKE_DIRECTORY, Kind.LIST, Kind.CREATE, Kind.OPEN, Kind.OPEN_FOR_READING,
			Kind.RENAME, Kind.DELETE, Kind.FORCE_DIRECTORY, Kind.LOCK)) {

		@Override
		public int strike(DiskCall call, int time) throws IOException {
			throw DiskFaults.permissionDenied();
		}

	},

	/** The process, or the system, has no descriptors left. */
	NO_DESCRIPTORS("EMFILE",
			EnumSet.of(Kind.LIST, Kind.CREATE, Kind.OPEN, Kind.OPEN_FOR_READING, Kind.FORCE_DIRECTORY, Kind.LOCK)) {

		@Override
		public int strike(DiskCall call, int time) throws IOException {
			throw DiskFaults.tooManyOpenFiles();
		}

	},

	/** Somebody removed the file or the directory. */
	GONE("ENOENT", EnumSet.of(Kind.MAKE_DIRECTORY, Kind.LIST, Kind.CREATE, Kind.OPEN, Kind.OPEN_FOR_READING,
			Kind.RENAME, Kind.DELETE, Kind.FORCE_DIRECTORY, Kind.LOCK)) {

		@Override
		public int strike(DiskCall call, int time) throws IOException {
			throw DiskFaults.noSuchFile();
		}

	},

	/** The process has no memory left. */
	NO_MEMORY("no memory", EnumSet.complementOf(EnumSet.of(Kind.MARK))) {

		@Override
		public int strike(DiskCall call, int time) {
			throw new OutOfMemoryError("Cannot reserve direct buffer memory");
		}

	},

	/** The calling thread is interrupted. */
	INTERRUPT("interrupt", EnumSet.complementOf(EnumSet.of(Kind.MARK))) {

		@Override
		public int strike(DiskCall call, int time) {
			Thread.currentThread().interrupt();
			return DiskFault.NONE;
		}

	},

	/** A bit changes on its way to the disk. */
	FLIPPED_BIT("flipped bit", EnumSet.of(Kind.WRITE)) {

		@Override
		public int strike(DiskCall call, int time) {
			if (time == 1) {
				call.flipBit();
			}
			return DiskFault.NONE;
		}

	},

	/** The process is killed there. */
	KILL("kill", EnumSet.complementOf(EnumSet.of(Kind.MARK))),

	/** The power is lost there. */
	POWER_LOSS("power loss", EnumSet.complementOf(EnumSet.of(Kind.MARK)));

	private final String label;

	private final Set<Kind> kinds;

	FaultColumn(String label, Set<Kind> kinds) {
		this.label = label;
		this.kinds = kinds;
	}

	public String label() {
		return this.label;
	}

	public boolean concerns(FaultPlace place) {
		return this.kinds.contains(place.kind());
	}

	boolean isCrash() {
		return this == KILL || this == POWER_LOSS;
	}

	/**
	 * Strike a call.
	 * @param call the call
	 * @param time which one it is that was struck, counted from 1
	 * @return how many bytes to write at most
	 * @throws IOException instead of the call
	 */
	public int strike(DiskCall call, int time) throws IOException {
		return DiskFault.NONE;
	}

}
