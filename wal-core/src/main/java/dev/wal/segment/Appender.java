package dev.wal.segment;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalBatch;
import dev.wal.WalException;

/**
 * Appends records on behalf of callers: puts them into the batch being filled, sees to it
 * that the batch is committed, and waits for as much of that as the policy asks for.
 * Virtual threads only ever wait.
 */
final class Appender {

	private final Intake intake;

	private final Committer committer;

	private final Flusher flusher;

	private final Progress progress;

	private final Completions completions;

	Appender(Intake intake, Committer committer, Progress progress, Completions completions) {
		this.intake = intake;
		this.committer = committer;
		this.flusher = committer.flusher();
		this.progress = progress;
		this.completions = completions;
	}

	Lsn append(int type, byte[] payload, SyncPolicy policy) {
		return append(Format.RECORD_HEADER_SIZE + (long) payload.length, policy, (batch) -> batch.add(type, payload));
	}

	Lsn append(int type, ByteBuffer payload, SyncPolicy policy) {
		return append(Format.RECORD_HEADER_SIZE + (long) payload.remaining(), policy,
				(batch) -> batch.add(type, payload));
	}

	Lsn append(List<WalBatch.Entry> entries, long size, SyncPolicy policy) {
		return append(size, policy, (batch) -> batch.add(entries, size));
	}

	private Lsn append(long size, SyncPolicy policy, Filler filler) {
		boolean durable = policy.mode() == SyncPolicy.Mode.ALWAYS;
		boolean virtual = VirtualThreads.isCurrent();
		Batch batch;
		int index;
		lockForFilling(size, virtual);
		try {
			batch = this.intake.batch();
			index = filler.fill(batch);
			register(batch, durable, virtual);
		}
		finally {
			this.intake.unlock();
		}
		if (durable) {
			awaitDurable(batch, virtual);
		}
		else {
			awaitWritten(batch, virtual);
			if (policy.mode() == SyncPolicy.Mode.INTERVAL) {
				this.flusher.forceWithin(policy.interval());
			}
		}
		return new Lsn(batch.firstLsn() + index);
	}

	CompletableFuture<Lsn> appendAsync(int type, ByteBuffer payload) {
		int bytes = payload.remaining();
		CompletableFuture<Lsn> future = new CompletableFuture<>();
		try {
			this.completions.reserve(bytes);
			try {
				fill(type, payload, future);
			}
			catch (RuntimeException | Error ex) {
				// Others may be waiting for that room.
				this.completions.release(bytes);
				throw ex;
			}
		}
		catch (WalException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		this.flusher.wake();
		return future;
	}

	private void fill(int type, ByteBuffer payload, CompletableFuture<Lsn> future) {
		int bytes = payload.remaining();
		lockForFilling(Format.RECORD_HEADER_SIZE + (long) bytes, VirtualThreads.isCurrent());
		try {
			Batch batch = this.intake.batch();
			int index = batch.add(type, payload);
			batch.register(new Batch.Pending(future, index, bytes));
			this.intake.await(batch);
		}
		finally {
			this.intake.unlock();
		}
	}

	/**
	 * Force everything that was appended.
	 * @return the durable LSN
	 */
	Lsn sync() {
		boolean virtual = VirtualThreads.isCurrent();
		Batch batch;
		this.intake.lock();
		try {
			batch = this.intake.batch();
			register(batch, true, virtual);
		}
		finally {
			this.intake.unlock();
		}
		awaitDurable(batch, virtual);
		return Lsn.of(this.progress.durableLsn());
	}

	/**
	 * Write everything that was appended.
	 * @return the last LSN written
	 */
	Lsn flush() {
		boolean virtual = VirtualThreads.isCurrent();
		Batch batch;
		this.intake.lock();
		try {
			batch = this.intake.batch();
			batch.registerForWrite(Thread.currentThread());
		}
		finally {
			this.intake.unlock();
		}
		awaitWritten(batch, virtual);
		return Lsn.of(this.progress.writtenLsn());
	}

	private void register(Batch batch, boolean durable, boolean virtual) {
		if (durable) {
			batch.register(Thread.currentThread());
			this.intake.await(batch);
		}
		else if (virtual) {
			batch.registerForWrite(Thread.currentThread());
		}
	}

	/**
	 * Take the lock of the intake when there is room in the batch being filled. Who finds
	 * none helps itself by writing the batch.
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

	private void awaitDurable(Batch batch, boolean virtual) {
		if (virtual) {
			this.flusher.wake();
		}
		else {
			this.committer.tryCommit(batch);
		}
		batch.awaitState(Batch.DURABLE);
		if (batch.state() == Batch.FAILED) {
			throw batch.failure();
		}
	}

	private void awaitWritten(Batch batch, boolean virtual) {
		if (virtual) {
			this.flusher.wake();
			batch.awaitState(Batch.WRITTEN);
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

}
