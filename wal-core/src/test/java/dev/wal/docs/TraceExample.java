// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.nio.file.Path;

import dev.wal.WriteAheadLog;
import dev.wal.trace.Trace;
import dev.wal.trace.TraceJournal;
import dev.wal.trace.TraceRecoveryReport;

public class TraceExample {

	static final int RESERVE = 1;

	static final int CHARGE = 2;

	static final int SHIP = 3;

	public static void main(String[] args) {
		boolean crash = args.length > 1;
		try (WriteAheadLog wal = WriteAheadLog.builder(Path.of(args[0])).segmentSize(1 << 20).open()) {
			TraceJournal journal = new TraceJournal(wal);
			TraceRecoveryReport report = journal.recover((state, action) -> {
				System.out.println("found " + state.name() + " " + state.data() + ": " + action);
				fulfil(journal.trace(state.traceId()), crash);
			});
			System.out.println(report.recovered().size() + " recovered, " + journal.openCount() + " open");
			if (report.outcomes().isEmpty()) {
				fulfil(journal.begin("order", "17"), crash);
			}
		}
	}

	static void fulfil(Trace trace, boolean crash) {
		trace.run(RESERVE, () -> System.out.println("reserve"));
		trace.run(CHARGE, () -> {
			System.out.println("charge");
			if (crash) {
				Runtime.getRuntime().halt(137);
			}
		});
		trace.run(SHIP, () -> System.out.println("ship"));
		trace.complete();
	}

}
