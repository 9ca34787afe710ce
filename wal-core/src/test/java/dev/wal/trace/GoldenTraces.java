// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The records that xerv wrote, and what its own code said about them.
 */
final class GoldenTraces {

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.USE_LONG_FOR_INTS)
		.build();

	private GoldenTraces() {
	}

	/**
	 * Read JSON into maps, lists, strings and numbers.
	 */
	@SuppressWarnings("unchecked")
	static Map<String, Object> json(String name) {
		return JSON.readValue(bytes(name), Map.class);
	}

	@SuppressWarnings("unchecked")
	static Map<String, Object> object(Object json) {
		return (Map<String, Object>) json;
	}

	@SuppressWarnings("unchecked")
	static List<Object> array(Object json) {
		return (List<Object>) json;
	}

	/**
	 * Cut a file into its records: each begins with its length.
	 */
	static List<TraceRecord> records(String name) {
		List<TraceRecord> records = new ArrayList<>();
		ByteBuffer file = ByteBuffer.wrap(bytes(name)).order(ByteOrder.LITTLE_ENDIAN);
		while (file.hasRemaining()) {
			int length = file.getInt(file.position());
			records.add(TraceRecord.decode(file.slice(file.position(), length)));
			file.position(file.position() + length);
		}
		return records;
	}

	private static byte[] bytes(String name) {
		try (InputStream file = GoldenTraces.class.getResourceAsStream("/golden/" + name)) {
			return file.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
