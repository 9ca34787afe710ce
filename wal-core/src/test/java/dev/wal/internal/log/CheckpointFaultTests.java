// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.util.List;

import dev.wal.Deletions;
import dev.wal.Lsn;
import dev.wal.WalIoException;
import dev.wal.testing.TestRecords;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what the log does when a checkpoint cannot be stored, or a segment not
 * deleted.
 */
class CheckpointFaultTests extends AbstractFaultTests {

	@Test
	@Tag("R83")
	void checkpointThatCannotBeStoredChangesNothing() {
		for (Kind kind : List.of(Kind.WRITE, Kind.FORCE)) {
			SimulatedDisk disk = new SimulatedDisk();
			try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, disk)) {
				log.append(TestRecords.text("a"));
				log.rotate();
				log.append(TestRecords.text("b"));
				disk.inject(DiskFaults.once(1, DiskCall.matching(kind, "wal.control"), DiskFaults::inputOutputError));
				assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> log.checkpoint(new Lsn(1)))
					.withMessageContaining("store the checkpoint");
				assertThat(log.checkpointLsn()).isEqualTo(Lsn.NONE);
				assertThat(log.segmentCount()).isEqualTo(2);
				assertThat(log.append(TestRecords.text("c"))).isEqualTo(new Lsn(3));
				assertThat(Deletions.byCheckpoint(log, new Lsn(1))).isOne();
				assertThat(log.checkpointLsn()).isEqualTo(new Lsn(1));
			}
			assertThat(disk.openFiles()).isZero();
			try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, disk)) {
				assertThat(TestRecords.texts(log)).containsExactly("b", "c");
				assertThat(log.checkpointLsn()).isEqualTo(new Lsn(1));
			}
		}
	}

	@Test
	@Tag("R83")
	@Tag("Rule10")
	void unforcedCheckpointIsStoredAgainBeforeAnythingIsDeleted() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(TestRecords.text("a"));
		log.rotate();
		log.append(TestRecords.text("b"));
		this.disk
			.inject(DiskFaults.once(1, DiskCall.matching(Kind.FORCE, "wal.control"), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> log.checkpoint(new Lsn(1)));
		SimulatedDisk killed = this.disk.processCrash();
		log.close();
		try (SegmentedLog reopened = LogOpener.open(ONE_SEGMENT, killed)) {
			assertThat(reopened.checkpointLsn()).isEqualTo(new Lsn(1));
			assertThat(Deletions.byCheckpoint(reopened, new Lsn(1))).isOne();
			SimulatedDisk after = killed.powerLossOfEverythingUnforced();
			try (SegmentedLog later = LogOpener.open(ONE_SEGMENT, after)) {
				assertThat(TestRecords.texts(later)).containsExactly("b");
			}
		}
	}

	@Test
	@Tag("R84")
	void segmentThatCannotBeDeletedIsDeletedByTheNextCheckpoint() {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			for (int i = 0; i < 3; i++) {
				log.append(TestRecords.text("a"));
				log.rotate();
			}
			this.disk.inject(DiskFaults.once(2, DiskCall.matching(Kind.DELETE, ""), DiskFaults::permissionDenied));
			assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> log.checkpoint(new Lsn(3)))
				.withMessageContaining("delete");
			assertThat(log.checkpointLsn()).isEqualTo(new Lsn(3));
			assertThat(log.segmentCount()).isEqualTo(3);
			assertThat(log.append(TestRecords.text("b"))).isEqualTo(new Lsn(4));
			assertThat(Deletions.byCheckpoint(log, new Lsn(3))).isEqualTo(2);
		}
	}

	@Test
	@Tag("R84")
	void deletionThatCouldNotBeForcedIsHarmless() {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			for (int i = 0; i < 3; i++) {
				log.append(TestRecords.text("a"));
				log.rotate();
			}
			this.disk
				.inject(DiskFaults.once(1, DiskCall.matching(Kind.FORCE_DIRECTORY, ""), DiskFaults::inputOutputError));
			assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> log.checkpoint(new Lsn(3)));
			assertThat(Deletions.byCheckpoint(log, new Lsn(3))).isZero();
			log.append(TestRecords.text("b"));
			SimulatedDisk after = this.disk.powerLossOfEverythingUnforced();
			try (SegmentedLog later = LogOpener.open(ONE_SEGMENT, after)) {
				assertThat(TestRecords.texts(later)).endsWith("b");
				assertThat(later.checkpointLsn()).isEqualTo(new Lsn(3));
			}
		}
	}

}
