// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.lifecycle;

import java.util.List;
import java.util.function.Function;

import dev.wal.LocalRecovery;
import dev.wal.LocalWriteAheadLog;
import dev.wal.RecoveryReport;
import dev.wal.SegmentInfo;
import dev.wal.TailState;
import dev.wal.WalClosedException;
import dev.wal.WalState;
import dev.wal.WalStatus;
import dev.wal.WriteAheadLog;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a log only while it is open. Otherwise the call itself would open the log.
 */
public final class OpenLog {

	private OpenLog() {
	}

	/**
	 * Return whether this is a mock that a test has put in the place of a log: it answers
	 * every question with nothing. Nothing works on a mock.
	 */
	public static boolean isMock(WriteAheadLog wal) {
		WalStatus status = wal.status();
		return status == null || status.state() == null;
	}

	public static @Nullable TailState tailState(WriteAheadLog wal) {
		return ask(wal, WriteAheadLog::tailState);
	}

	public static @Nullable RecoveryReport recoveryReport(WriteAheadLog wal) {
		return ask(wal, WriteAheadLog::recoveryReport);
	}

	public static List<SegmentInfo> segments(WriteAheadLog wal) {
		List<SegmentInfo> segments = askFiles(wal, LocalWriteAheadLog::segments);
		return (segments != null) ? segments : List.of();
	}

	public static @Nullable LocalRecovery localRecovery(WriteAheadLog wal) {
		return askFiles(wal, LocalWriteAheadLog::localRecovery);
	}

	private static <T> @Nullable T askFiles(WriteAheadLog wal, Function<LocalWriteAheadLog, T> question) {
		return ask(wal, (log) -> log.unwrap(LocalWriteAheadLog.class).map(question).orElse(null));
	}

	private static <T> @Nullable T ask(WriteAheadLog wal, Function<WriteAheadLog, @Nullable T> question) {
		if (wal.status().state() == WalState.CLOSED) {
			return null;
		}
		try {
			return question.apply(wal);
		}
		catch (WalClosedException ex) {
			// The log closed after its state was read.
			return null;
		}
	}

}
