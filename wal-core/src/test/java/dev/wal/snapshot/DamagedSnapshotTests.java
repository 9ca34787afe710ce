// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalForeignLogException;
import dev.wal.WalFormatVersionException;
import dev.wal.WriteAheadLog;
import dev.wal.testing.TestFiles;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what {@link SnapshotStore} does with snapshots that are damaged, of another
 * log, or beyond the reach of their log.
 */
class DamagedSnapshotTests extends AbstractSnapshotStoreTests {

	@Test
	@Tag("R87")
	@Tag("D1")
	@Tag("D29")
	void everyBitThatIsFlippedInTheNewestFallsBackOnTheOneBefore() throws IOException {
		SnapshotStore store = store(2);
		Path file = null;
		for (int i = 1; i <= 3; i++) {
			file = appendAndSnapshot(store).file();
			this.wal.checkpoint(store.releasedLsn());
		}
		assertThat(this.wal.firstLsn()).isEqualTo(Lsn.of(3));
		byte[] intact = TestFiles.read(file);
		for (int bit = 0; bit < intact.length * 8; bit++) {
			byte[] flipped = intact.clone();
			flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
			TestFiles.write(file, flipped);
			SnapshotStore reopened = store(2);
			assertThat(text(reopened.newest().orElseThrow())).as("bit %d", bit).isEqualTo("state at 2");
			assertThat(reopened.damaged()).singleElement().satisfies((aside) -> {
				assertThat(aside).hasFileName("snapshot-00000000000000000003.snap.damaged").hasBinaryContent(flipped);
				Files.delete(aside);
			});
		}
	}

	@Test
	@Tag("R87")
	@Tag("D2")
	void everyLengthButTheRightOneFallsBack() throws IOException {
		SnapshotStore store = store(2);
		appendAndSnapshot(store);
		Path file = appendAndSnapshot(store).file();
		byte[] intact = TestFiles.read(file);
		for (int length = 0; length <= intact.length + 3; length++) {
			TestFiles.write(file, Arrays.copyOf(intact, length));
			long expected = (length == intact.length) ? 2 : 1;
			SnapshotStore reopened = store(2);
			assertThat(reopened.newest().orElseThrow().lsn().value()).as("length %d", length).isEqualTo(expected);
			for (Path aside : reopened.damaged()) {
				Files.delete(aside);
			}
		}
	}

	@Test
	@Tag("R65")
	@Tag("R87")
	void damagedSnapshotsNeverReplaceOneAnother() {
		SnapshotStore store = store(2);
		Path file = appendAndSnapshot(store).file();
		byte[] intact = TestFiles.read(file);
		for (int i = 1; i <= 3; i++) {
			TestFiles.write(file, intact);
			TestFiles.damage(file, 64 + i);
			assertThat(store(2).newest()).isEmpty();
		}
		assertThat(TestFiles.names(directory())).containsExactlyInAnyOrder("snapshot-00000000000000000001.snap.damaged",
				"snapshot-00000000000000000001.snap.1.damaged", "snapshot-00000000000000000001.snap.2.damaged");
	}

	@Test
	@Tag("R87")
	@Tag("D29")
	void whereTheLogDoesNotReachBackTheFilesAreNamed() {
		SnapshotStore store = store(1);
		appendAndSnapshot(store);
		Path file = appendAndSnapshot(store).file();
		this.wal.append(new byte[1]);
		this.wal.checkpoint(store.releasedLsn());
		TestFiles.damage(file, 70);
		for (int start = 1; start <= 2; start++) {
			assertThatExceptionOfType(WalSnapshotException.class).isThrownBy(() -> store(1).newest())
				.withMessageContainingAll("begins at LSN 3", file + ".damaged", directory().toString(), "backup")
				.satisfies((ex) -> assertThat(ex.files()).containsExactly(Path.of(file + ".damaged")));
		}
		assertThat(store(1).newest(Lsn.of(2))).as("of a state that begins there").isEmpty();
	}

	@Test
	@Tag("R87")
	@Tag("D29")
	void olderSnapshotThatTheLogDoesNotReachIsRefused() {
		SnapshotStore store = store(2);
		Path older = appendAndSnapshot(store).file();
		appendAndSnapshot(store);
		Path newer = appendAndSnapshot(store).file();
		this.wal.checkpoint(Lsn.of(3));
		assertThat(older).doesNotExist();
		TestFiles.damage(newer, 10);
		assertThatExceptionOfType(WalSnapshotException.class).isThrownBy(() -> store(2).newest())
			.withMessageContainingAll("ends at LSN 2", "begins at LSN 4", newer.getFileName() + ".damaged");
	}

	@Test
	@Tag("R87")
	void snapshotsOfALogThatWasSetBackAreRefused() {
		SnapshotStore store = store(1);
		Path empty = TestFiles.copy(this.temp.resolve("log"), this.temp.resolve("backup"));
		Path file = appendAndSnapshot(store).file();
		this.wal.close();
		for (Path segment : TestFiles.segments(this.temp.resolve("log"))) {
			segment.toFile().delete();
		}
		TestFiles.segments(empty)
			.forEach((segment) -> TestFiles.write(this.temp.resolve("log").resolve(segment.getFileName()),
					TestFiles.read(segment)));
		open();
		assertThatExceptionOfType(WalSnapshotException.class).isThrownBy(() -> store(1).newest())
			.withMessageContainingAll(file.toString(), "LSN 1", "ends at LSN 0");
	}

	@Test
	@Tag("R6")
	@Tag("R87")
	@Tag("D19")
	void snapshotOfAnotherLogIsRefusedAndNothingChanged() throws IOException {
		try (SnapshotStore store = store(1)) {
			appendAndSnapshot(store);
		}
		Files.createFile(directory().resolve("snapshot.new"));
		var before = TestFiles.contents(directory());
		try (LocalWriteAheadLog other = WriteAheadLog.builder(this.temp.resolve("other")).open()) {
			assertThatExceptionOfType(WalForeignLogException.class)
				.isThrownBy(() -> SnapshotStore.open(directory(), 1, other))
				.withMessageContaining("log id");
		}
		assertThat(TestFiles.contents(directory())).isEqualTo(before);
	}

	@Test
	@Tag("R7")
	@Tag("R87")
	void newerFormatIsRefusedAndNothingChanged() {
		Path file = appendAndSnapshot(store(1)).file();
		TestFiles.forge(file, 8, 2, 60);
		var before = TestFiles.contents(directory());
		assertThatExceptionOfType(WalFormatVersionException.class).isThrownBy(() -> store(1))
			.withMessageContainingAll("version 2", "is 1");
		assertThat(TestFiles.contents(directory())).isEqualTo(before);
	}

	@Test
	@Tag("R71")
	@Tag("R87")
	void renamedSnapshotIsNone() throws IOException {
		Path file = appendAndSnapshot(store(1)).file();
		this.wal.append(new byte[1]);
		Files.move(file, directory().resolve("snapshot-00000000000000000002.snap"));
		SnapshotStore store = store(1);
		assertThat(store.snapshots()).isEmpty();
		assertThat(store.damaged()).hasSize(1);
	}

}
