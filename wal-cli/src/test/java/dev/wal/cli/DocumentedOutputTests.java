// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.wal.docs.Orders;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the commands of the documentation print what the documentation says.
 */
class DocumentedOutputTests {

	private static final Path DOCS = Path.of("..", "docs");

	private static final String COMMAND = "$ wal ";

	private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

	private static final Pattern EXAMPLE = Pattern.compile("(?m)^(?=\\$ )");

	private static final Pattern SPACE = Pattern.compile(" ");

	@TempDir
	Path temp;

	/** The identity that the last command printed. */
	private String lastId = "";

	@ParameterizedTest
	@ValueSource(strings = { "reference/command-line.md", "how-to/damaged-log.md", "how-to/stale-lock.md",
			"how-to/move-and-back-up.md" })
	void commandsPrintWhatThePageSays(String page) throws IOException {
		prepare();
		int commands = 0;
		for (String block : blocks(DOCS.resolve(page))) {
			for (String example : EXAMPLE.splitAsStream(block).toList()) {
				if (isRun(example)) {
					commands++;
					int end = example.indexOf('\n');
					String printed = run(example.substring(COMMAND.length(), end));
					assertThat(normalize(printed)).as(example).isEqualTo(normalize(example.substring(end + 1)));
				}
			}
		}
		assertThat(commands).isPositive();
	}

	/** Not what takes a log of a gigabyte, and not what depends on the disk. */
	private static boolean isRun(String example) {
		return example.startsWith(COMMAND) && !example.contains("data/big") && !example.startsWith("$ wal doctor");
	}

	private void prepare() throws IOException {
		Path log = this.temp.resolve("data/wal");
		Orders.main(new String[] { log.toString() });
		Path damaged = copy(log, "data/damaged").resolve("wal-00000000000000000002.log");
		byte[] bytes = Files.readAllBytes(damaged);
		bytes[9096] ^= 1;
		Files.write(damaged, bytes);
		Files.writeString(copy(log, "data/torn").resolve("wal-00000000000000000003.log"), "x".repeat(40),
				StandardOpenOption.APPEND);
		copy(Cli.golden("walogs/mid-flip-completed-segment"), "data/old");
	}

	private Path copy(Path source, String name) throws IOException {
		Path target = Files.createDirectories(this.temp.resolve(name));
		try (Stream<Path> files = Files.list(source)) {
			for (Path file : files.toList()) {
				Files.copy(file, target.resolve(file.getFileName().toString()));
			}
		}
		return target;
	}

	private String run(String command) {
		List<Object> arguments = new ArrayList<>();
		for (String argument : SPACE.splitAsStream(command).toList()) {
			arguments.add(argument.startsWith("data/") ? this.temp.resolve(argument)
					: ID.matcher(argument).matches() ? this.lastId : argument);
		}
		Cli.Result result = Cli.run(arguments.toArray());
		Matcher id = ID.matcher(result.out());
		if (id.find()) {
			this.lastId = id.group();
		}
		return result.out() + result.err();
	}

	/** What differs from one run to the next, and the spaces of columns. */
	private String normalize(String text) {
		return text.replace(this.temp + "/", "")
			.replaceAll(ID.pattern(), "ID")
			.replaceAll("\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z", "TIME")
			.replaceAll("process \\d+", "process N")
			.replaceAll("\\+\\d+\\.\\d+ s", "+N s")
			.replaceAll("in [0-9.]+ s \\([0-9.]+ [KMG]?i?B/s\\)", "in N s (N)")
			.replaceAll(" {2,}", "  ")
			.strip();
	}

	private static List<String> blocks(Path page) throws IOException {
		List<String> blocks = new ArrayList<>();
		Parser.builder().build().parse(Files.readString(page)).accept(new AbstractVisitor() {
			@Override
			public void visit(FencedCodeBlock block) {
				blocks.add(block.getLiteral());
			}
		});
		return blocks;
	}

}
