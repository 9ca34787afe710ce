// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the pages print what the build compiles, and that their links lead
 * somewhere.
 */
class DocumentationTests {

	private static final Path INDEX = Path.of("docs", "README.md");

	private static final Pattern TEST = Pattern.compile("[A-Z]\\w+Tests?");

	private static final Pattern CLASS = Pattern.compile("[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+");

	/** Classes of the JDK and of Spring that the tour names. */
	private static final Set<String> OTHERS = Set.of("ApplicationRunner", "AsynchronousFileChannel",
			"CompletableFuture", "FailureAnalyzer", "FileChannel", "SmartLifecycle");

	static List<Page> pages() throws IOException {
		return Page.all();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void everyJavaBlockIsPartOfACompiledSource(Page page) throws IOException {
		for (Page.Block block : page.blocks()) {
			if (block.source() != null) {
				assertThat(block.content()).as(block.source()).isEqualTo(SourceRegion.read(block.source()));
			}
			else {
				assertThat(block.language()).as("language of a block without a source:\n%s", block.content())
					.isNotEqualTo("java");
			}
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void everyLinkLeadsSomewhere(Page page) throws IOException {
		for (String link : page.links()) {
			if (!link.contains("://")) {
				int hash = link.indexOf('#');
				String file = (hash < 0) ? link : link.substring(0, hash);
				Path target = file.isEmpty() ? page.path() : page.path().resolveSibling(file).normalize();
				assertThat(Page.ROOT.resolve(target)).as("%s links to %s", page, link).exists();
				if (hash >= 0) {
					assertThat(Page.read(target).anchors()).as("%s links to %s", page, link)
						.contains(link.substring(hash + 1));
				}
			}
		}
	}

	@Test
	void everyPageIsReachableFromTheIndex() throws IOException {
		Set<Path> reached = new HashSet<>();
		Deque<Path> open = new ArrayDeque<>(List.of(INDEX));
		while (!open.isEmpty()) {
			Path path = open.pop();
			if (reached.add(path)) {
				for (String link : Page.read(path).links()) {
					Path target = path.resolveSibling(link.replaceFirst("#.*", "")).normalize();
					if (target.toString().endsWith(".md") && target.startsWith("docs")) {
						open.add(target);
					}
				}
			}
		}
		assertThat(reached)
			.containsAll(pages().stream().map(Page::path).filter((path) -> path.startsWith("docs")).toList());
	}

	@Test
	void everyPublicExceptionHasARow() throws IOException {
		String errors = Page.read(Path.of("docs", "reference", "errors.md")).text();
		assertThat(Sources.all()
			.stream()
			.filter((file) -> file.toString().contains("/src/main/"))
			.filter((file) -> !file.toString().matches(".*/(internal|io)/.*"))
			.filter((file) -> Sources.nameOf(file).endsWith("Exception") && isPublic(file))
			.map(Sources::nameOf)).isNotEmpty().allSatisfy((name) -> assertThat(errors).contains("| `" + name + "` |"));
	}

	@ParameterizedTest
	@MethodSource("pages")
	void everyTestThatIsNamedExists(Page page) throws IOException {
		Set<String> known = Sources.names();
		assertThat(page.codes()).filteredOn((code) -> TEST.matcher(code).matches()).isSubsetOf(known);
	}

	@Test
	void everyClassOfTheTourExists() throws IOException {
		Set<String> known = Sources.names();
		Page tour = Page.read(Path.of("docs", "explanation", "architecture.md"));
		assertThat(tour.codes()).filteredOn((code) -> CLASS.matcher(code).matches() && !OTHERS.contains(code))
			.hasSizeGreaterThan(30)
			.isSubsetOf(known);
	}

	private static boolean isPublic(Path source) {
		try {
			return Files.readString(source).contains("\npublic ");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
