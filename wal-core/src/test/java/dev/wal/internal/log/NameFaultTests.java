// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.util.ArrayList;
import java.util.List;

import dev.wal.Deletions;
import dev.wal.Lsn;
import dev.wal.WalDirectoryException;
import dev.wal.WalFailedException;
import dev.wal.WalIoException;
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
 * Tests for what the log does when a file cannot be created, named or opened, or the
 * directory cannot be forced.
 */
class NameFaultTests extends AbstractFaultTests {

	private static final String SECOND = SegmentName.of(2);

	@Test
	@Tag("R56")
	@Tag("D6")
	void nextSegmentThatCannotBeCreatedRefusesAppends() {
		for (Kind kind : List.of(Kind.CREATE, Kind.WRITE, Kind.FORCE, Kind.RENAME)) {
			SimulatedDisk disk = new SimulatedDisk();
			disk.inject(DiskFaults.failing(DiskCall.matching(kind, SECOND + SegmentName.NEW),
					DiskFaults::tooManyOpenFiles));
			try (SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, disk)) {
				log.append(new byte[3000]);
				assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> log.append(new byte[3000]))
					.withMessageContaining("Too many open files");
				assertThatExceptionOfType(WalIoException.class).isThrownBy(log::rotate);
				assertThat(log.segmentCount()).isOne();
				assertThat(Deletions.byCheckpoint(log, new Lsn(1))).isZero();
				assertThat(log.append(TestRecords.text("fits"))).isEqualTo(new Lsn(2));
				assertThat(log.status().state()).isEqualTo(WalState.REJECTING);
				assertThat(log.status().failure()).hasMessageContaining("Too many open files");
				disk.heal();
				assertThat(log.append(new byte[3000])).isEqualTo(new Lsn(3));
				assertThat(log.status().state()).isEqualTo(WalState.OPEN);
				assertThat(log.status().failure()).isNull();
				assertThat(log.segmentCount()).isEqualTo(2);
			}
			assertThat(disk.openFiles()).isZero();
			try (SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, disk)) {
				assertThat(log.lastLsn()).isEqualTo(new Lsn(3));
			}
		}
	}

	@Test
	@Tag("R53")
	@Tag("R56")
	void aRotationThatIsTriedAgainEndsTheRejection() {
		this.disk.inject(DiskFaults.failing(DiskCall.matching(Kind.CREATE, SECOND + SegmentName.NEW),
				DiskFaults::tooManyOpenFiles));
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			log.append(TestRecords.text("a"));
			assertThatExceptionOfType(WalIoException.class).isThrownBy(log::rotate);
			assertThat(log.status().state()).isEqualTo(WalState.REJECTING);
			this.disk.heal();
			assertThat(log.rotate()).isTrue();
			assertThat(log.status().state()).isEqualTo(WalState.OPEN);
		}
	}

	@Test
	@Tag("R56")
	void aNextSegmentWhoseForceFailedIsReplacedAtTheRotation() {
		this.disk.inject(DiskFaults.once(1, DiskCall.matching(Kind.FORCE, SECOND), DiskFaults::inputOutputError));
		try (SegmentedLog log = open(PREALLOCATED)) {
			log.append(new byte[20_000]);
			TestWaits.await().until(() -> this.disk.calls().stream().anyMatch(DiskCall::failed));
			assertThat(log.rotate()).isTrue();
			assertThat(log.append(TestRecords.text("b"))).isEqualTo(new Lsn(2));
			assertThat(log.status().state()).isEqualTo(WalState.OPEN);
		}
		SimulatedDisk after = this.disk.powerLossOfEverythingUnforced();
		try (SegmentedLog later = LogOpener.open(PREALLOCATED, after)) {
			assertThat(later.lastLsn()).isEqualTo(new Lsn(2));
		}
	}

	@Test
	@Tag("R2")
	@Tag("R56")
	@Tag("Rule7")
	void nameThatCouldNotBeForcedFailsTheLog() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(TestRecords.text("a"));
		this.disk.inject(DiskFaults.once(1, DiskCall.matching(Kind.FORCE_DIRECTORY, ""), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::rotate);
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
		assertThat(this.disk.openFiles()).isZero();
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			reopened.rotate();
			reopened.append(TestRecords.text("b"));
			SimulatedDisk after = this.disk.powerLossOfEverythingUnforced();
			try (SegmentedLog later = LogOpener.open(ONE_SEGMENT, after)) {
				assertThat(TestRecords.texts(later)).containsExactly("a", "b");
			}
		}
	}

	@Test
	@Tag("R2")
	@Tag("D11")
	@Tag("Rule7")
	void nameThatOnlyThePageCacheHasIsForcedBeforeItIsUsed() {
		SimulatedDisk killed = null;
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			log.append(TestRecords.text("a"));
			DiskFaults.Gate gate = DiskFaults.gate(DiskCall.matching(Kind.FORCE_DIRECTORY, ""));
			this.disk.inject(gate);
			Thread thread = new Thread(log::rotate);
			thread.start();
			gate.awaitArrival();
			killed = this.disk.processCrash();
			gate.open();
			TestWaits.await().until(() -> !thread.isAlive());
		}
		try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, killed)) {
			log.rotate();
			log.append(TestRecords.text("b"));
			SimulatedDisk after = killed.powerLossOfEverythingUnforced();
			try (SegmentedLog later = LogOpener.open(ONE_SEGMENT, after)) {
				assertThat(TestRecords.texts(later)).containsExactly("a", "b");
			}
		}
	}

	@Test
	@Tag("R2")
	@Tag("D11")
	@Tag("Rule7")
	void directoryIsForcedAfterCreateRenameDelete() {
		try (SegmentedLog log = open(SMALL_SEGMENTS)) {
			for (int i = 0; i < 6; i++) {
				log.append(new byte[3000]);
				log.checkpoint(log.lastLsn());
			}
			log.rotate();
			log.reset(log.lastLsn());
		}
		List<String> unforced = new ArrayList<>();
		for (DiskCall call : this.disk.calls()) {
			switch (call.kind()) {
				case RENAME -> unforced.add(call.target());
				case DELETE -> unforced.add(call.name());
				case FORCE_DIRECTORY -> unforced.clear();
				case WRITE -> assertThat(unforced).as("names not forced before " + call).doesNotContain(call.name());
				default -> {
					// Relies on no name.
				}
			}
		}
		assertThat(unforced).isEmpty();
	}

	@Test
	@Tag("R102")
	void readOnlyFileSystemIsRefusedAtOpen() {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			log.append(TestRecords.text("a"));
		}
		long before = this.disk.fingerprint();
		this.disk.inject(DiskFaults.failing((call) -> call.kind() == Kind.LOCK, DiskFaults::readOnly));
		assertThatExceptionOfType(WalDirectoryException.class).isThrownBy(() -> open(ONE_SEGMENT))
			.withMessageContaining("lock file");
		this.disk.heal();
		this.disk.inject(
				DiskFaults.failing((call) -> call.kind().changes() || call.kind() == Kind.OPEN, DiskFaults::readOnly));
		assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> open(ONE_SEGMENT))
			.withMessageContaining("Read-only file system");
		assertThat(this.disk.fingerprint()).isEqualTo(before);
		assertThat(this.disk.isLocked()).isFalse();
		assertThat(this.disk.openFiles()).isZero();
		this.disk.heal();
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			assertThat(TestRecords.texts(log)).containsExactly("a");
		}
	}

	@Test
	@Tag("R102")
	@Tag("Rule6")
	void failedOpenReleasesEverythingAndHarmsNothing() {
		for (int nth = 1;; nth++) {
			SimulatedDisk disk = tornDisk();
			DiskFaults.Once fault = DiskFaults.once(nth,
					(call) -> call.kind() != Kind.CLOSE && call.kind() != Kind.UNLOCK, DiskFaults::inputOutputError);
			disk.inject(fault);
			try (SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, disk)) {
				assertThat(log.lastLsn()).isEqualTo(new Lsn(4));
				if (fault.struck() == null) {
					assertThat(nth).isGreaterThan(20);
					return;
				}
			}
			catch (WalIoException | WalDirectoryException | WalFailedException ex) {
				assertThat(ex).hasRootCauseMessage("Input/output error");
			}
			assertThat(disk.isLocked()).isFalse();
			assertThat(disk.openFiles()).as("open files after " + fault.struck() + " failed").isZero();
			disk.heal();
			SimulatedDisk after = disk.powerLossOfEverythingUnforced();
			for (SimulatedDisk next : List.of(disk, after)) {
				try (SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, next)) {
					assertThat(log.lastLsn()).isEqualTo(new Lsn(4));
				}
			}
		}
	}

	/**
	 * Return a disk with several segments, the last one with a torn tail, a next one, and
	 * a file that was being created.
	 */
	private static SimulatedDisk tornDisk() {
		SimulatedDisk disk = new SimulatedDisk();
		SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, disk);
		for (int i = 0; i < 4; i++) {
			log.append(new byte[2000]);
		}
		TestWaits.await().until(() -> disk.has(SegmentName.of(5)));
		disk.inject(DiskFaults.shortWrites(20))
			.inject(DiskFaults.once(3, DiskCall.matching(Kind.WRITE, SegmentName.of(4)), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(TestRecords.text("torn")));
		SimulatedDisk killed = disk.processCrash();
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
		return killed;
	}

}
