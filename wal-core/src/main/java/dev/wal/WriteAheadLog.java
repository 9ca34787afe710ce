// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A write-ahead log on any engine: records are appended to its end, are on the disk when
 * the append returns, and are read back in the same order after a crash.
 * <p>
 * Thread-safe. Appends of any number of threads share writes and forces, and the order of
 * the log is the order of the LSNs. An interrupt neither ends an append nor harms the
 * log: the call completes and the thread's interrupt flag is kept. Payloads are copied
 * before an append returns; the given array or buffer is the caller's again.
 * <p>
 * Every append throws
 * <ul>
 * <li>{@link WalRecordTooLargeException} if a record or batch is larger than the log
 * allows, and {@link NullPointerException} if it is {@code null}; the log is
 * unchanged</li>
 * <li>{@link WalFullException} if the disk is full; nothing was written, and a later
 * append succeeds once there is space</li>
 * <li>{@link WalFailedException} if a write or force failed, now or earlier; whether the
 * record is in the log shows when it is opened again</li>
 * <li>{@link WalClosedException} if the log is closed</li>
 * </ul>
 */
public interface WriteAheadLog extends WalView {

	/**
	 * Configure a log.
	 * @param directory where it is, or will be created with all its parents
	 * @return a builder with default settings
	 */
	static WalBuilder builder(Path directory) {
		return new WalBuilder(directory);
	}

	/**
	 * Configure a log for tests: in a new temporary directory that is deleted when the
	 * log is closed, and with {@link SyncPolicy#none()}.
	 * @return a builder
	 */
	static WalBuilder temporary() {
		return WalBuilder.temporary();
	}

	/**
	 * Append a record of type 0 under the policy of the log.
	 * @param payload the content, may be empty
	 * @return its LSN
	 */
	default Lsn append(byte[] payload) {
		return append(0, payload);
	}

	/**
	 * Append a record of type 0 under the policy of the log.
	 * @param payload the content, from its position to its limit, both of which stay
	 * @return its LSN
	 */
	default Lsn append(ByteBuffer payload) {
		return append(0, payload);
	}

	/**
	 * Append a record under the policy of the log.
	 * @param type the type, from 0 to {@value WalRecord#MAX_USER_TYPE}, delivered with
	 * the record and otherwise ignored; higher ones belong to features of the log
	 * @param payload the content, may be empty
	 * @return its LSN
	 */
	Lsn append(int type, byte[] payload);

	/**
	 * Append a record under the policy of the log.
	 * @param type the type, from 0 to {@value WalRecord#MAX_USER_TYPE}, delivered with
	 * the record and otherwise ignored; higher ones belong to features of the log
	 * @param payload the content, from its position to its limit, both of which stay
	 * @return its LSN
	 */
	Lsn append(int type, ByteBuffer payload);

	/**
	 * Append records as one unit under the policy of the log: after a crash all of them
	 * are there or none. One write and one force serve them all.
	 * @param payloads the contents, in order; for other types than 0 see
	 * {@link #appendAll(WalBatch)}
	 * @return their LSNs, {@link LsnRange#EMPTY} if there are none
	 */
	default LsnRange appendAll(List<byte[]> payloads) {
		return appendAll(WalBatch.of(payloads));
	}

	/**
	 * Append records as one unit under the policy of the log.
	 * @param batch the records
	 * @return their LSNs, {@link LsnRange#EMPTY} if there are none
	 */
	LsnRange appendAll(WalBatch batch);

	/**
	 * Append a record of type 0 without waiting for the disk.
	 * @param payload the content, may be empty
	 * @return completes with the LSN once the record is durable, under every policy of
	 * the log, or exceptionally as an append throws
	 */
	default CompletableFuture<Lsn> appendAsync(byte[] payload) {
		return appendAsync(0, payload);
	}

	/**
	 * Append a record of type 0 without waiting for the disk.
	 * @param payload the content, from its position to its limit, both of which stay
	 * @return as {@link #appendAsync(byte[])}
	 */
	default CompletableFuture<Lsn> appendAsync(ByteBuffer payload) {
		return appendAsync(0, payload);
	}

