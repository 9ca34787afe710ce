// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * The state of a log in files at one moment, beside the {@link WalStatus} that every
 * engine has. Taken without any lock.
 *
 * @param directory the directory of the log
 * @param segmentCount the number of segments with records, the active one included
 * @param sizeOnDisk the bytes of all segment files, preallocated space included, and of
 * the files that are kept for later segments
 * @param usableSpace the bytes free on the disk, or -1 if unknown
 * @param retentionExcess the number of segments that are kept beyond the limits of the
 * {@link RetentionPolicy}, because they are above the checkpoint or a reader needs them;
 * as of the last checkpoint that was asked for
 * @param stalledReaders the number of readers and followers that keep released segments
 * from being deleted and have not moved for a minute: forgotten ones, most likely. A WARN
 * names each with the stack that opened it
 * @param directoryProblem why the log cannot check at the moment whether the directory is
 * still the one that it opened, or {@code null} if it can
 * @param controlProblem why the control file could not be written at the last attempt, or
 * {@code null}: no checkpoint deletes anything until it can be
 * @param lostRecords how many acknowledged records the log gave up, now or at an earlier
 * open, without anybody having acknowledged that; see
 * {@link LocalWriteAheadLog#acknowledgeLoss()}
 */
public record LocalStatus(Path directory, int segmentCount, long sizeOnDisk, long usableSpace, int retentionExcess,
		int stalledReaders, @Nullable String directoryProblem, @Nullable String controlProblem, long lostRecords) {
}
