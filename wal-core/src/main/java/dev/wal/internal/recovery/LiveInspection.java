// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

import dev.wal.CorruptionPolicy;
import dev.wal.RecoveryScan;
import dev.wal.WalCorruptedException;
import dev.wal.WalIoException;
import dev.wal.internal.io.Storage;
import dev.wal.internal.segment.ControlFile;
import dev.wal.internal.segment.ControlRecord;
import org.jspecify.annotations.Nullable;

/**
 * Inspects a log that another process may be writing. What its writer changes between two
 * reads can look like damage, so an inspection that finds damage is repeated.
 */
public final class LiveInspection {

	/**
	 * A live writer may change the files between two reads of the same inspection. What
	 * looks the same twice is no race; what differs each time is looked at again, so
	 * often that no writer is as fast as that.
	 */
	private static final int ATTEMPTS = 50;

	private LiveInspection() {
	}

	/**
	 * Return whether a live writer has released all that was found: the newest segment
	 * may have been filled with zeros for its next use while it was read.
	 */
	private static boolean isOvertaken(Storage storage, InspectedLog inspected) throws IOException {
		if (inspected.identity().controlDamaged()) {
			return false;
		}
		ControlRecord control = ControlFile.read(storage).record();
		return control != null && control.checkpointLsn() > inspected.checkpointLsn()
				&& control.checkpointLsn() > inspected.lastLsn();
	}

	/**
	 * Inspect the directory of a log, again if it changed in between.
	 * @param owner the owner that the log must have, or {@code null} for any
	 * @param policy what to do with damage
	 * @param level how much to verify
	 * @return what was found
	 * @throws WalCorruptedException if acknowledged data is damaged, and the policy is to
	 * throw
	 * @throws WalIoException if a file cannot be read
	 */
	public static InspectedLog of(Storage storage, @Nullable String owner, CorruptionPolicy policy,
			RecoveryScan level) {
		String before = null;
		for (int attempt = 1;; attempt++) {
			try {
				InspectedLog inspected = Inspection.of(storage, owner, policy, level);
				String now = inspected.damage().toString();
				boolean settled = inspected.damage().isEmpty() || now.equals(before);
				if ((settled && !isOvertaken(storage, inspected)) || attempt == ATTEMPTS) {
					return inspected;
				}
				before = now;
			}
			catch (WalCorruptedException ex) {
				if (String.valueOf(ex.getMessage()).equals(before) || attempt == ATTEMPTS) {
					throw ex;
				}
				before = ex.getMessage();
			}
			catch (NoSuchFileException | LogChangedException ex) {
				if (attempt == ATTEMPTS) {
					throw new WalIoException("read", storage.directory(), ex);
				}
			}
			catch (IOException ex) {
				throw new WalIoException("read", storage.directory(), ex);
			}
		}
	}

}
