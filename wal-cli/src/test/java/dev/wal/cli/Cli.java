// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

import picocli.CommandLine;
import picocli.CommandLine.Help;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the command line in this process, as on a pipe.
 */
final class Cli {

	private Cli() {
	}

	static Result run(Object... arguments) {
		return run(Help.Ansi.OFF, arguments);
	}

	/**
	 * Run as on a terminal, or not.
	 */
	static Result run(Help.Ansi ansi, Object... arguments) {
		StringWriter out = new StringWriter();
		StringWriter err = new StringWriter();
		int code = line(out, err, ansi).execute(Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
		return new Result(code, out.toString(), err.toString());
	}

	static CommandLine line(StringWriter out, StringWriter err, Help.Ansi ansi) {
		return WalCommand.create()
			.setOut(new PrintWriter(out, true))
			.setErr(new PrintWriter(err, true))
			.setColorScheme(Help.defaultColorScheme(ansi));
	}

	/**
	 * Run what only reads, and check that every name and byte stays.
	 */
	static Result look(Path directory, Object... arguments) {
		SortedMap<String, String> before = contents(directory);
		Result result = run(arguments);
		assertThat(contents(directory)).isEqualTo(before);
		return result;
	}

	static SortedMap<String, String> contents(Path directory) {
		SortedMap<String, String> contents = new TreeMap<>();
		try (Stream<Path> files = Files.walk(directory)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				byte[] bytes = Files.readAllBytes(file);
				contents.put(directory.relativize(file).toString(),
						bytes.length + " " + Arrays.hashCode(bytes) + " " + Files.getLastModifiedTime(file));
			}
		}
		catch (NoSuchFileException ex) {
			return contents;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return contents;
	}

	/**
	 * Return what an older log wrote.
	 */
	static Path golden(String name) {
		try {
			return Path.of(Cli.class.getResource("/golden/" + name).toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What a run gave.
	 */
	record Result(int code, String out, String err) {
	}

}
