// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.read;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.wal.CorruptionPolicy;
import dev.wal.Deletions;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalFollower;
import dev.wal.WalPositionException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WalSubscription;
import dev.wal.WriteAheadLog;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.testing.disk.FailingStorage;
import dev.wal.testing.schedule.Race;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for reading and following beside appends, rotations and checkpoints.
 */
@Timeout(60)
class ReadRaceTests {

	private static final int RECORDS = 10_000;

	@TempDir
	private Path directory;

	private SegmentedLog open() {
		return LogOpener.open(WriteAheadLog.builder(this.directory).segmentSize(8 * 1024).options(),
				new FailingStorage(this.directory).withoutForces());
	}

	private static void expect(WalRecord record, long lsn) {
		assertThat(record.lsn().value()).isEqualTo(lsn);
		ByteBuffer payload = record.payload();
		while (payload.hasRemaining()) {
			assertThat(payload.getLong()).isEqualTo(lsn);
		}
	}

	/**
	 * Append records that hold nothing but their own LSN, rotating and letting go of
	 * segments on the way.
	 */
	private static void append(SegmentedLog log, AtomicBoolean done) {
		try {
			for (long lsn = log.lastLsn().value() + 1; lsn <= RECORDS; lsn++) {
				ByteBuffer payload = ByteBuffer.allocate(8 * (int) (lsn % 40));
				while (payload.hasRemaining()) {
					payload.putLong(lsn);
				}
				log.append(payload.flip(), (lsn % 5 == 0) ? SyncPolicy.always() : SyncPolicy.none());
				if (lsn % 97 == 0) {
					log.rotate();
				}
				if (lsn % 50 == 0) {
					log.checkpoint(Lsn.of(log.durableLsn().value()));
				}
			}
			log.sync();
		}
		finally {
			done.set(true);
		}
	}

	@Test
	@Tag("R81")
	@Tag("D27")
	@Tag("D33")
	void followersMissNothingAcrossRotationsAndCheckpoints() throws Exception {
		try (SegmentedLog log = open(); Race race = new Race()) {
			AtomicBoolean done = new AtomicBoolean();
			List<WalFollower> followers = new ArrayList<>();
			List<Future<Long>> following = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				WalFollower follower = log.follow(Lsn.FIRST);
				followers.add(follower);
				boolean polls = i == 0;
				following.add(race.start(() -> {
					for (long lsn = 1; lsn <= RECORDS; lsn++) {
						WalRecord record = polls ? null : follower.take();
						while (record == null) {
							record = follower.poll(Duration.ofNanos(1));
						}
						expect(record, lsn);
						assertThat(log.durableLsn().value()).isGreaterThanOrEqualTo(lsn);
					}
					return follower.position().value();
				}));
			}
			List<Long> heard = new ArrayList<>();
			try (WalSubscription subscription = log.subscribe(Lsn.FIRST, (record) -> {
				expect(record, heard.size() + 1L);
				heard.add(record.lsn().value());
			})) {
				race.start(() -> {
					append(log, done);
					return null;
				}).get();
				assertThat(Race.join(following)).containsOnly(RECORDS + 1L);
				await().until(() -> subscription.position().value() == RECORDS + 1);
				assertThat(subscription.failureCount()).isZero();
			}
			assertThat(heard).hasSize(RECORDS);
			followers.forEach(WalFollower::close);
			log.checkpoint(log.durableLsn());
			assertThat(log.segmentCount()).isEqualTo(1);
		}
	}

	@Test
	@Tag("R78")
	@Tag("R79")
	@Tag("D33")
	void aReaderBesideCheckpointsReadsToItsBoundOrIsTold() throws Exception {
		try (SegmentedLog log = open(); Race race = new Race()) {
			AtomicBoolean done = new AtomicBoolean();
			List<Future<Integer>> readers = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				readers.add(race.start(() -> {
					int complete = 0;
					while (!done.get()) {
						complete += readAll(log) ? 1 : 0;
					}
					return complete;
				}));
			}
			Future<?> writer = race.start(() -> {
				append(log, done);
				return null;
			});
			Race.join(writer);
			assertThat(Race.join(readers)).allMatch((complete) -> complete > 0);
			assertThat(log.status().openReaders()).isZero();
		}
	}

	private static boolean readAll(LocalWriteAheadLog log) {
		Lsn first = log.firstLsn();
		if (first.isNone()) {
			return false;
		}
		WalReader opened;
		try {
			opened = log.read(first);
		}
		catch (WalPositionException ex) {
			// Let go of between the two calls. Once open, a reader is never cut off.
			return false;
		}
		try (opened) {
			long lsn = first.value();
			for (WalRecord record : opened) {
				expect(record, lsn++);
			}
			assertThat(lsn).isEqualTo(opened.endLsn().value() + 1);
		}
		return true;
	}

	@Test
	@Tag("R64")
	@Tag("R81")
	void aFollowerThatSkipsDamageAtTheEndWaitsForWhatComesNext() throws Exception {
		try (LocalWriteAheadLog log = WriteAheadLog.builder(this.directory)
			.corruptionPolicy(CorruptionPolicy.SKIP)
			.open(); WalFollower follower = log.follow(Lsn.FIRST); Race race = new Race()) {
			log.append(new byte[100]);
			long undamaged = log.segments().get(0).length();
			log.append(new byte[100]);
			log.append(new byte[100]);
			long end = log.segments().get(0).length();
			Path file = this.directory.resolve(log.segments().get(0).fileName());
			try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
				channel.write(ByteBuffer.allocate((int) (end - undamaged)).put(0, (byte) 1), undamaged);
			}
			assertThat(follower.take().lsn()).isEqualTo(Lsn.FIRST);
			Future<WalRecord> next = race.start(follower::take);
			await().during(Duration.ofMillis(200)).until(() -> !next.isDone());
			assertThat(log.append(new byte[1]).value()).isEqualTo(4);
			assertThat(Race.join(next).lsn().value()).isEqualTo(4);
		}
	}

	@Test
	@Tag("R78")
	void anOpenReaderHoldsBackTheDeletionOfWhatItHasYetToRead() {
		try (SegmentedLog log = open()) {
			for (int i = 0; i < 40; i++) {
				log.append(new byte[2000]);
			}
			int segments = log.segmentCount();
			try (WalReader reader = log.read(Lsn.FIRST)) {
				assertThat(Deletions.byCheckpoint(log, log.durableLsn())).isZero();
				long lsn = 1;
				for (WalRecord record : reader) {
					assertThat(record.lsn().value()).isEqualTo(lsn++);
				}
				assertThat(lsn).isEqualTo(41);
				assertThat(Deletions.byCheckpoint(log, log.durableLsn())).isPositive();
			}
			log.checkpoint(log.durableLsn());
			assertThat(log.segmentCount()).isLessThan(segments).isEqualTo(1);
			assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> log.read(Lsn.FIRST));
		}
	}

}
