// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

import dev.wal.internal.format.Format;
import dev.wal.testing.TestControl;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.testing.disk.CrashStates;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests that the control file says the old or the new, whatever happens to an update.
 */
@Tag("R83")
@Tag("R90")
class ControlFileTests {

	private static final ControlRecord NEW_LOG = ControlRecord.ofNewLog(new UUID(1, 2), "orders", 3);

	private static ControlFile create(SimulatedDisk disk) throws IOException {
		disk.create();
		return ControlFile.create(new LogDirectory(disk), NEW_LOG);
	}

	private static void checkpoint(ControlFile file, long lsn) throws IOException {
		file.update((record) -> record.withCheckpoint(lsn, 0));
	}

	@Test
	void anUpdateWritesTheSameBytesWithANewNumberIntoBothSlots() throws IOException {
		SimulatedDisk disk = new SimulatedDisk();
		try (ControlFile file = create(disk)) {
			for (int i = 1; i <= 3; i++) {
				checkpoint(file, i);
				byte[] content = disk.content(SegmentName.CONTROL);
				assertThat(content).hasSize(ControlFile.SIZE);
				assertThat(Arrays.copyOf(content, 4096)).isEqualTo(Arrays.copyOfRange(content, 4096, 8192));
				ControlFile.Found found = ControlFile.read(disk);
				assertThat(found.record().number()).isEqualTo(i);
				assertThat(found.record().checkpointLsn()).isEqualTo(i);
				assertThat(found.damagedSlots()).isZero();
			}
		}
	}

	@Test
	void aLossOfPowerAtAnyCallOfAnUpdateLeavesTheOldOrTheNew() throws IOException {
		SimulatedDisk disk = new SimulatedDisk();
		try (ControlFile file = create(disk)) {
			checkpoint(file, 1);
			SimulatedDisk before = disk.powerLossOfEverythingUnforced();
			int calls = disk.calls().size();
			checkpoint(file, 2);
			CrashStates states = new CrashStates(before, disk.calls().subList(calls, disk.calls().size()));
			int seen = 0;
			do {
				for (SimulatedDisk crashed : states.powerLosses(new Random(1), 50)) {
					ControlRecord record = ControlFile.read(crashed).record();
					assertThat(record).isNotNull();
					assertThat(record.checkpointLsn()).isBetween(1L, 2L);
					seen++;
				}
			}
			while (states.step() != null);
			assertThat(seen).isGreaterThan(4);
		}
	}

	@Test
	void aSlotThatIsTornAtAnyByteLeavesTheOther() throws IOException {
		byte[] old = TestControl.bytes(NEW_LOG);
		byte[] next = TestControl.bytes(NEW_LOG.numbered(1).withCheckpoint(9, 0));
		for (int slot : new int[] { 0, 4096 }) {
			for (int written = 0; written <= ControlRecord.SIZE; written++) {
				byte[] torn = old.clone();
				System.arraycopy(next, slot, torn, slot, written);
				ControlFile.Found found = ControlFile.read(new BytesStorage(Map.of(SegmentName.CONTROL, torn)));
				assertThat(found.record()).isNotNull();
				assertThat(found.record().checkpointLsn()).isIn(0L, 9L);
				if (found.damagedSlots() == 1) {
					assertThat(found.badSlot()).isEqualTo((slot == 0) ? 0 : 1);
				}
			}
		}
	}

	@Test
	void theHigherNumberWinsAndTheOtherSlotIsWrittenFirst() throws IOException {
		byte[] mixed = TestControl.bytes(NEW_LOG);
		System.arraycopy(TestControl.bytes(NEW_LOG.numbered(5).withCheckpoint(9, 0)), 0, mixed, 0, 512);
		ControlFile.Found found = ControlFile.read(new BytesStorage(Map.of(SegmentName.CONTROL, mixed)));
		assertThat(found.record().checkpointLsn()).isEqualTo(9);
		assertThat(found.badSlot()).isEqualTo(1);
	}

