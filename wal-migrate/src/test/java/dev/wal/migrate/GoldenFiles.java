// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The files that the older logs wrote, and what their own code said about them.
 */
public final class GoldenFiles {

	private GoldenFiles() {
	}

	public static Path path(String name) {
		try {
			return Path.of(GoldenFiles.class.getResource("/golden/" + name).toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Read JSON into maps, lists, strings and numbers.
	 */
	public static Object json(String name) {
		try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(),
				Files.readAllBytes(path(name)))) {
			parser.nextToken();
			return value(parser);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@SuppressWarnings("unchecked")
	public static Map<String, Object> object(Object json) {
		return (Map<String, Object>) json;
	}

	@SuppressWarnings("unchecked")
	public static List<Object> array(Object json) {
		return (List<Object>) json;
	}

	private static Object value(JsonParser parser) {
		return switch (parser.currentToken()) {
			case START_OBJECT -> {
				Map<String, Object> object = new LinkedHashMap<>();
				while (parser.nextToken() != JsonToken.END_OBJECT) {
					String name = parser.currentName();
					parser.nextToken();
					object.put(name, value(parser));
				}
				yield object;
			}
			case START_ARRAY -> {
				List<Object> array = new ArrayList<>();
				while (parser.nextToken() != JsonToken.END_ARRAY) {
					array.add(value(parser));
				}
				yield array;
			}
			case VALUE_NUMBER_INT -> parser.getLongValue();
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			case VALUE_NULL -> null;
			default -> parser.getString();
		};
	}

	/**
	 * Copy a golden directory.
	 */
	public static Path copy(String name, Path target) throws IOException {
		Files.createDirectories(target);
		try (Stream<Path> files = Files.list(path(name))) {
			for (Path file : files.toList()) {
				Files.copy(file, target.resolve(file.getFileName()));
			}
		}
		return target;
	}

	/**
	 * Take the content of every file of a directory, to show later that nothing changed.
	 */
	public static Map<String, String> content(Path directory) throws IOException {
		Map<String, String> content = new TreeMap<>();
		try (Stream<Path> files = Files.list(directory)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				content.put(file.getFileName().toString(),
						Files.getLastModifiedTime(file) + " " + Arrays.hashCode(Files.readAllBytes(file)));
			}
		}
		return content;
	}

}
