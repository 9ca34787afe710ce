package dev.wal.docs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.SyncPolicy;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;

public class PlainJava {

	public static void main(String[] args) {
		try (WriteAheadLog wal = WriteAheadLog.builder(Path.of(args[0])).segmentSize(16L << 20).open()) {
			try (WalReader reader = wal.read(wal.checkpointLsn().next())) { // of earlier
																			// runs
				for (WalRecord record : reader) {
					System.out.println(record.lsn() + " " + record.toText());
				}
			}
			Lsn lsn = wal.append(bytes("one")); // on the disk when it returns
			LsnRange batch = wal.appendAll(List.of(bytes("two"), bytes("three"))); // both
																					// or
																					// none
			CompletableFuture<Lsn> later = wal.appendAsync(bytes("four")); // completes
																			// once on the
																			// disk
			wal.append(bytes("five"), SyncPolicy.none()); // this call does not wait for
															// the disk
			wal.sync(); // all that was appended before is on the disk
			System.out.println("appended " + lsn + ", " + batch + ", " + later.join());
			wal.checkpoint(lsn); // up to here the application needs nothing from the log
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
