// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The source files of all modules.
 */
final class Sources {

	private Sources() {
	}

	static List<Path> all() throws IOException {
		List<Path> files = new ArrayList<>();
		try (Stream<Path> modules = Files.list(Page.ROOT)) {
			for (Path module : modules.filter((path) -> Files.isDirectory(path.resolve("src"))).toList()) {
				try (Stream<Path> sources = Files.walk(module.resolve("src"))) {
					sources.filter((file) -> file.toString().endsWith(".java")).forEach(files::add);
				}
			}
		}
		return files;
	}

	static Set<String> names() throws IOException {
		return all().stream().map(Sources::nameOf).collect(Collectors.toSet());
	}

	static String nameOf(Path source) {
		return source.getFileName().toString().replace(".java", "");
	}

	/**
	 * Find a source file.
	 * @param name its path from the root of the repository, or its name if no other file
	 * has the same
	 */
	static Path find(String name) throws IOException {
		if (name.contains("/")) {
			return Page.ROOT.resolve(name);
		}
		List<Path> found = all().stream().filter((file) -> file.endsWith(name)).toList();
		if (found.size() != 1) {
			throw new IllegalArgumentException("Files with the name " + name + ": " + found);
		}
		return found.get(0);
	}

}
