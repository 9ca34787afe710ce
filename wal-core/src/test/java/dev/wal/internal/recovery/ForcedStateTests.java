// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

import dev.wal.CorruptionPolicy;
import dev.wal.WalBuilder;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.QuietLog;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that whatever a recovery or a close changed is on the disk when it is over: a
 * loss of power takes nothing back.
 */
@ExtendWith(QuietLog.class)
class ForcedStateTests {

	private final Map<String, byte[]> log = TestLogs.killed();

	@Test
	@Tag("R60")
	@Tag("Rule6")
	void aTornTailIsKeptAndItsCutIsForced() throws IOException {
		byte[] last = this.log.get(SegmentName.of(3));
		byte[] torn = Arrays.copyOf(last, last.length + 50);
		Arrays.fill(torn, last.length, torn.length, (byte) 7);
		this.log.put(SegmentName.of(3), torn);
		SimulatedDisk disk = recovered(CorruptionPolicy.FAIL);
		assertThat(disk.content(SegmentName.of(3))).hasSizeLessThan(torn.length);
		assertThat(disk.has(SegmentName.torn(3, last.length, 0))).isTrue();
	}

	@Test
	@Tag("R60")
	@Tag("Rule6")
	void theCutOfATornFirstWriteIsForced() throws IOException {
		byte[] torn = Arrays.copyOf(unused(4), Format.SEGMENT_HEADER_SIZE + 50);
		Arrays.fill(torn, Format.SEGMENT_HEADER_SIZE, torn.length, (byte) 7);
		this.log.put(SegmentName.of(4), torn);
		assertThat(recovered(CorruptionPolicy.FAIL).content(SegmentName.of(4))).hasSize(Format.SEGMENT_HEADER_SIZE);
	}

	@Test
	@Tag("R64")
	@Tag("Rule7")
	void aSegmentThatIsStartedAfterDamageIsForced() throws IOException {
		byte[] segment = this.log.get(SegmentName.of(2));
		TestLogs.flip(segment, TestLogs.block(segment, 6).end() * 8L - 65);
		assertThat(recovered(CorruptionPolicy.TRUNCATE).has(SegmentName.of(4))).isTrue();
	}

	@Test
	@Tag("R64")
	@Tag("R83")
	void aDamagedCheckpointIsKeptAndItsReplacementForced() throws IOException {
		this.log.get(SegmentName.CHECKPOINT)[40] ^= 1;
		assertThat(recovered(CorruptionPolicy.SKIP).has(SegmentName.CHECKPOINT)).isTrue();
	}

	@Test
	@Tag("R2")
	@Tag("Rule7")
	void theDeletionOfUnusedSegmentsIsForced() throws IOException {
		for (long number = 4; number <= 6; number++) {
			this.log.put(SegmentName.of(number), unused(number));
		}
		assertThat(recovered(CorruptionPolicy.FAIL).has(SegmentName.of(5))).isFalse();
	}

	@Test
	@Tag("R2")
	@Tag("Rule7")
	void theDeletionOfUnfinishedFilesIsForced() throws IOException {
		String unfinished = SegmentName.of(4) + SegmentName.NEW;
		this.log.put(unfinished, new byte[10]);
		assertThat(recovered(CorruptionPolicy.FAIL).has(unfinished)).isFalse();
	}

	@Test
	@Tag("R101")
	void aCloseIsStillCleanAfterALossOfPower() {
		SimulatedDisk disk = new SimulatedDisk();
		WalBuilder builder = TestLogs.builder().segmentSize(0);
		try (SegmentedLog wal = LogOpener.open(builder.options(), disk)) {
			TestLogs.append(wal, 3);
		}
		SimulatedDisk lost = disk.powerLossOfEverythingUnforced();
		assertThat(lost.fingerprint()).isEqualTo(disk.fingerprint());
		try (SegmentedLog wal = LogOpener.open(builder.options(), lost)) {
			assertThat(wal.recoveryReport().cleanShutdown()).isTrue();
		}
	}

	private byte[] unused(long number) {
		byte[] page = Arrays.copyOf(this.log.get(SegmentName.of(3)), Format.SEGMENT_HEADER_SIZE);
		SegmentHeader header = SegmentHeader.decode(Format.buffer(page.length).put(0, page));
		return TestLogs.bytes(new SegmentHeader(1, header.logId(), number, number, 0, "").encode());
	}

	/**
	 * Open the log, and lose all power.
	 */
	private SimulatedDisk recovered(CorruptionPolicy policy) throws IOException {
		SimulatedDisk disk = new SimulatedDisk();
		disk.create();
		for (Map.Entry<String, byte[]> file : this.log.entrySet()) {
			try (StorageFile target = disk.create(file.getKey())) {
				target.writeFully(ByteBuffer.wrap(file.getValue()), 0);
				target.force(true);
			}
		}
		disk.force();
		// Without rotation nothing is prepared in the background.
		WalBuilder builder = TestLogs.builder(policy).segmentSize(0);
		SimulatedDisk lost;
		try (SegmentedLog wal = LogOpener.open(builder.options(), disk)) {
			assertThat(wal.lastLsn().value()).isPositive();
			lost = disk.powerLossOfEverythingUnforced();
			assertThat(lost.fingerprint()).isEqualTo(disk.processCrash().fingerprint());
		}
		return lost;
	}

}
