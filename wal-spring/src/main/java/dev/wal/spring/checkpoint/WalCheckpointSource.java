// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.checkpoint;

import dev.wal.Lsn;

/**
 * Tells how far the application has applied the log. The checkpoint task asks all beans
 * of this type, and the smallest answer becomes the checkpoint: records up to it are not
 * replayed again, and segments without a record above it are deleted. Without such a
 * bean, and without a {@code WalSnapshotHandler}, no segment is deleted.
 */
@FunctionalInterface
public interface WalCheckpointSource {

	/**
	 * Return the highest LSN up to which the effects of <em>all</em> records are durable
	 * elsewhere, for example in a database. After a crash these records are not needed.
	 * State that is only in memory does not count. Called on the thread of the checkpoint
	 * task.
	 * @return the LSN, or {@link Lsn#NONE} if nothing has been applied yet
	 */
	Lsn appliedLsn();

}
