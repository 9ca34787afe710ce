// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A write-ahead log: records are appended to its end, are on the disk when the append
 * returns, and are read back in the same order after a crash.
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
 * append succeeds once there is room</li>
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
	 * Append a record of type 0 under a policy of its own.
	 * @param payload the content, may be empty
	 * @param policy what this call waits for
	 * @return its LSN
	 */
	default Lsn append(byte[] payload, SyncPolicy policy) {
		return append(0, payload, policy);
	}

	/**
	 * Append a record of type 0 under a policy of its own.
	 * @param payload the content, from its position to its limit, both of which stay
	 * @param policy what this call waits for
	 * @return its LSN
	 */
	default Lsn append(ByteBuffer payload, SyncPolicy policy) {
		return append(0, payload, policy);
	}

	/**
	 * Append a record under the policy of the log.
	 * @param type the type, from 0 to 255, delivered with the record and otherwise
	 * ignored
	 * @param payload the content, may be empty
	 * @return its LSN
	 */
	Lsn append(int type, byte[] payload);

	/**
	 * Append a record under the policy of the log.
	 * @param type the type, from 0 to 255, delivered with the record and otherwise
	 * ignored
	 * @param payload the content, from its position to its limit, both of which stay
	 * @return its LSN
	 */
	Lsn append(int type, ByteBuffer payload);

	/**
	 * Append a record under a policy of its own.
	 * @param type the type, from 0 to 255, delivered with the record and otherwise
	 * ignored
	 * @param payload the content, may be empty
	 * @param policy what this call waits for
	 * @return its LSN
	 */
	Lsn append(int type, byte[] payload, SyncPolicy policy);

	/**
	 * Append a record under a policy of its own.
	 * @param type the type, from 0 to 255, delivered with the record and otherwise
	 * ignored
	 * @param payload the content, from its position to its limit, both of which stay
	 * @param policy what this call waits for
	 * @return its LSN
	 */
	Lsn append(int type, ByteBuffer payload, SyncPolicy policy);

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
	 * Append records as one unit under a policy of its own.
	 * @param batch the records
	 * @param policy what this call waits for
	 * @return their LSNs, {@link LsnRange#EMPTY} if there are none
	 */
	LsnRange appendAll(WalBatch batch, SyncPolicy policy);

	/**
	 * Append a record of type 0 without waiting for the disk.
	 * @param payload the content, may be empty
	 * @return completes with the LSN once the record is durable, whatever the policy of
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
	 * @param type the type, from 0 to 255
	 * @param payload the content, may be empty
	 * @return as {@link #appendAsync(byte[])}
	 */
	CompletableFuture<Lsn> appendAsync(int type, byte[] payload);

	/**
	 * Append a record without waiting for the disk, as {@link #appendAsync(int, byte[])}.
	 * @param type the type, from 0 to 255
	 * @param payload the content, from its position to its limit, both of which stay
	 * @return as {@link #appendAsync(byte[])}
	 */
	CompletableFuture<Lsn> appendAsync(int type, ByteBuffer payload);

	/**
	 * Hand everything appended so far to the operating system. Appends that returned need
	 * no flush; this is for {@link #appendAsync}.
	 * @return the LSN of the last record that was written
	 */
	Lsn flush();

	/**
	 * Force everything appended so far to the disk, in whatever segment it is.
	 * @return the durable LSN, at least that of every record appended before the call
	 * @throws WalFailedException if the force failed, now or earlier
	 * @throws WalClosedException if the log is closed
	 */
	Lsn sync();

	/**
	 * Begin a new segment, so that a checkpoint can let go of all that came before.
	 * @return {@code false} if the active segment is empty, and nothing was done
	 * @throws WalFullException if the disk is full; the active segment stays
	 * @throws WalFailedException if a write or force failed, now or earlier
	 */
	boolean rotate();

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
	WalSubscription subscribe(Lsn from, WalListener listener);

	/**
	 * Declare that the application has durably applied all records up to an LSN, and
	 * delete the segments that hold nothing above it and that no reader still needs, as
	 * far as the {@link RetentionPolicy} does not keep them. The active segment stays. A
	 * checkpoint at or below the last one only deletes what that one had to leave.
	 * @param lsn the LSN of the last record applied
	 * @return the number of segments deleted
	 * @throws WalPositionException if the LSN is above the durable one
	 * @throws WalIoException if the checkpoint could not be stored or a segment not be
	 * deleted; the latter is tried again by the next checkpoint
	 */
	int checkpoint(Lsn lsn);

	/**
	 * Let go of everything up to a fence: rotate, then {@link #checkpoint(Lsn)}, whatever
	 * the {@link RetentionPolicy} would keep. Records above the fence stay, and LSNs go
	 * on.
	 * @param fence the LSN of the last record that is no longer needed
	 * @return the number of segments deleted
	 * @throws WalPositionException if the fence is above the durable LSN
	 */
	int reset(Lsn fence);

	/**
	 * Return the state of the log. Takes no lock, and may be called at any time, also
	 * after {@link #close()}.
	 * @return the status
	 */
	WalStatus status();

	/**
	 * Return the settings in effect.
	 * @return the options that the log was opened with
	 */
	WalOptions options();

	/**
	 * Force what was appended, mark the log as closed, and let go of its files, threads
	 * and lock. Appends under way complete; later ones throw {@link WalClosedException}.
	 * Idempotent.
	 * @throws WalFailedException if the last force failed; the log is closed all the same
	 */
	@Override
	void close();

}
