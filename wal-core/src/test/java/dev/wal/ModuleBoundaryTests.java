// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the internals of the engine stay inside of its module. A class path does not
 * hold them back, and the tests of the other modules run on one.
 */
class ModuleBoundaryTests {

	/** The benchmarks measure parts of the engine. */
	private static final Set<String> ALLOWED = Set.of("wal-core", "wal-benchmarks");

	private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?dev\\.wal\\.internal\\.");

	@Test
	void noOtherModuleUsesTheInternalsOfTheEngine() throws IOException {
		List<Path> sources = sources();
		List<Path> found = new ArrayList<>();
		for (Path source : sources) {
			if (IMPORT.matcher(Files.readString(source)).find()) {
				found.add(source);
			}
		}
		assertThat(sources).hasSizeGreaterThan(100);
		assertThat(found).isEmpty();
	}

	/**
	 * Return the sources of the other modules, their tests included.
	 */
	private static List<Path> sources() throws IOException {
		List<Path> sources = new ArrayList<>();
		try (Stream<Path> modules = Files.list(Path.of(".."))) {
			for (Path module : modules.filter((path) -> Files.isDirectory(path.resolve("src"))).toList()) {
				if (!ALLOWED.contains(module.getFileName().toString())) {
					try (Stream<Path> files = Files.walk(module.resolve("src"))) {
						files.filter((file) -> file.toString().endsWith(".java")).forEach(sources::add);
					}
				}
			}
		}
		return sources;
	}

}
