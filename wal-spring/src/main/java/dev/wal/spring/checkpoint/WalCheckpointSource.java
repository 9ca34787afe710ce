package dev.wal.spring.checkpoint;

import dev.wal.Lsn;

/**
 * Says how far the application has applied the log. Beans of this type are asked by the
 * scheduled checkpoint. The smallest of their answers becomes the checkpoint: records up
 * to it are not replayed any more, and segments that hold nothing above it are deleted.
 * Where there is no such bean, nothing is ever deleted.
 */
@FunctionalInterface
public interface WalCheckpointSource {

	/**
	 * Return the highest LSN up to which the effects of <em>all</em> records are stored
	 * durably elsewhere, such as in a database or a snapshot, so that the records are not
	 * needed after a crash. State that is held in memory only does not count.
	 * @return the LSN, or {@link Lsn#NONE} if nothing has been applied yet
	 */
	Lsn appliedLsn();

}
