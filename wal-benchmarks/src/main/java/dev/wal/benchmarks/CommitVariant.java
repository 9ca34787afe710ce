// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The floor's group commit with one thing done differently, to see what that thing is
 * worth. Without checksums and recovery, as the floor.
 */
final class CommitVariant implements Subject {

	private static final int BLOCK = 4096;

	private static final int BUFFER = 1 << 20;

	private final String name;

	private final long fileSize;

	private final Set<Trait> traits;

	CommitVariant(String name, long fileSize, Trait... traits) {
		this.name = name;
		this.fileSize = fileSize;
		this.traits = Set.of(traits);
	}

	@Override
	public String name() {
		return this.name;
	}

	private boolean has(Trait trait) {
		return this.traits.contains(trait);
	}

	@Override
	public Log open(Path directory, int payloadSize) throws IOException {
		Path file = directory.resolve("floor");
		OpenOption[] options = has(Trait.DIRECT)
				? new OpenOption[] { StandardOpenOption.WRITE, StandardOpenOption.DSYNC, DirectFloor.direct() }
				: new OpenOption[] { StandardOpenOption.WRITE };
		return new Group(ZeroedFile.create(file, this.fileSize, options));
	}

	/**
	 * What may be different.
	 */
	enum Trait {

		/** The leader closes its batch at once, without letting others join first. */
		NO_YIELD,

		/** Each woken thread wakes the next two, instead of the leader all of them. */
		CHAIN,

		/** One thread owns the file; all others hand their records over to it. */
		OWNER,

		/** Every batch takes whole blocks of 4 KiB. */
		PADDED,

		/**
		 * Whole blocks are written past the page cache, with DSYNC instead of a force.
		 */
		DIRECT,

		/** Two batches are on their way to the disk at a time. */
		TWO_IN_FLIGHT

	}

	private final class Group implements Log {

		private final FileChannel channel;

		private final ReentrantLock lock = new ReentrantLock();

		/** Guarded by the lock, as all that follows. */
		private Batch filling = new Batch();

		private @Nullable Batch oldest;

		private @Nullable Batch newest;

		private int leading;

		private int lastCount;

		private long position;

		private final Deque<ByteBuffer> buffers = new ArrayDeque<>();

		private final AtomicLong forces = new AtomicLong();

		private final AtomicLong bytes = new AtomicLong();

		private final @Nullable Thread owner;

		private volatile boolean closed;

		Group(FileChannel channel) {
			this.channel = channel;
			for (int i = 0; i < 2; i++) {
				this.buffers.add(ByteBuffer.allocateDirect(BUFFER + BLOCK).alignedSlice(BLOCK));
			}
			this.owner = has(Trait.OWNER) ? new Thread(this::own, "owner") : null;
			if (this.owner != null) {
				this.owner.setDaemon(true);
				this.owner.start();
			}
		}

		@Override
		public void append(byte[] payload) throws Exception {
			Thread current = Thread.currentThread();
			Batch batch;
			int place;
			boolean first;
			this.lock.lock();
			try {
				batch = this.filling;
				first = batch.count == 0;
				place = batch.add(payload, current);
				if (this.owner == null && batch.leader == null && this.leading < leaders()) {
					this.leading++;
					batch.leader = current;
				}
			}
			finally {
				this.lock.unlock();
			}
			if (first && this.owner != null) {
				LockSupport.unpark(this.owner);
			}
			while (!batch.done) {
				if (batch.leader == current && !batch.led) {
					batch.led = true;
					lead(batch);
				}
				else {
					LockSupport.park(this);
				}
			}
			if (has(Trait.CHAIN)) {
				batch.wake(2 * place + 1);
				batch.wake(2 * place + 2);
			}
			Exception failure = batch.failure;
			if (failure != null) {
				throw new IllegalStateException("The commit of a batch failed", failure);
			}
		}

		private int leaders() {
			return has(Trait.TWO_IN_FLIGHT) ? 2 : 1;
		}

		private void own() {
			while (!this.closed) {
				Batch batch;
				this.lock.lock();
				try {
					batch = this.filling;
				}
				finally {
					this.lock.unlock();
				}
				if (batch.count == 0) {
					LockSupport.park(this);
				}
				else {
					lead(batch);
				}
			}
		}

