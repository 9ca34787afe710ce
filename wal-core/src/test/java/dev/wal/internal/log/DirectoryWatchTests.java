// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import dev.wal.testing.disk.FailingStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what an open log takes for the loss of its directory.
 */
@Tag("R9")
@Tag("Rule11")
@DisabledOnOs(OS.WINDOWS)
class DirectoryWatchTests {

	@TempDir
	Path temp;

	private final List<String> losses = new ArrayList<>();

	private long active = 1;

	private Path directory;

	private FailingStorage storage;

	private DirectoryLock lock;

	private DirectoryWatch watch;

	@BeforeEach
	void open() throws IOException {
		this.directory = Files.createDirectories(this.temp.resolve("parent/log"));
		this.storage = new FailingStorage(this.directory);
		LogDirectory directory = new LogDirectory(this.storage);
		this.lock = directory.lock(Duration.ZERO);
		write(1);
		this.lock.claim();
		this.watch = new DirectoryWatch(directory, this.lock, List.of(SegmentName.LOCK),
				() -> SegmentName.of(this.active), () -> 7, (loss) -> this.losses.add(loss.getMessage()));
		assertNothingLost();
	}

	@AfterEach
	void close() throws IOException {
		this.lock.close();
	}

	private Path write(long segment) {
		Path file = TestFiles.segment(this.directory, segment);
		TestFiles.write(file, TestRecords.text("segment"));
		return file;
	}

	private void assertNothingLost() {
		this.watch.look();
		this.watch.look();
		assertThat(this.losses).isEmpty();
	}

	private void assertLost(String what) {
		this.watch.look();
		assertThat(this.losses).singleElement().asString().contains(what, "up to LSN 7", "/proc/");
		this.watch.look();
		assertThat(this.losses).hasSize(1);
	}

	@Test
	void directoryThatWasMovedIsLost() throws IOException {
		Files.move(this.directory, this.temp.resolve("moved"));
		assertLost("the directory was deleted or moved");
	}

	@Test
	void directoryInThePlaceOfAnotherIsNoticed() throws IOException {
		Files.move(this.directory, this.temp.resolve("moved"));
		TestFiles.copy(this.temp.resolve("moved"), this.directory);
		assertLost("the directory was replaced");
	}

	@Test
	void parentThatBecameAFileIsALoss() throws IOException {
		Files.move(this.directory.getParent(), this.temp.resolve("moved"));
		Files.createFile(this.directory.getParent());
		assertLost("the directory was deleted or moved");
	}

	@Test
	void lockFileThatWasDeletedIsALoss() throws IOException {
		Files.delete(this.directory.resolve("wal.lock"));
		assertLost("wal.lock was deleted");
	}

	@Test
	void lockFileThatWasReplacedIsALoss() throws IOException {
		Path lockFile = this.directory.resolve("wal.lock");
		Files.move(lockFile, this.temp.resolve("wal.lock"));
		Files.copy(this.temp.resolve("wal.lock"), lockFile);
		assertLost("wal.lock was replaced");
	}

	@Test
	void claimOfAnotherProcessIsALoss() throws IOException {
		Path other = Files.createDirectory(this.temp.resolve("other"));
		try (DirectoryLock lock = new FailingStorage(other).lock("wal.lock")) {
			lock.claim();
			TestFiles.write(this.directory.resolve("wal.lock"), TestFiles.read(other.resolve("wal.lock")));
		}
		assertLost("another process has taken its lock file");
		byte[] theirs = TestFiles.read(this.directory.resolve("wal.lock"));
		this.lock.close();
		assertThat(this.directory.resolve("wal.lock")).hasBinaryContent(theirs);
	}

	@Test
	void activeSegmentThatWasDeletedOrReplacedIsALoss() throws IOException {
		Path segment = TestFiles.segment(this.directory, 1);
		Files.move(segment, this.temp.resolve("segment"));
		write(1);
		assertLost("wal-00000000000000000001.log was replaced");
	}

	@Test
	void nextSegmentMayHaveAnyKey() throws IOException {
		write(2);
		this.active = 2;
		assertNothingLost();
		Files.delete(TestFiles.segment(this.directory, 1));
		assertNothingLost();
		Files.delete(TestFiles.segment(this.directory, 2));
		assertLost("wal-00000000000000000002.log was deleted");
	}

	@Test
	void backupByLinksOrCopiesIsNoLoss() throws IOException {
		Path backup = Files.createDirectory(this.temp.resolve("backup"));
		for (Path file : TestFiles.list(this.directory)) {
			Files.createLink(backup.resolve(file.getFileName()), file);
		}
		TestFiles.copy(this.directory, this.temp.resolve("copy"));
		TestFiles.damage(TestFiles.segment(this.directory, 1), 1);
		assertNothingLost();
	}

	@Test
	void textThatNobodyCanReadIsNoLoss() {
		TestFiles.damage(this.directory.resolve("wal.lock"), 20);
		assertNothingLost();
	}

	@Test
	void whatCannotBeAskedIsAProblemAndNoLoss() {
		this.storage.failKeys(true);
		assertNothingLost();
		assertThat(this.watch.problem()).contains("Input/output error");
		this.storage.failKeys(false);
		assertNothingLost();
		assertThat(this.watch.problem()).isNull();
	}

}