	/**
	 * Append a record without waiting for the disk. Futures complete in LSN order, on a
	 * thread of the log that does nothing else: dependents that run long hold up later
	 * futures, never an append.
	 * @param type the type, from 0 to {@value WalRecord#MAX_USER_TYPE}; higher ones
	 * belong to features of the log
	 * @param payload the content, may be empty
	 * @return as {@link #appendAsync(byte[])}
	 */
	default CompletableFuture<Lsn> appendAsync(int type, byte[] payload) {
		return appendAsync(type, ByteBuffer.wrap(Objects.requireNonNull(payload, "payload must not be null")));
	}

	/**
	 * Append a record without waiting for the disk, as {@link #appendAsync(int, byte[])}.
	 * @param type the type, from 0 to {@value WalRecord#MAX_USER_TYPE}; higher ones
	 * belong to features of the log
	 * @param payload the content, from its position to its limit, both of which stay
	 * @return as {@link #appendAsync(byte[])}
	 */
	CompletableFuture<Lsn> appendAsync(int type, ByteBuffer payload);

	/**
	 * Append records as one unit without waiting for the disk.
	 * @param batch the records
	 * @return completes with their LSNs once all of them are durable, as
	 * {@link #appendAsync(int, byte[])}; with {@link LsnRange#EMPTY} if there are none
	 */
	CompletableFuture<LsnRange> appendAllAsync(WalBatch batch);

	/**
	 * Force everything appended so far to the disk, in all segments.
	 * @return the durable LSN, at least that of every record appended before the call
	 * @throws WalFailedException if the force failed, now or earlier
	 * @throws WalClosedException if the log is closed
	 */
	Lsn sync();

	/**
	 * Read the history from a record on and then what is appended.
	 * @param from the LSN of the first record to read; may be one above the last
	 * @return a follower, to be closed
	 * @throws WalPositionException if the records from there on are no longer there or
	 * were never written
	 */
	WalFollower follow(Lsn from);

	/**
	 * Deliver the records from one on, and all that follow, to a listener on a thread of
	 * its own. The delivery starts at once and ends with the subscription or the log.
	 * @param from the LSN of the first record to deliver; may be one above the last
	 * @param listener takes the records
	 * @return the subscription
	 * @throws WalPositionException if the records from there on are no longer there or
	 * were never written
	 */
	WalSubscription subscribe(Lsn from, WalRecordListener listener);

	/**
	 * Declare that the application has durably applied all records up to an LSN. The log
	 * stores that, and then may delete what lies at or below it and no reader still
	 * needs. A log in files deletes whole segments, never the active one, and keeps what
	 * its {@link RetentionPolicy} keeps. A checkpoint at or below the last one only
	 * deletes what that one had to leave.
	 * @param lsn the LSN of the last record applied
	 * @return the first LSN that can still be read; if no record is left, the LSN that
	 * the next one gets
	 * @throws WalPositionException if the LSN is above the durable one
	 * @throws WalIoException if the checkpoint could not be stored, or something could
	 * not be deleted; the next checkpoint tries the latter again
	 */
	Lsn checkpoint(Lsn lsn);

	/**
	 * Return the state of the log. Takes no lock, and may be called at any time, also
	 * after {@link #close()}.
	 * @return the status
	 */
	WalStatus status();

	/**
	 * Return this log as another type: an interface of its engine, or one that a wrapper
	 * hides.
	 * @param <T> the type
	 * @param type the type
	 * @return the log, or nothing if it is none of that type
	 */
	default <T> Optional<T> unwrap(Class<T> type) {
		return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
	}

	/**
	 * Force what was appended, mark the log as closed, and release its files, threads and
	 * lock. Appends under way complete; later ones throw {@link WalClosedException}.
	 * Listeners and what depends on the futures of asynchronous appends are waited for,
	 * but no longer than the close timeout. Idempotent: who calls this while another
	 * thread closes the log waits until it is closed.
	 * @throws WalFailedException if the last force failed; the log is closed all the same
	 */
	@Override
	void close();

}
