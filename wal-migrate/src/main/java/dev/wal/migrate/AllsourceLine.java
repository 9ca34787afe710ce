// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.zip.CRC32;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * One line of an allsource log:
 * {@code {"sequence":1,"wal_timestamp":"...","event":{"id":"...",...},"checksum":1}}. Its
 * messages quote nothing of the line.
 */
final class AllsourceLine {

	/**
	 * Always UTF-8, even if the first bytes look like another encoding: the place of the
	 * event is counted in bytes. The length of a line is bounded, so that of a name or a
	 * text need not be.
	 */
	private static final JsonFactory JSON = JsonFactory.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNameLength(Integer.MAX_VALUE)
			.maxStringLength(Integer.MAX_VALUE)
			.build())
		.build();

	private final byte[] line;

	private @Nullable String sequence;

	private @Nullable String timestamp;

	private @Nullable String eventId;

	private @Nullable String checksum;

	private int eventStart;

	private int eventEnd;

	private AllsourceLine(byte[] line) {
		this.line = line;
	}

	/**
	 * Parse and verify a line.
	 * @throws MalformedLineException if it is not an entry, saying why
	 */
	static Entry parse(byte[] line) throws MalformedLineException {
		AllsourceLine parsed = new AllsourceLine(line);
		try {
			StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
			parsed.read();
			return parsed.verify();
		}
		catch (CharacterCodingException ex) {
			throw new MalformedLineException("the line is not valid UTF-8");
		}
		catch (JacksonException ex) {
			throw new MalformedLineException("the line is not one JSON object");
		}
		catch (DateTimeException | NumberFormatException ex) {
			throw new MalformedLineException("a field has a value that it cannot have");
		}
	}

	private void read() throws MalformedLineException {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), this.line)) {
			expect(parser.nextToken() == JsonToken.START_OBJECT);
			while (parser.nextToken() != JsonToken.END_OBJECT) {
				String name = parser.currentName();
				JsonToken value = parser.nextToken();
				switch (name) {
					case "sequence" -> this.sequence = text(parser, value, JsonToken.VALUE_NUMBER_INT);
					case "wal_timestamp" -> this.timestamp = text(parser, value, JsonToken.VALUE_STRING);
					case "checksum" -> this.checksum = text(parser, value, JsonToken.VALUE_NUMBER_INT);
					case "event" -> readEvent(parser, value);
					default -> parser.skipChildren();
				}
			}
			expect(parser.nextToken() == null);
		}
	}

	private void readEvent(JsonParser parser, JsonToken value) throws MalformedLineException {
		expect(value == JsonToken.START_OBJECT);
		this.eventStart = (int) parser.currentTokenLocation().getByteOffset();
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			String name = parser.currentName();
			JsonToken field = parser.nextToken();
			if (name.equals("id")) {
				this.eventId = text(parser, field, JsonToken.VALUE_STRING);
			}
			else {
				parser.skipChildren();
			}
		}
		this.eventEnd = (int) parser.currentLocation().getByteOffset();
	}

	private static String text(JsonParser parser, JsonToken found, JsonToken expected) throws MalformedLineException {
		expect(found == expected);
		return parser.getString();
	}

	private static void expect(boolean condition) throws MalformedLineException {
		if (!condition) {
			throw new MalformedLineException("the line does not have the form of an entry");
		}
	}

	/**
	 * The checksum is that of a text: sequence, time with "UTC" for its Z, id.
	 * {@link Instant#toString()} writes 0, 3, 6 or 9 digits of a fraction, as the
	 * ancestor does.
	 */
	private Entry verify() throws MalformedLineException {
		if (this.sequence == null || this.timestamp == null || this.eventId == null || this.checksum == null) {
			throw new MalformedLineException("a field of the entry is missing");
		}
		long number = Long.parseUnsignedLong(this.sequence);
		Instant time = Instant.parse(this.timestamp);
		String covered = Long.toUnsignedString(number) + time.toString().replace('T', ' ').replace("Z", " UTC")
				+ this.eventId;
		CRC32 crc = new CRC32();
		crc.update(covered.getBytes(StandardCharsets.UTF_8));
		if (crc.getValue() != Long.parseUnsignedLong(this.checksum)) {
			throw new MalformedLineException("the entry does not match its checksum");
		}
		return new Entry(number, time,
				ByteBuffer.wrap(this.line, this.eventStart, this.eventEnd - this.eventStart).slice());
	}

	/**
	 * What a line says.
	 */
	record Entry(long sequence, Instant timestamp, ByteBuffer event) {
	}

	/**
	 * The line is no entry.
	 */
	static final class MalformedLineException extends Exception {

		private static final long serialVersionUID = 1L;

		MalformedLineException(String reason) {
			super(reason, null, false, false);
		}

		String reason() {
			return String.valueOf(getMessage());
		}

	}

}
