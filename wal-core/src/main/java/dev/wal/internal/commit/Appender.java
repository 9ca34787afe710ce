// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.SyncPolicy;
import dev.wal.WalBatch;
import dev.wal.WalException;
import dev.wal.internal.format.Format;
import dev.wal.internal.thread.VirtualThreads;

/**
 * Appends records on behalf of callers: puts them into the batch being filled, sees to it
 * that the batch is committed, and waits for as much of that as the policy asks for.
 * Virtual threads only ever wait.
 */
public final class Appender {

	private final Intake intake;

	private final Committer committer;

	private final Flusher flusher;

	private final CommitState state;

	private final Completions completions;

	public Appender(Intake intake, Committer committer, CommitState state, Completions completions) {
		this.intake = intake;
		this.committer = committer;
		this.flusher = committer.flusher();
		this.state = state;
		this.completions = completions;
	}

	public Lsn append(int type, byte[] payload, SyncPolicy policy) {
		return append(Format.RECORD_HEADER_SIZE + (long) payload.length, policy, (batch) -> batch.add(type, payload));
	}

	public Lsn append(int type, ByteBuffer payload, SyncPolicy policy) {
		return append(Format.RECORD_HEADER_SIZE + (long) payload.remaining(), policy,
				(batch) -> batch.add(type, payload));
	}

	public LsnRange append(List<WalBatch.Entry> entries, long size, SyncPolicy policy) {
		return range(append(size, policy, (batch) -> batch.add(entries, size)), entries);
	}

	private static LsnRange range(Lsn first, List<WalBatch.Entry> entries) {
		return new LsnRange(first, new Lsn(first.value() + entries.size() - 1));
	}

	private Lsn append(long size, SyncPolicy policy, Filler filler) {
		boolean durable = policy.mode() == SyncPolicy.Mode.ALWAYS;
		boolean virtual = VirtualThreads.isCurrent();
		Batch batch;
		int index;
		boolean lead = false;
		lockForFilling(size, virtual);
		try {
			batch = this.intake.batch();
			// What may throw comes first: once the record is there, its caller waits.
			batch.waiters().reserve();
			index = filler.fill(batch);
			batch.join();
			if (durable) {
				lead = enlist(batch, virtual);
			}
			else if (virtual) {
				batch.waiters().addForWrite(Thread.currentThread());
			}
		}
		finally {
			this.intake.unlock();
		}
		try {
			if (durable) {
				awaitDurable(batch, lead, virtual);
			}
			else {
				awaitWritten(batch, virtual);
				if (policy.mode() == SyncPolicy.Mode.INTERVAL) {
					this.flusher.forceWithin(policy.interval());
				}
			}
			return new Lsn(batch.firstLsn() + index);
		}
		finally {
			this.intake.leave(batch);
		}
	}

	public CompletableFuture<Lsn> appendAsync(int type, ByteBuffer payload) {
		int bytes = payload.remaining();
		return appendAsync(bytes, Format.RECORD_HEADER_SIZE + (long) bytes,
				(batch, future, began) -> batch.add(type, payload, future, began));
	}

	/**
	 * Append records as one unit without waiting.
	 * @param size the size of all of them, encoded
	 * @return completes with their LSNs
	 */
	public CompletableFuture<LsnRange> appendAsync(List<WalBatch.Entry> entries, long size) {
		int bytes = Format.payloadSize(size, entries.size());
		CompletableFuture<LsnRange> range = new CompletableFuture<>();
		// Not a dependent stage: it would wrap the exception of a failed append.
		Future<?> unused = appendAsync(bytes, size, (batch, future, began) -> batch.add(entries, size, future, began))
			.whenComplete((first, failure) -> {
				if (failure != null) {
					range.completeExceptionally(failure);
				}
				else {
					range.complete(range(first, entries));
				}
			});
		return range;
	}

