// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.ByteBuffer;

/**
 * A write-ahead log in the files of one directory: what every {@link WriteAheadLog} has,
 * and what only files can do. Thread-safe.
 */
public interface LocalWriteAheadLog extends WriteAheadLog, LocalWalView {

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
	 * Append a record under a policy of its own.
	 * @param type the type, from 0 to {@value WalRecord#MAX_USER_TYPE}, delivered with
	 * the record and otherwise ignored; higher ones belong to features of the log
	 * @param payload the content, may be empty
	 * @param policy what this call waits for
	 * @return its LSN
	 */
	Lsn append(int type, byte[] payload, SyncPolicy policy);

	/**
	 * Append a record under a policy of its own.
	 * @param type the type, from 0 to {@value WalRecord#MAX_USER_TYPE}, delivered with
	 * the record and otherwise ignored; higher ones belong to features of the log
	 * @param payload the content, from its position to its limit, both of which stay
	 * @param policy what this call waits for
	 * @return its LSN
	 */
	Lsn append(int type, ByteBuffer payload, SyncPolicy policy);

	/**
	 * Append records as one unit under a policy of its own.
	 * @param batch the records
	 * @param policy what this call waits for
	 * @return their LSNs, {@link LsnRange#EMPTY} if there are none
	 */
	LsnRange appendAll(WalBatch batch, SyncPolicy policy);

	/**
	 * Hand everything appended so far to the operating system. Appends that returned need
	 * no flush; this is for {@link #appendAsync}.
	 * @return the LSN of the last record that was written
	 */
	Lsn flush();

	/**
	 * Start a new segment, so that a checkpoint can delete all earlier ones.
	 * @return {@code false} if the active segment is empty, and nothing was done
	 * @throws WalFullException if the disk is full; the active segment stays
	 * @throws WalFailedException if a write or force failed, now or earlier
	 */
	boolean rotate();

	/**
	 * Delete everything up to a fence: rotate, then {@link #checkpoint(Lsn)} without the
	 * limits of the {@link RetentionPolicy}. Records above the fence stay, and LSNs
	 * continue.
	 * @param fence the LSN of the last record that is no longer needed
	 * @return the first LSN that can still be read; if no record is left, the LSN that
	 * the next one gets
	 * @throws WalPositionException if the fence is above the durable LSN
	 */
	Lsn reset(Lsn fence);

	/**
	 * Note, durably, that somebody knows of the records that the log gave up because the
	 * {@link CorruptionPolicy} allows it. Until then {@link LocalStatus#lostRecords()}
	 * counts them, across restarts. Damage that is still in the log counts again at the
	 * next open.
	 * @return how many there were, 0 if there was nothing to acknowledge
	 * @throws WalClosedException if the log is closed
	 * @throws WalIoException if that could not be stored
	 */
	long acknowledgeLoss();

	/**
	 * Return the settings in effect.
	 * @return the options that the log was opened with
	 */
	WalOptions options();

	/**
	 * Return the state of the files. Takes no lock, and may be called at any time, also
	 * after {@link #close()}.
	 * @return the status
	 */
	LocalStatus localStatus();

	@Override
	void close();

}
