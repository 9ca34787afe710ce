// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWalView;
import dev.wal.RecoveryScan;
import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.WalOptions;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.log.ReadOnlyLog;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.ControlFile;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that no bit of a log can change unnoticed.
 */
class BitFlipTests {

	/**
	 * How far apart the bits are that are flipped in what stands twice. It is prime to 8,
	 * so that all bits of a byte are visited in turn; that each is covered by the
	 * checksum is tested where headers and control file are encoded.
	 */
	private static final int STRIDE = 13;

	private static final WalOptions OPTIONS = TestLogs.builder().options();

	private int flips;

	/** How many of the flips hit what stands twice. */
	private int twice;

	private int refused;

	private int truncated;

	private int healed;

	@Test
	@Tag("D1")
	void anyFlippedBitOfAClosedLogIsDetected() {
		Map<String, byte[]> log = TestLogs.closed();
		int closeBlockBits = Format.BLOCK_HEADER_SIZE * 8;
		flipAll(log, (name, bit, files) -> openFlipped(files, TestLogs.range(1, 12)));
		// Only the close block itself may go: it says nothing but that all is there.
		assertThat(this.truncated).isEqualTo(closeBlockBits);
		assertThat(this.refused).isEqualTo(this.flips - closeBlockBits - this.twice);
		assertThat(this.healed).isEqualTo(this.twice);
	}

	@Test
	@Tag("D1")
	void anyFlippedBitOfAKilledLogIsDetected() {
		Map<String, byte[]> log = TestLogs.killed();
		byte[] last = log.get(SegmentName.of(3));
		int lastBlock = TestLogs.block(last, 12).size() * 8;
		flipAll(log, (name, bit, files) -> openFlipped(files, TestLogs.range(1, 11)));
		// Nothing says that the last block was forced: the one case that is undecidable.
		assertThat(this.truncated).isEqualTo(lastBlock);
		assertThat(this.refused).isEqualTo(this.flips - lastBlock - this.twice);
		assertThat(this.healed).isEqualTo(this.twice);
	}

	@Test
	@Tag("D1")
	@Tag("R58")
	void anyFlippedBitIsDetectedByOpeningOrByReadingWithoutAFullScan() {
		Map<String, byte[]> log = TestLogs.closed();
		flipAll(log, (name, bit, files) -> {
			BytesStorage storage = new BytesStorage(files);
			try (LocalWalView view = ReadOnlyLog.open(storage,
					TestLogs.builder().recoveryScan(RecoveryScan.HEADERS).options())) {
				if (!view.tailState().isClean()) {
					this.truncated++;
					return;
				}
				if (standsTwice(name, bit)) {
					assertThat(TestLogs.read(view)).isEqualTo(TestLogs.range(1, 12));
					this.healed++;
					return;
				}
				assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> TestLogs.read(view));
				this.refused++;
			}
			catch (WalException ex) {
				this.refused++;
			}
			assertThat(storage.changes()).isZero();
		});
		assertThat(this.refused).isEqualTo(this.flips - Format.BLOCK_HEADER_SIZE * 8 - this.twice);
	}

	@Test
	@Tag("D4")
	void aFlippedBitInTheFirstBlockOfTheOnlySegmentIsRefused() {
		Map<String, byte[]> log = TestLogs.build(true, (wal) -> TestLogs.append(wal, 3));
		byte[] segment = log.get(SegmentName.of(1));
		TestLogs.Block block = TestLogs.block(segment, 1);
		for (long bit = Format.SEGMENT_HEADER_SIZE * 8L; bit < block.end() * 8L; bit++) {
			long flipped = bit;
			openFlipped(TestLogs.with(log, SegmentName.of(1), (bytes) -> TestLogs.flip(bytes, flipped)), List.of());
		}
		assertThat(this.truncated).isZero();
	}

	@Test
	@Tag("D1")
	@Tag("R64")
	void aFlippedBitNeverYieldsAWrongRecordUnderAnyPolicy() {
		Map<String, byte[]> log = TestLogs.closed();
		for (String name : log.keySet()) {
			for (long bit = 0; bit < log.get(name).length * 8L; bit += STRIDE) {
				long flipped = bit;
				Map<String, byte[]> files = TestLogs.with(log, name, (bytes) -> TestLogs.flip(bytes, flipped));
				for (CorruptionPolicy policy : List.of(CorruptionPolicy.TRUNCATE, CorruptionPolicy.SKIP)) {
					try (LocalWalView view = ReadOnlyLog.open(new BytesStorage(files),
							TestLogs.builder(policy).options())) {
						List<Long> lsns = TestLogs.read(view);
						List<Long> lost = TestLogs.lost(view.recoveryReport().damage());
						lost.removeIf((lsn) -> lsn > 12);
						if (policy == CorruptionPolicy.SKIP) {
							lsns.addAll(lost);
							// What the checkpoint covers is not needed.
							lsns.removeIf((lsn) -> lsn <= 2);
							assertThat(lsns).as("%s, bit %s", name, bit)
								.containsExactlyInAnyOrderElementsOf(TestLogs.range(3, 12));
						}
						else {
							assertThat(lsns).isEqualTo(TestLogs.range(1, lsns.size()));
						}
					}
				}
			}
		}
	}

	private void openFlipped(Map<String, byte[]> files, List<Long> remaining) {
		BytesStorage storage = new BytesStorage(files);
		try {
			LogDirectory directory = new LogDirectory(storage);
			try (DirectoryLock lock = directory.lock(Duration.ZERO)) {
				Recovery.run(directory, lock, OPTIONS);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (WalException ex) {
			this.refused++;
			assertThat(storage.changes()).isZero();
			return;
		}
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(files))) {
			if (wal.tailState().isClean()) {
				assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
				this.healed++;
				return;
			}
			assertThat(TestLogs.read(wal)).isEqualTo(remaining);
			this.truncated++;
		}
	}

	private void flipAll(Map<String, byte[]> log, Flip flip) {
		Map<String, byte[]> files = TestLogs.copy(log);
		for (Map.Entry<String, byte[]> file : files.entrySet()) {
			for (long bit = 0; bit < file.getValue().length * 8L; bit++) {
				if (standsTwice(file.getKey(), bit)) {
					if (bit % STRIDE != 0) {
						continue;
					}
					this.twice++;
				}
				TestLogs.flip(file.getValue(), bit);
				this.flips++;
				flip.check(file.getKey(), bit, files);
				TestLogs.flip(file.getValue(), bit);
			}
		}
		assertThat(this.twice).isGreaterThan(8 * (3 * Format.SEGMENT_HEADER_SIZE + ControlFile.SIZE) / (STRIDE + 1));
	}

	private static boolean standsTwice(String name, long bit) {
		return name.equals(SegmentName.CONTROL) || bit < 8L * Format.SEGMENT_HEADER_SIZE;
	}

	/**
	 * Looks at a log with one bit flipped.
	 */
	@FunctionalInterface
	private interface Flip {

		void check(String name, long bit, Map<String, byte[]> files);

	}

}
