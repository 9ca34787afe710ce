// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWalView;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalBuilder;
import dev.wal.WalFullException;
import dev.wal.WalPositionException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WalState;
import dev.wal.WriteAheadLog;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.testing.QuietLog;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RecycledFiles}.
 */
@ExtendWith(QuietLog.class)
@Timeout(60)
class RecycledFilesTests {

	private static final int SEGMENT_SIZE = 64 * 1024;

	private static final byte[] OLD = "the old life ".repeat(80).getBytes(StandardCharsets.UTF_8);

	private static final byte[] NEW = "the new life ".repeat(80).getBytes(StandardCharsets.UTF_8);

	@TempDir
	private Path directory;

	private WalBuilder builder() {
		return WriteAheadLog.builder(this.directory).segmentSize(SEGMENT_SIZE).syncPolicy(SyncPolicy.none());
	}

	@Test
	@Tag("R44")
	@Tag("R83")
	void aReleasedSegmentBecomesALaterOneWithoutOldContent() throws IOException {
		try (LocalWriteAheadLog wal = builder().open()) {
			fillSegments(wal, 3, OLD);
			Object released = fileKey(wal.segments().get(0).fileName());
			wal.checkpoint(wal.sync());
			fillSegments(wal, 6, NEW);
			await().until(() -> {
				wal.append(NEW);
				return segmentFiles().stream().anyMatch((name) -> fileKey(name).equals(released));
			});
			String again = segmentFiles().stream().filter((name) -> fileKey(name).equals(released)).findFirst().get();
			assertThat(new String(Files.readAllBytes(this.directory.resolve(again)), StandardCharsets.ISO_8859_1))
				.doesNotContain("old life");
		}
		try (LocalWriteAheadLog wal = builder().open(); WalReader reader = wal.read(wal.firstLsn())) {
			long lsn = wal.firstLsn().value();
			for (WalRecord record : reader) {
				assertThat(record.lsn().value()).isEqualTo(lsn++);
			}
			assertThat(lsn).isEqualTo(wal.lastLsn().value() + 1);
		}
	}

	@Test
	@Tag("R101")
	void noFileIsLeftOver() throws IOException {
		try (LocalWriteAheadLog wal = builder().open()) {
			fillSegments(wal, 8, OLD);
			wal.checkpoint(wal.sync());
			assertThat(unfinished()).hasSize(2);
		}
		assertThat(unfinished()).isEmpty();
	}

	@Test
	@Tag("R44")
	void withoutPreallocationSegmentsAreDeleted() throws IOException {
		try (LocalWriteAheadLog wal = builder().preallocate(false).open()) {
			fillSegments(wal, 3, OLD);
			wal.checkpoint(wal.sync());
			assertThat(unfinished()).isEmpty();
			assertThat(segmentFiles()).hasSizeLessThanOrEqualTo(2);
		}
	}

	@Test
	@Tag("R47")
	void recycledFilesMakeRoomOnAFullDisk() {
		SimulatedDisk disk = new SimulatedDisk();
		try (SegmentedLog wal = LogOpener.open(builder().options(), disk)) {
			fillSegments(wal, 4, OLD);
			// Room for nothing else, while the files of two segments wait to be used
			// again.
			wal.checkpoint(wal.sync());
			disk.room(0);
			await().ignoreExceptionsInstanceOf(WalFullException.class).untilAsserted(() -> {
				fillSegments(wal, wal.segmentCount() + 1, NEW);
				assertThat(wal.status().state()).isEqualTo(WalState.OPEN);
			});
		}
	}

	@ParameterizedTest
	@EnumSource(CorruptionPolicy.class)
	@Tag("D33")
	@Tag("R78")
	void aReaderInAnotherProcessIsToldThatTheSegmentIsGone(CorruptionPolicy policy) throws IOException {
		// Larger than what a reader reads ahead.
		int size = 8 << 20;
		try (LocalWriteAheadLog wal = builder().segmentSize(size).open()) {
			fillSegments(wal, 2, new byte[100_000]);
			wal.sync();
			try (LocalWalView view = builder().corruptionPolicy(policy).openReadOnly();
					WalReader reader = view.read(Lsn.FIRST)) {
				reader.iterator().next();
				String first = wal.segments().get(0).fileName();
				wal.checkpoint(wal.sync());
				Path file = this.directory.resolve(first + SegmentName.NEW);
				// As the background does it, which may take its time.
				Files.write(file, new byte[size]);
				assertThatExceptionOfType(WalPositionException.class)
					.isThrownBy(() -> reader.iterator().forEachRemaining((record) -> {
					}))
					.withMessageContaining("a checkpoint deleted");
			}
		}
	}

	private static void fillSegments(LocalWriteAheadLog wal, int count, byte[] payload) {
		while (wal.segmentCount() < count) {
			wal.append(payload);
		}
	}

	private Object fileKey(String name) {
		try {
			return Files.getAttribute(this.directory.resolve(name), "unix:ino");
		}
		catch (IOException ex) {
			return name;
		}
	}

	private List<String> segmentFiles() throws IOException {
		return names(".log");
	}

	private List<String> unfinished() throws IOException {
		return names(".log.new");
	}

	private List<String> names(String suffix) throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.map((file) -> file.getFileName().toString()).filter((name) -> name.endsWith(suffix)).toList();
		}
	}

}
