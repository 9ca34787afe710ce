// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

import dev.wal.Lsn;
import dev.wal.WriteAheadLog;
import dev.wal.trace.OutputLocation;
import dev.wal.trace.TraceJournal;

public class Orders {

	public static void main(String[] args) {
		try (WriteAheadLog wal = WriteAheadLog.builder(Path.of(args[0])).owner("orders").segmentSize(8192).open()) {
			for (int i = 1; i <= 100; i++) {
				String order = "{\"customer\": \"Ada\", \"quantity\": " + i + "}";
				wal.append(order.getBytes(StandardCharsets.UTF_8));
			}
			wal.checkpoint(Lsn.of(40));
			TraceJournal journal = new TraceJournal(wal);
			UUID trace = journal.startTrace();
			journal.startNode(trace, 1);
			journal.completeNode(trace, 1, new OutputLocation(0, 512, 0));
			journal.startNode(trace, 2);
		}
	}

}