	@Test
	void anUpdateThatFailsIsFollowedByOneWithANewNumber() throws IOException {
		for (int call = 1; call <= 2; call++) {
			SimulatedDisk disk = new SimulatedDisk();
			try (ControlFile file = create(disk)) {
				disk.inject(
						DiskFaults.once(call, (c) -> c.kind() == DiskCall.Kind.FORCE, DiskFaults::inputOutputError));
				assertThatIOException().isThrownBy(() -> checkpoint(file, 1));
				assertThat(file.record().checkpointLsn()).isZero();
				disk.heal();
				checkpoint(file, 2);
				assertThat(ControlFile.read(disk).record().number()).isEqualTo(2);
				assertThat(ControlFile.read(disk.powerLossOfEverythingUnforced()).record().checkpointLsn())
					.isEqualTo(2);
			}
		}
	}

	@Test
	@Tag("R64")
	void aLossThatSomebodyAcknowledgesIsNoLongerThere() throws IOException {
		SimulatedDisk disk = new SimulatedDisk();
		try (ControlFile file = create(disk)) {
			file.update((record) -> record.withLoss(new ControlRecord.Loss(3, 5, 7, 1)));
		}
		assertThat(ControlFile.acknowledgeLoss(disk)).isEqualTo(3);
		assertThat(ControlFile.read(disk).record().loss()).isEqualTo(ControlRecord.Loss.NONE);
		assertThat(ControlFile.acknowledgeLoss(disk)).isZero();
	}

	@Test
	void aSlotWithWhatNoLogWritesIsNotBelieved() {
		ControlRecord possible = NEW_LOG.withEnd(new ControlRecord.End(5, 1, 7, 9000))
			.withCheckpoint(Format.MAX_LSN, 0)
			.withLoss(new ControlRecord.Loss(1, 2, 2, 0));
		assertThat(decoded(possible)).isEqualTo(possible);
		assertThat(decoded(possible.numbered(-1))).isNull();
		assertThat(decoded(possible.withCheckpoint(-1, 0))).isNull();
		assertThat(decoded(possible.withCheckpoint(Format.MAX_LSN + 1, 0))).isNull();
		assertThat(decoded(possible.withEnd(new ControlRecord.End(-5, 1, 7, 9000)))).isNull();
		assertThat(decoded(possible.withEnd(new ControlRecord.End(5, -1, 7, 9000)))).isNull();
		assertThat(decoded(possible.withEnd(new ControlRecord.End(5, 1, 7, -9000)))).isNull();
		assertThat(decoded(possible.withEnd(new ControlRecord.End(5, 0, 7, 9000)))).as("without a segment").isNull();
		assertThat(decoded(possible.withLoss(new ControlRecord.Loss(-1, 2, 2, 0)))).isNull();
		assertThat(decoded(possible.withLoss(new ControlRecord.Loss(1, -2, 2, 0)))).isNull();
		assertThat(decoded(possible.withLoss(new ControlRecord.Loss(1, 2, -2, 0)))).isNull();
	}

	private static ControlRecord decoded(ControlRecord record) {
		return ControlRecord.decode(record.encode());
	}

	@Test
	void lossesBeforeAndAfterOthersAreAdded() {
		ControlRecord.Loss loss = new ControlRecord.Loss(3, 10, 12, 1);
		assertThat(loss.plus(new ControlRecord.Loss(2, 8, 9, 9)).records()).isEqualTo(5);
		assertThat(loss.plus(new ControlRecord.Loss(2, 13, 14, 9)).records()).isEqualTo(5);
		assertThat(loss.plus(new ControlRecord.Loss(2, 9, 10, 9)).records()).isEqualTo(3);
		assertThat(loss.plus(new ControlRecord.Loss(2, 12, 13, 9)).records()).isEqualTo(3);
	}

	@Test
	void lossesAddUpUnlessTheyAreTheSame() {
		ControlRecord.Loss first = new ControlRecord.Loss(3, 5, 7, 1);
		assertThat(first.plus(ControlRecord.Loss.NONE)).isEqualTo(first);
		assertThat(ControlRecord.Loss.NONE.plus(first)).isEqualTo(first);
		assertThat(first.plus(first)).isEqualTo(first);
		assertThat(first.plus(new ControlRecord.Loss(2, 20, 21, 9))).isEqualTo(new ControlRecord.Loss(5, 5, 21, 1));
	}

}
