// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.wal.internal.io.StorageFullException;

/**
 * The faults that disks have.
 */
public final class DiskFaults {

	private DiskFaults() {
	}

	public static IOException inputOutputError() {
		return new IOException("Input/output error");
	}

	public static IOException noSpace() {
		return new StorageFullException("No space left on device", null);
	}

	public static IOException tooManyOpenFiles() {
		return new FileSystemException("simulated", null, "Too many open files");
	}

	public static IOException permissionDenied() {
		return new java.nio.file.AccessDeniedException("simulated");
	}

	public static IOException noSuchFile() {
		return new java.nio.file.NoSuchFileException("simulated");
	}

	public static IOException readOnly() {
		return new IOException("Read-only file system", new ReadOnlyFileSystemException());
	}

	/**
	 * Have every call fail that matches.
	 */
	public static DiskFault failing(Predicate<DiskCall> calls, Supplier<IOException> failure) {
		return (call) -> {
			if (calls.test(call)) {
				throw failure.get();
			}
			return DiskFault.NONE;
		};
	}

	/**
	 * Have one call fail: the n-th of those that match, counted from 1.
	 */
	public static Once once(int nth, Predicate<DiskCall> calls, Supplier<IOException> failure) {
		return new Once(nth, calls, failure);
	}

	/**
	 * Have writes take no more than so many bytes.
	 */
	public static DiskFault shortWrites(int most) {
		return (call) -> most;
	}

	/**
	 * Hold up every call that matches until told otherwise.
	 */
	public static Gate gate(Predicate<DiskCall> calls) {
		return new Gate(calls);
	}

	/**
	 * A fault that strikes once.
	 */
	public static final class Once implements DiskFault {

		private final int nth;

		private final Predicate<DiskCall> calls;

		private final Supplier<IOException> failure;

		private final AtomicInteger count = new AtomicInteger();

		private volatile DiskCall struck;

		Once(int nth, Predicate<DiskCall> calls, Supplier<IOException> failure) {
			this.nth = nth;
			this.calls = calls;
			this.failure = failure;
		}

		/**
		 * Return the call that failed, or {@code null}.
		 */
		public DiskCall struck() {
			return this.struck;
		}

		@Override
		public int before(DiskCall call) throws IOException {
			if (this.calls.test(call) && this.count.incrementAndGet() == this.nth) {
				this.struck = call;
				throw this.failure.get();
			}
			return NONE;
		}

	}

	/**
	 * Holds up calls, before they take effect or after.
	 */
	public static final class Gate implements DiskFault {

		private final Predicate<DiskCall> calls;

		private final CountDownLatch arrived = new CountDownLatch(1);

		private final CountDownLatch opened = new CountDownLatch(1);

		private boolean after;

		private Supplier<IOException> failure;

		Gate(Predicate<DiskCall> calls) {
			this.calls = calls;
		}

		/**
		 * Let calls take effect, and hold them up before they return.
		 */
		public Gate afterwards() {
			this.after = true;
			return this;
		}

		/**
		 * Have the calls fail.
		 */
		public Gate failing(Supplier<IOException> failure) {
			this.failure = failure;
			return this;
		}

		/**
		 * Wait until a call is held up.
		 */
		public void awaitArrival() {
			await(this.arrived);
		}

		/**
		 * Let all calls go on.
		 */
		public void open() {
			this.opened.countDown();
		}

		@Override
		public int before(DiskCall call) throws IOException {
			if (this.calls.test(call)) {
				if (!this.after) {
					holdUp();
				}
				if (this.failure != null) {
					throw this.failure.get();
				}
			}
			return NONE;
		}

		@Override
		public void after(DiskCall call) {
			if (this.after && this.calls.test(call)) {
				holdUp();
			}
		}

		private void holdUp() {
			this.arrived.countDown();
			await(this.opened);
		}

		private static void await(CountDownLatch latch) {
			// As a disk, this takes no notice of who was interrupted before.
			boolean interrupted = Thread.interrupted();
			try {
				if (!latch.await(20, TimeUnit.SECONDS)) {
					throw new IllegalStateException("Nothing happened for 20 seconds");
				}
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			finally {
				if (interrupted) {
					Thread.currentThread().interrupt();
				}
			}
		}

	}

}