	private CompletableFuture<Lsn> appendAsync(int bytes, long encoded, AsyncFiller filler) {
		long began = System.nanoTime();
		long size = PendingAppend.size(bytes);
		CompletableFuture<Lsn> future = new CompletableFuture<>();
		try {
			this.completions.reserve(size);
			try {
				fill(encoded, filler, future, began);
			}
			catch (RuntimeException | Error ex) {
				// Others may be waiting for it.
				this.completions.release(size);
				throw ex;
			}
		}
		catch (WalException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return future;
	}

	private void fill(long encoded, AsyncFiller filler, CompletableFuture<Lsn> future, long began) {
		boolean lead;
		lockForFilling(encoded, VirtualThreads.isCurrent());
		try {
			Batch batch = this.intake.batch();
			filler.fill(batch, future, began);
			lead = this.intake.await(batch);
		}
		finally {
			this.intake.unlock();
		}
		if (lead) {
			this.flusher.lead();
		}
	}

	/**
	 * Force everything that was appended.
	 * @return the durable LSN
	 */
	public Lsn sync() {
		boolean virtual = VirtualThreads.isCurrent();
		Batch batch;
		boolean lead;
		this.intake.lock();
		try {
			batch = this.intake.batch();
			batch.waiters().reserve();
			batch.join();
			lead = enlist(batch, virtual);
		}
		finally {
			this.intake.unlock();
		}
		try {
			awaitDurable(batch, lead, virtual);
		}
		finally {
			this.intake.leave(batch);
		}
		return Lsn.of(this.state.durableLsn());
	}

	/**
	 * Write everything that was appended.
	 * @return the last LSN written
	 */
	public Lsn flush() {
		boolean virtual = VirtualThreads.isCurrent();
		Batch batch;
		this.intake.lock();
		try {
			batch = this.intake.batch();
			batch.waiters().reserve();
			batch.join();
			batch.waiters().addForWrite(Thread.currentThread());
		}
		finally {
			this.intake.unlock();
		}
		try {
			awaitWritten(batch, virtual);
		}
		finally {
			this.intake.leave(batch);
		}
		return Lsn.of(this.state.writtenLsn());
	}

	/**
	 * Have this thread wait for a batch to be durable. Holds the lock of the intake.
	 * @return whether this thread has to see to a commit
	 */
	private boolean enlist(Batch batch, boolean virtual) {
		if (virtual) {
			batch.waiters().add(Thread.currentThread());
		}
		else {
			batch.waiters().addForCommit(Thread.currentThread());
		}
		return this.intake.await(batch);
	}

	/**
	 * Take the lock of the intake when there is room in the batch being filled. A thread
	 * that finds none writes the batch itself.
	 */
	private void lockForFilling(long size, boolean virtual) {
		while (true) {
			this.intake.lock();
			boolean fits = false;
			try {
				fits = this.intake.batch().fits(size);
				if (!fits && virtual) {
					this.flusher.wake();
					this.intake.awaitRoom();
				}
			}
			finally {
				if (!fits) {
					this.intake.unlock();
				}
			}
			if (fits) {
				return;
			}
			if (!virtual) {
				this.committer.writeOut();
			}
		}
	}

	private void awaitDurable(Batch batch, boolean lead, boolean virtual) {
		if (lead && virtual) {
			this.flusher.lead();
		}
		else if (lead) {
			this.committer.lead();
		}
		while (!batch.awaitEnd()) {
			this.committer.lead();
		}
		if (batch.state() == Batch.FAILED) {
			throw batch.failure();
		}
	}

	private void awaitWritten(Batch batch, boolean virtual) {
		if (virtual) {
			this.flusher.wake();
			batch.awaitWritten();
		}
		while (batch.state() < Batch.WRITTEN) {
			this.committer.writeOut();
		}
		if (batch.state() == Batch.FAILED) {
			throw batch.failure();
		}
	}

	/**
	 * Puts records into a batch.
	 */
	@FunctionalInterface
	private interface Filler {

		int fill(Batch batch);

	}

	/**
	 * Puts records into a batch that completes a future once they are durable.
	 */
	@FunctionalInterface
	private interface AsyncFiller {

		void fill(Batch batch, CompletableFuture<Lsn> future, long began);

	}

}