		// Correct without the yield, only slower.
		@SuppressWarnings("ThreadPriorityCheck")
		private void lead(Batch batch) {
			if (this.lastCount > 1 && !has(Trait.NO_YIELD)) {
				Thread.yield();
			}
			ByteBuffer buffer;
			long at;
			this.lock.lock();
			try {
				this.filling = new Batch();
				buffer = this.buffers.remove();
				int length = batch.length();
				if (has(Trait.PADDED) || has(Trait.DIRECT)) {
					length = (length + BLOCK - 1) / BLOCK * BLOCK;
				}
				batch.size = length;
				if (this.position + length > CommitVariant.this.fileSize) {
					this.position = 0;
				}
				at = this.position;
				this.position += length;
				if (this.newest != null) {
					this.newest.next = batch;
				}
				else {
					this.oldest = batch;
				}
				this.newest = batch;
			}
			finally {
				this.lock.unlock();
			}
			try {
				write(batch, buffer, at);
			}
			catch (IOException ex) {
				batch.failure = ex;
			}
			end(batch, buffer);
		}

		private void write(Batch batch, ByteBuffer buffer, long at) throws IOException {
			buffer.clear();
			for (int i = 0; i < batch.count; i++) {
				buffer.put(batch.payloads[i]);
			}
			buffer.clear().limit(batch.size);
			ZeroedFile.writeFully(this.channel, buffer, at);
			if (!has(Trait.DIRECT)) {
				this.channel.force(false);
			}
			this.forces.incrementAndGet();
			this.bytes.addAndGet(batch.size);
		}

		/**
		 * Have another thread lead, and release all batches up to the first one that is
		 * still on its way.
		 */
		private void end(Batch batch, ByteBuffer buffer) {
			Thread next = null;
			Batch released;
			Batch following;
			this.lock.lock();
			try {
				this.buffers.add(buffer);
				this.lastCount = batch.count;
				batch.written = true;
				released = this.oldest;
				while (this.oldest != null && this.oldest.written) {
					this.oldest = this.oldest.next;
				}
				following = this.oldest;
				if (this.oldest == null) {
					this.newest = null;
				}
				if (this.owner == null) {
					if (this.filling.count > 0 && this.filling.leader == null) {
						next = this.filling.threads[0];
						this.filling.leader = next;
					}
					else {
						this.leading--;
					}
				}
			}
			finally {
				this.lock.unlock();
			}
			LockSupport.unpark(next);
			for (Batch done = released; done != null && done != following; done = done.next) {
				done.done = true;
				int woken = has(Trait.CHAIN) ? 1 : done.count;
				for (int i = 0; i < woken; i++) {
					done.wake(i);
				}
			}
		}

		@Override
		public Counts counts() {
			return new Counts(this.forces.get(), this.bytes.get(), this.bytes.get());
		}

		@Override
		public void close() throws IOException {
			this.closed = true;
			LockSupport.unpark(this.owner);
			this.channel.close();
		}

	}

	private static final class Batch {

		private byte[][] payloads = new byte[64][];

		private Thread[] threads = new Thread[64];

		private volatile int count;

		private int size;

		/** Only used by the leader. */
		private boolean led;

		private volatile @Nullable Thread leader;

		private boolean written;

		private volatile @Nullable Batch next;

		private volatile boolean done;

		private volatile @Nullable Exception failure;

		// Guarded by a lock.
		@SuppressWarnings("NonAtomicVolatileUpdate")
		int add(byte[] payload, Thread thread) {
			if (this.count == this.payloads.length) {
				this.payloads = Arrays.copyOf(this.payloads, this.count * 2);
				this.threads = Arrays.copyOf(this.threads, this.count * 2);
			}
			this.payloads[this.count] = payload;
			this.threads[this.count] = thread;
			return this.count++;
		}

		int length() {
			int length = 0;
			for (int i = 0; i < this.count; i++) {
				length += this.payloads[i].length;
			}
			return length;
		}

		void wake(int place) {
			if (place < this.count) {
				LockSupport.unpark(this.threads[place]);
			}
		}

	}

}
