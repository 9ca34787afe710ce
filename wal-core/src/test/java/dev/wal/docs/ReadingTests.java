// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.wal.Lsn;
import dev.wal.WalFollower;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WalSubscription;
import dev.wal.WalView;
import dev.wal.WriteAheadLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The ways to read a log, each as the documentation prints it.
 */
class ReadingTests {

	@TempDir
	Path directory;

	@Test
	void visitorIsShownEveryRecord() {
		try (WriteAheadLog wal = WriteAheadLog.builder(this.directory).open()) {
			appendTwo(wal);
			// tag::visitor[]
			long[] bytes = new long[1];
			try (WalReader reader = wal.read(Lsn.FIRST)) {
				reader.visitRemaining((lsn, type, timestamp, payload) -> bytes[0] += payload.remaining());
			}
			// end::visitor[]
			assertThat(bytes[0]).isEqualTo(6);
		}
	}

	@Test
	void followerReadsTheHistoryAndThenWaits() throws InterruptedException {
		try (WriteAheadLog wal = WriteAheadLog.builder(this.directory).open()) {
			appendTwo(wal);
			List<String> texts = new ArrayList<>();
			// tag::follow[]
			try (WalFollower follower = wal.follow(Lsn.FIRST)) {
				WalRecord record = follower.poll(Duration.ofSeconds(1));
				// Null: nothing was appended for a second.
				while (record != null) {
					texts.add(record.toText());
					record = follower.poll(Duration.ofSeconds(1));
				}
			}
			// end::follow[]
			assertThat(texts).containsExactly("one", "two");
		}
	}

	@Test
	void subscriptionDeliversOnAThreadOfItsOwn() throws InterruptedException {
		try (WriteAheadLog wal = WriteAheadLog.builder(this.directory).open()) {
			CountDownLatch delivered = new CountDownLatch(2);
			// tag::subscribe[]
			try (WalSubscription subscription = wal.subscribe(Lsn.FIRST, (record) -> delivered.countDown())) {
				appendTwo(wal);
				delivered.await(10, TimeUnit.SECONDS);
				System.out.println("next: " + subscription.position());
			}
			// end::subscribe[]
			assertThat(delivered.getCount()).isZero();
		}
	}

	@Test
	void readOnlyViewWorksBesideTheWriter() {
		try (WriteAheadLog wal = WriteAheadLog.builder(this.directory).open()) {
			appendTwo(wal);
			// tag::read-only[]
			try (WalView view = WriteAheadLog.builder(this.directory).openReadOnly()) {
				System.out.println(view.firstLsn() + " to " + view.lastLsn());
			}
			// end::read-only[]
			assertThat(wal.status().openReaders()).isZero();
		}
	}

	private static void appendTwo(WriteAheadLog wal) {
		wal.appendAll(List.of("one".getBytes(StandardCharsets.UTF_8), "two".getBytes(StandardCharsets.UTF_8)));
	}

}
