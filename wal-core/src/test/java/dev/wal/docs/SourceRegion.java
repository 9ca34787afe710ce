// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A part of a source file, as a page prints it: {@code path} is the whole file without
 * its package, {@code path#name} what stands between the lines {@code // tag::name[]} and
 * {@code // end::name[]}.
 */
final class SourceRegion {

	private static final String START = "// tag::";

	private static final String END = "// end::";

	private SourceRegion() {
	}

	static String read(String source) throws IOException {
		int hash = source.indexOf('#');
		Path file = Sources.find((hash < 0) ? source : source.substring(0, hash));
		List<String> lines = Files.readAllLines(file);
		String name = source.substring(hash + 1);
		return print(
				(hash < 0) ? withoutPackage(lines) : name.equals("javadoc") ? javadoc(lines) : region(lines, name));
	}

	private static List<String> withoutPackage(List<String> lines) {
		int line = 0;
		while (!lines.get(line).startsWith("package ")) {
			line++;
		}
		return lines.subList(line + 1, lines.size());
	}

	private static List<String> region(List<String> lines, String name) {
		List<String> trimmed = lines.stream().map(String::strip).toList();
		int start = trimmed.indexOf(START + name + "[]");
		int end = trimmed.indexOf(END + name + "[]");
		if (start < 0 || end < start) {
			throw new IllegalArgumentException("There is no region " + name);
		}
		return lines.subList(start + 1, end);
	}

	private static List<String> javadoc(List<String> lines) {
		return lines.subList(lines.indexOf(" * <pre>") + 1, lines.indexOf(" * </pre>"))
			.stream()
			.map((line) -> line.substring(2).replaceAll("\\{@link (\\w+)}", "$1"))
			.toList();
	}

	private static String print(List<String> lines) {
		StringBuilder text = new StringBuilder();
		for (String line : lines) {
			if (!line.strip().startsWith(START) && !line.strip().startsWith(END)) {
				text.append(line).append('\n');
			}
		}
		return text.toString().stripTrailing().stripIndent().replaceAll("^\\n+", "") + "\n";
	}

}
