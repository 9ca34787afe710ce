// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalFailedException;
import dev.wal.WalFullException;
import dev.wal.WalState;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestRecords;
import dev.wal.testing.TestWaits;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what the log does when the disk is full.
 */
class FullDiskTests extends AbstractFaultTests {

	private static final String FIRST = SegmentName.of(1);

	@Test
	@Tag("R47")
	@Tag("Rule5")
	void fullDiskRefusesAppendsUntilThereIsRoom() {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			log.append(TestRecords.text("a"));
			this.disk.room(0);
			assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> log.append(TestRecords.text("b")))
				.satisfies((ex) -> assertThat(ex.neededBytes()).isPositive())
				.withMessageContaining("Nothing was written");
			assertThat(log.status().state()).isEqualTo(WalState.FULL);
			assertThat(log.status().failure()).isInstanceOf(WalFullException.class);
			assertThat(TestRecords.texts(log)).containsExactly("a");
			assertThat(log.sync()).isEqualTo(new Lsn(1));
			this.disk.room(1000);
			assertThat(log.append(TestRecords.text("c"))).isEqualTo(new Lsn(2));
			assertThat(log.status().state()).isEqualTo(WalState.OPEN);
		}
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			assertThat(log.tailState().isClean()).isTrue();
			assertThat(TestRecords.texts(log)).containsExactly("a", "c");
		}
	}

	@Test
	@Tag("R47")
	@Tag("R48")
	void fullDiskInTheMiddleOfABlockLeavesNothingOfIt() {
		for (int room = 0; room < 140; room += 7) {
			SimulatedDisk disk = new SimulatedDisk();
			try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, disk)) {
				log.append(TestRecords.text("a"));
				long size = disk.content(FIRST).length;
				disk.room(room);
				assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> log.append(new byte[100]));
				assertThat(disk.content(FIRST)).hasSize((int) size);
				assertThatExceptionOfType(WalFullException.class)
					.isThrownBy(() -> log.append(new byte[100], SyncPolicy.none()));
				disk.room(1000);
				assertThat(log.append(TestRecords.text("b"))).isEqualTo(new Lsn(2));
			}
			try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, disk)) {
				assertThat(log.tailState().isClean()).isTrue();
				assertThat(TestRecords.texts(log)).containsExactly("a", "b");
			}
		}
	}

	@Test
	@Tag("R47")
	@Tag("R56")
	@Tag("D6")
	@Tag("Rule5")
	void fullDiskAtRotationKeepsTheOldSegment() {
		for (int room = 0; room < 8000; room += 500) {
			SimulatedDisk disk = new SimulatedDisk();
			try (SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, disk)) {
				log.append(new byte[3000]);
				TestWaits.await().until(() -> disk.has("wal-00000000000000000002.log"));
				log.append(new byte[3000]);
				TestWaits.await().until(() -> disk.has("wal-00000000000000000003.log"));
				disk.room(room);
				int accepted = 2;
				for (int i = 0; i < 4; i++) {
					try {
						log.append(new byte[3000]);
						accepted++;
					}
					catch (WalFullException ex) {
						assertThat(log.status().state()).isEqualTo(WalState.FULL);
					}
				}
				assertThat(accepted).isLessThan(6);
				assertThat(log.lastLsn()).isEqualTo(new Lsn(accepted));
				disk.capacity(Long.MAX_VALUE);
				assertThat(log.append(TestRecords.text("b"))).isEqualTo(new Lsn(accepted + 1));
				assertThat(log.status().state()).isEqualTo(WalState.OPEN);
			}
			try (SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, disk)) {
				assertThat(log.tailState().isClean()).isTrue();
				assertThat(TestRecords.texts(log)).last().isEqualTo("b");
			}
		}
	}

	@Test
	@Tag("R44")
	@Tag("R47")
	@Tag("Rule5")
	void fullDiskWhilePreparingIsNotAFailure() {
		try (SegmentedLog log = open(PREALLOCATED)) {
			log.append(TestRecords.text("a"));
			TestWaits.await().until(() -> this.disk.content(FIRST).length == 64 * 1024);
			this.disk.room(0);
			for (int i = 0; i < 50; i++) {
				log.append(TestRecords.text("b".repeat(1000)));
			}
			assertThat(log.status().state()).isEqualTo(WalState.OPEN);
			for (int i = 0; i < 20 && log.status().state() == WalState.OPEN; i++) {
				try {
					log.append(TestRecords.text("b".repeat(1000)));
				}
				catch (WalFullException ex) {
					assertThat(log.status().state()).isEqualTo(WalState.FULL);
				}
			}
			long last = log.lastLsn().value();
			this.disk.capacity(Long.MAX_VALUE);
			assertThat(log.append(TestRecords.text("b"))).isEqualTo(new Lsn(last + 1));
		}
	}

	@Test
	@Tag("R47")
	@Tag("R60")
	void fullDiskIsNoReasonNotToOpen() {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			log.append(TestRecords.text("a"));
			this.disk.inject(DiskFaults.shortWrites(20))
				.inject(DiskFaults.once(3, DiskCall.matching(Kind.WRITE, FIRST), DiskFaults::inputOutputError));
			assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(TestRecords.text("b")));
		}
		catch (WalFailedException ex) {
			this.disk.heal();
		}
		this.disk.inject(DiskFaults.failing(DiskCall.matching(Kind.CREATE, ".torn"), DiskFaults::noSpace));
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			assertThat(TestRecords.texts(log)).containsExactly("a");
			assertThat(log.tailState().savedAs()).isNull();
		}
	}

	@Test
	void fullDiskHasAnExceptionAtOpen() {
		this.disk.capacity(0);
		assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> open(ONE_SEGMENT));
		assertThat(this.disk.isLocked()).isFalse();
		assertThat(this.disk.openFiles()).isZero();
		this.disk.capacity(20_000);
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			assertThat(log.append(TestRecords.text("a"))).isEqualTo(Lsn.FIRST);
		}
	}

}
