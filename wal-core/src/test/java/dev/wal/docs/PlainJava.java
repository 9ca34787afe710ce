// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.SyncPolicy;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;

public class PlainJava {

	public static void main(String[] args) {
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(Path.of(args[0])).segmentSize(16L << 20).open()) {
			// What earlier runs appended.
			try (WalReader reader = wal.read(wal.checkpointLsn().next())) {
				for (WalRecord record : reader) {
					System.out.println(record.lsn() + " " + record.toText());
				}
			}
			// On the disk when it returns.
			Lsn lsn = wal.append(bytes("one"));
			// After a crash both are there, or none.
			LsnRange batch = wal.appendAll(List.of(bytes("two"), bytes("three")));
			// Completes when the record is on the disk.
			CompletableFuture<Lsn> later = wal.appendAsync(bytes("four"));
			// This call does not wait for the disk.
			wal.append(bytes("five"), SyncPolicy.none());
			// All that was appended before is on the disk.
			wal.sync();
			System.out.println("appended " + lsn + ", " + batch + ", " + later.join());
			// Up to here the application needs nothing from the log.
			wal.checkpoint(lsn);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
