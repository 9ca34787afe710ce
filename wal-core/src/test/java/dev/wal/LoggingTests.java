// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for the lines that the engine logs.
 */
class LoggingTests {

	private static final String SECRET = "p4yl0ad";

	@TempDir
	Path temp;

	private final Logger logger = (Logger) LoggerFactory.getLogger("dev.wal");

	private final ListAppender<ILoggingEvent> events = new ListAppender<>();

	private Level level;

	@BeforeEach
	void listen() {
		this.level = this.logger.getLevel();
		this.logger.setLevel(Level.TRACE);
		this.events.start();
		this.logger.addAppender(this.events);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.events);
		this.logger.setLevel(this.level);
	}

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(8 * 1024).preallocate(false);
	}

	private List<String> lines(Level level) {
		return List.copyOf(this.events.list)
			.stream()
			.filter((event) -> event.getLevel() == level)
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	@Test
	@Tag("R72")
	@Tag("R104")
	void openAndCloseAreOneLineEach() {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 7);
		}
		this.events.list.clear();
		log().open().close();
		assertThat(lines(Level.INFO)).satisfiesExactly(
				(line) -> assertThat(line).contains("Opened", this.temp.resolve("log").toString(), "LSN 1 to 7",
						"checkpoint 0", "clean"),
				(line) -> assertThat(line).contains("Closed", this.temp.resolve("log").toString(), "LSN 7"));
		assertThat(lines(Level.WARN)).isEmpty();
	}

	@Test
	@Tag("R104")
	void rotationIsOneLineAtDebug() {
		try (LocalWriteAheadLog wal = log().open()) {
			wal.append(new byte[1]);
			this.events.list.clear();
			wal.rotate();
			assertThat(lines(Level.DEBUG)).singleElement()
				.asString()
				.contains("wal-00000000000000000001.log", "wal-00000000000000000002.log", "LSN 2");
			assertThat(lines(Level.INFO)).isEmpty();
		}
	}

	@Test
	@Tag("R104")
	void checkpointIsOneLine() {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 3);
			wal.rotate();
			this.events.list.clear();
			wal.checkpoint(Lsn.of(2));
			assertThat(lines(Level.INFO)).isEmpty();
			assertThat(lines(Level.DEBUG)).singleElement().asString().contains("Checkpoint at LSN 2");
			this.events.list.clear();
			wal.checkpoint(Lsn.of(3));
			assertThat(lines(Level.INFO)).singleElement().asString().contains("Checkpoint at LSN 3", "1 segment");
			assertThat(lines(Level.DEBUG)).isEmpty();
		}
	}

	@Test
	@Tag("R104")
	void cutTailIsOneWarningWithSegmentAndOffset() {
		Path crashed;
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 3);
			crashed = TestFiles.copy(wal.options().directory(), this.temp.resolve("crashed"));
		}
		Path segment = TestFiles.segment(crashed, 1);
		TestFiles.cut(segment, TestFiles.read(segment).length - 3);
		this.events.list.clear();
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(crashed).preallocate(false).open()) {
			assertThat(lines(Level.WARN)).filteredOn((line) -> !line.contains("access"))
				.singleElement()
				.asString()
				.contains("wal-00000000000000000001.log", "offset " + wal.tailState().offset(), "next LSN is 3",
						String.valueOf(wal.tailState().savedAs()));
			assertThat(lines(Level.INFO)).singleElement().asString().contains("TRUNCATED");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "rwx------", "rwxr-x---", "rwxrwxrwx" })
	@Tag("R1")
	@Tag("R104")
	void existingDirectoryThatOthersMayUseIsOneWarning(String permissions) throws IOException {
		assumeThat(this.temp.getFileSystem().supportedFileAttributeViews()).contains("posix");
		Path directory = Files.createDirectory(this.temp.resolve("log"));
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
		log().open().close();
		if (permissions.endsWith("------")) {
			assertThat(lines(Level.WARN)).isEmpty();
		}
		else {
			assertThat(lines(Level.WARN)).singleElement()
				.asString()
				.contains("Other users", directory.toString(), permissions);
		}
	}

	@Test
	@Tag("R104")
	void noPayloadIsEverLoggedOrInAMessage() {
		byte[] payload = TestRecords.text(SECRET);
		Path directory;
		try (LocalWriteAheadLog wal = log().maxRecordSize(100).maxBatchSize(100).open();
				WalSubscription subscription = wal.subscribe(Lsn.FIRST, (record) -> {
					if (record.lsn().equals(Lsn.of(4))) {
						throw new IllegalStateException("refused " + record);
					}
				})) {
			directory = wal.options().directory();
			wal.append(payload);
			wal.appendAll(List.of(payload, payload));
			wal.rotate();
			wal.checkpoint(Lsn.of(2));
			assertThatExceptionOfType(WalRecordTooLargeException.class)
				.isThrownBy(() -> wal.append(TestRecords.text(SECRET.repeat(100))))
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(SECRET));
			wal.append(payload);
			org.awaitility.Awaitility.await().until(() -> subscription.failureCount() > 0);
			assertThat(TestRecords.readAll(wal).get(0).toString()).doesNotContain(SECRET);
		}
		Path last = TestFiles.segment(directory, 2);
		TestFiles.damage(last, TestFiles.indexOf(TestFiles.read(last), payload));
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> log().open())
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(SECRET));
		assertThat(this.events.list).isNotEmpty()
			.allSatisfy((event) -> assertThat(event.getFormattedMessage()).doesNotContain(SECRET));
	}

}
