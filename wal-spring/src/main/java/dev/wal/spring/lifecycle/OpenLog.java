// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.lifecycle;

import java.util.List;

import dev.wal.RecoveryReport;
import dev.wal.SegmentInfo;
import dev.wal.TailState;
import dev.wal.WalClosedException;
import dev.wal.WalState;
import dev.wal.WriteAheadLog;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a log only while it is open. Otherwise the call itself would open the log.
 */
public final class OpenLog {

	private OpenLog() {
	}

	public static @Nullable TailState tailState(WriteAheadLog wal) {
		return ask(wal, WriteAheadLog::tailState);
	}

	public static @Nullable RecoveryReport recoveryReport(WriteAheadLog wal) {
		return ask(wal, WriteAheadLog::recoveryReport);
	}

	public static List<SegmentInfo> segments(WriteAheadLog wal) {
		List<SegmentInfo> segments = ask(wal, WriteAheadLog::segments);
		return (segments != null) ? segments : List.of();
	}

	private static <T> @Nullable T ask(WriteAheadLog wal, Question<T> question) {
		if (wal.status().state() == WalState.CLOSED) {
			return null;
		}
		try {
			return question.put(wal);
		}
		catch (WalClosedException ex) {
			// The log closed after its state was read.
			return null;
		}
	}

	private interface Question<T> {

		T put(WriteAheadLog wal);

	}

}
