// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalFailedException;
import dev.wal.WalState;
import dev.wal.WriteAheadLog;
import dev.wal.internal.io.StorageFullException;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestRecords;
import dev.wal.testing.disk.FailingStorage;
import dev.wal.testing.disk.FailingStorage.Gate;
import dev.wal.testing.disk.FailingStorage.Operation;
import dev.wal.testing.schedule.Race;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what becomes of those who wait for a group commit that fails.
 */
class FailedCommitTests extends AbstractCommitTests {

	@Test
	@Tag("D7")
	@Tag("R46")
	void aFailedForceEndsAllWhoWaitAndAllWhoComeLater() throws Exception {
		for (int round = 0; round < 30; round++) {
			Path place = this.directory.resolve("log-" + round);
			FailingStorage storage = new FailingStorage(place).withoutForces();
			IOException cause = new IOException("Input/output error");
			try (Race race = new Race()) {
				SegmentedLog log = LogOpener.open(WriteAheadLog.builder(place).preallocate(false).options(), storage);
				log.append(PAYLOAD);
				Gate force = storage.holdNext(Operation.FORCE);
				Future<Lsn> leader = race.start(() -> log.append(PAYLOAD));
				force.awaitReached();
				List<Future<?>> waiting = new ArrayList<>();
				for (int i = 0; i < 32; i++) {
					waiting.add(race.start(() -> log.append(PAYLOAD)));
				}
				waiting.add(race.start(log::sync));
				waiting.add(log.appendAsync(PAYLOAD));
				if (round % 2 == 0) {
					await().until(() -> log.flush().value() >= 35);
				}
				AtomicInteger forcesAfter = new AtomicInteger(-1);
				storage.hook((operation, file) -> {
					if (operation == Operation.FORCE && SegmentName.parse(file).isPresent()
							&& forcesAfter.incrementAndGet() == 0) {
						throw cause;
					}
				});
				force.open();
				// The force that was held is a good one, the next one fails.
				assertThat(Race.join(leader)).isEqualTo(new Lsn(2));
				for (Throwable failure : Race.failures(waiting)) {
					assertThat(failure).isInstanceOf(WalFailedException.class).hasCause(cause);
					assertThat(((WalFailedException) failure).durableLsn()).isEqualTo(new Lsn(2));
				}
				assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(PAYLOAD))
					.withCause(cause);
				assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::sync).withCause(cause);
				assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::flush).withCause(cause);
				assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::rotate).withCause(cause);
				assertThat(log.appendAsync(PAYLOAD)).failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.withCauseInstanceOf(WalFailedException.class);
				assertThat(log.status().state()).isEqualTo(WalState.FAILED);
				assertThat(log.status().failure()).isSameAs(cause);
				assertThat(log.durableLsn()).isEqualTo(new Lsn(2));
				assertThat(TestRecords.lsns(TestRecords.readAll(log))).containsExactly(1L, 2L);
				assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close).withCause(cause);
				assertThat(forcesAfter).as("forces after the failed one").hasValue(0);
			}
			try (LocalWriteAheadLog again = WriteAheadLog.builder(place).preallocate(false).open()) {
				long last = again.lastLsn().value();
				assertThat(again.append(PAYLOAD).value()).isEqualTo(last + 1);
				assertThat(TestRecords.lsns(TestRecords.readAll(again))).startsWith(1L, 2L).hasSize((int) last + 1);
			}
		}
	}

	@Test
	@Tag("D7")
	@Tag("R46")
	void aForceThatFindsNoRoomAtARotationFailsTheLog() {
		FailingStorage storage = storage();
		SegmentedLog log = LogOpener.open(builder().segmentSize(12 * 1024).options(), storage);
		log.append(new byte[4000], SyncPolicy.none());
		storage.hook((operation, file) -> {
			if (operation == Operation.FORCE && file.equals(SegmentName.of(1))) {
				throw new StorageFullException("Could not force: No space left on device", new IOException());
			}
		});
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(new byte[4000]));
		storage.hook((operation, file) -> {
		});
		// What the failed force has marked as clean is not acknowledged by a later one.
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::sync);
		assertThat(log.durableLsn()).isEqualTo(Lsn.NONE);
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
	}

	/**
	 * The disk tells everybody who has the file open once that it failed. If that is the
	 * force that prepares the segment, the force of a record must still learn of it.
	 */
	@Test
	@Tag("D7")
	@Tag("R46")
	void aForceInTheBackgroundNeverSwallowsTheErrorOfACommit() throws Exception {
		FailingStorage storage = storage();
		Gate filling = new Gate();
		Gate committing = new Gate();
		AtomicInteger filled = new AtomicInteger();
		storage.hook((operation, file) -> {
			String thread = Thread.currentThread().getName();
			if (operation != Operation.FORCE || !file.equals(SegmentName.of(1))) {
				return;
			}
			if (thread.equals("wal-preallocator") && filled.incrementAndGet() == 2) {
				filling.pass();
			}
			else if (thread.equals("race")) {
				committing.pass();
			}
		});
		try (Race race = new Race()) {
			SegmentedLog log = LogOpener.open(builder().segmentSize(4 << 20).preallocate(true).options(), storage);
			filling.awaitReached();
			Future<Lsn> append = race.start(() -> log.append(PAYLOAD));
			committing.awaitReached();
			storage.loseUnforced(SegmentName.of(1));
			filling.open();
			await().atMost(Duration.ofSeconds(5)).until(() -> log.status().state() == WalState.FAILED);
			committing.open();
			assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> Race.join(append));
			assertThat(log.durableLsn()).isEqualTo(Lsn.NONE);
			assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
		}
	}

	@Test
	@Tag("D25")
	@Tag("R103")
	void aForceInTheBackgroundThatFailsFailsTheLog() {
		FailingStorage storage = storage();
		SegmentedLog log = LogOpener.open(builder().syncPolicy(SyncPolicy.interval(Duration.ofMillis(20))).options(),
				storage);
		IOException cause = new IOException("Input/output error");
		storage.hook((operation, file) -> {
			if (operation == Operation.FORCE) {
				throw cause;
			}
		});
		log.append(PAYLOAD);
		await().atMost(Duration.ofSeconds(5)).until(() -> log.status().state() == WalState.FAILED);
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(PAYLOAD)).withCause(cause);
		assertThat(log.durableLsn()).isEqualTo(Lsn.NONE);
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
	}

	@Test
	@Tag("R103")
	void noFailureInTheBackgroundIsOnlyALogLine() {
		FailingStorage storage = storage();
		storage.hook((operation, file) -> {
			if (operation == Operation.CREATE && Thread.currentThread().getName().equals("wal-preallocator")) {
				throw new IllegalStateException("Unexpected");
			}
		});
		SegmentedLog log = LogOpener.open(builder().segmentSize(12 * 1024).options(), storage);
		await().atMost(Duration.ofSeconds(5)).until(() -> log.status().state() == WalState.FAILED);
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(PAYLOAD))
			.withCauseInstanceOf(IllegalStateException.class);
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
	}

}
