// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that messages, documentation and Javadoc use the words of the field, one for each
 * thing: a segment is released and deleted, bytes are truncated, a torn tail is removed.
 */
class WordingTests {

	/** What is said in other words, and a hint which. */
	private static final Pattern RULED_OUT = Pattern.compile(String.join("|",
			// release, delete
			"\\b(?:let|lets|letting) go\\b", "\\b(?:give|gives|gave|given|giving) back\\b",
			// truncate, remove
			"\\b(?:take|takes|took|taken|taking) back\\b",
			// repair
			"\\bma(?:de|ke|kes|king) whole\\b",
			// rotate
			"\\bbegun by hand\\b",
			// finished
			"\\b(?:is|are|not|was|were) through(?=[.,;:)]|$)",
			// after, below
			"\\bbehind\\b",
			// nothing shows that it was acknowledged
			"\\bpromised to nobody\\b", "\\bno caller was promised\\b", "\\bnobody was promised\\b",
			// say who, when, how much
			"\\bwhoever\\b", "\\bmeanwhile\\b", "\\bfor good\\b", "\\bbe it\\b", "\\bas far as\\b",
			"\\bso that none\\b"));

	/** A slow reader, and an engine of an API. */
	private static final Pattern ALLOWED = Pattern.compile("\\b(?:falls?|stands?) behind\\b");

	private static final Set<String> TEXTS = Set.of("java", "json", "html", "yaml", "yml", "sh", "properties");

	static List<Path> texts() throws IOException {
		List<Path> files = new ArrayList<>();
		for (Page page : Page.all()) {
			files.add(Page.ROOT.resolve(page.path()));
		}
		try (Stream<Path> modules = Files.list(Page.ROOT)) {
			for (Path main : modules.map((module) -> module.resolve("src/main")).filter(Files::isDirectory).toList()) {
				try (Stream<Path> sources = Files.walk(main)) {
					sources.filter(WordingTests::isText).forEach(files::add);
				}
			}
		}
		return files;
	}

	@Test
	void pagesAndSourcesOfAllModulesAreRead() throws IOException {
		assertThat(texts().stream().map(Path::toString)).hasSizeGreaterThan(300)
			.anyMatch((file) -> file.endsWith("README.md"))
			.anyMatch((file) -> file.endsWith("damaged-log.md"))
			.anyMatch((file) -> file.endsWith("WalProperties.java"))
			.anyMatch((file) -> file.endsWith("index.html"));
	}

	@ParameterizedTest
	@MethodSource("texts")
	void onlyTheWordsOfTheFieldAreUsed(Path file) throws IOException {
		assertThat(ruledOut(Files.readString(file))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "lets go of it", "given\n\t * back", "the \" + \"end\" was promised to \"\n\t+ \" nobody",
			"the replay is not through.", "Whoever asks", "the bytes behind it" })
	void otherWordsAreFoundAcrossLines(String text) {
		assertThat(ruledOut(text)).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "maybe it is", "through one door", "a listener falls behind", "for goods" })
	void ordinaryWordsAreLeftAlone(String text) {
		assertThat(ruledOut(text)).isEmpty();
	}

	private static List<String> ruledOut(String text) {
		// A sentence goes on in the next literal, and in the next line of a comment.
		String line = text.replaceAll("\"\\s*\\+\\s*\"", "")
			.replaceAll("\\R\\s*(?:\\*|//)? ?", " ")
			.replaceAll("\\s+", " ")
			.toLowerCase(Locale.ROOT);
		String left = ALLOWED.matcher(line).replaceAll("");
		return RULED_OUT.matcher(left)
			.results()
			.map((found) -> left.substring(Math.max(0, found.start() - 40), Math.min(left.length(), found.end() + 20)))
			.toList();
	}

	private static boolean isText(Path file) {
		String name = file.getFileName().toString();
		return Files.isRegularFile(file) && TEXTS.contains(name.substring(name.lastIndexOf('.') + 1));
	}

}
