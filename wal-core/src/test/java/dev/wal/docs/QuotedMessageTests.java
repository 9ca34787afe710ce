// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the symptoms for which an operator looks in the documentation are what the
 * log says.
 */
class QuotedMessageTests {

	private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":");

	private static final Pattern NAMED_PAGE = Pattern.compile("((?:how-to|reference|explanation)/[\\w-]+\\.md)");

	private static String messages;

	private static String pages;

	@BeforeAll
	static void read() throws IOException {
		StringBuilder sources = new StringBuilder();
		for (Path source : Sources.all()) {
			if (source.toString().contains("/src/main/")) {
				sources.append(Files.readString(source).replaceAll("\"\\s*\\+\\s*\"", ""));
			}
		}
		messages = sources.toString();
		StringBuilder docs = new StringBuilder();
		for (Page page : Page.all()) {
			docs.append(page.text().replaceAll("\\s+", " "));
		}
		pages = docs.toString();
	}

	@ParameterizedTest
	@ValueSource(strings = {
			// damaged-log.md
			"The write-ahead log was not opened, because acknowledged data is damaged:",
			"No byte on the disk was changed.", "The log is damaged: ",
			// stale-lock.md
			"was not opened, because it is locked by ", "Only one process at a time can write to a log.",
			// full-disk.md
			"Disk full: the log in ", " rejects appends until there is space",
			"Not enough disk space for the write-ahead log",
			// size-and-tune.md
			"The write-ahead log was not opened, because there is too little direct memory:",
			// listeners.md
			" failed at LSN ", "; the record will be delivered again", " gets records again: LSN ",
			// move-and-back-up.md
			"Opened the log in ", "it has no records yet",
			// monitor.md, actuator.md
			"the replay has not started", "the replay of LSN", "the disk is full", "the next segment cannot be created",
			"the log has failed", "the directory is lost", "acknowledged record(s) are lost",
			"damaged place(s) were found when the log was opened",
			"The log cannot check whether the directory is still", "The control file cannot be written",
			" rejects appends until the next segment can be created", "accepts appends again", "the replay failed",
			"the log is not open", "the active segment has no records",
			"the application has applied no record above the last checkpoint", "there is no WalCheckpointSource bean",
			"the newest snapshot is up to date", "there is no WalSnapshotHandler bean",
			// replay-and-checkpoints.md
			"of the write-ahead log could not be replayed by '",
			// first-log.md
			"Replaying the write-ahead log from LSN ", "not closed" })
	void messageIsPrintedAndQuoted(String message) {
		assertThat(messages.contains(message)).as("the log says: %s", message).isTrue();
		assertThat(pages.contains(message)).as("a page quotes: %s", message).isTrue();
	}

	@Test
	void pageThatIsNamedInAMessageExists() {
		List<String> named = NAMED_PAGE.matcher(messages).results().map((page) -> page.group(1)).distinct().toList();
		assertThat(named).hasSizeGreaterThan(8)
			.allSatisfy((page) -> assertThat(Page.ROOT.resolve("docs").resolve(page)).exists());
	}

	@Test
	void fieldsOfActuatorExist() throws IOException {
		StringBuilder endpoints = new StringBuilder();
		for (Path source : Sources.all()) {
			if (source.toString().matches(".*/src/main/.*/boot/(actuate|health)/.*")) {
				endpoints.append(Files.readString(source));
			}
		}
		Set<String> words = Pattern.compile("\\W+").splitAsStream(endpoints).collect(Collectors.toSet());
		Page page = Page.read(Path.of("docs", "reference", "actuator.md"));
		List<String> fields = page.blocks()
			.stream()
			.filter((block) -> block.language().equals("json"))
			.flatMap((block) -> FIELD.matcher(block.content()).results())
			.map((field) -> field.group(1))
			.toList();
		assertThat(fields).hasSizeGreaterThan(50).isSubsetOf(words);
	}

}
