// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * How payloads are shown.
 */
enum Payload {

	/**
	 * Not at all: they may be anybody's secrets.
	 */
	NONE {

		@Override
		String show(ByteBuffer content) {
			return "";
		}

	},

	/**
	 * As UTF-8, with escapes for what a terminal would act upon.
	 */
	TEXT {

		@Override
		String show(ByteBuffer content) {
			return "  " + escape(StandardCharsets.UTF_8.decode(content).toString());
		}

	},

	/**
	 * As hexadecimal digits.
	 */
	HEX {

		@Override
		String show(ByteBuffer content) {
			return "  " + HexFormat.of().formatHex(bytes(content));
		}

	},

	/**
	 * As JSON without white space.
	 */
	JSON {

		@Override
		String show(ByteBuffer content) {
			StringWriter text = new StringWriter();
			try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes(content));
					JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
				JsonToken token = parser.nextToken();
				if (token == null) {
					return NOT_JSON;
				}
				json.copyCurrentStructure(parser);
				if (parser.nextToken() != null) {
					return NOT_JSON;
				}
			}
			catch (JacksonException ex) {
				return NOT_JSON;
			}
			return "  " + escape(text.toString());
		}

	};

	private static final JsonFactory FACTORY = new JsonFactory();

	private static final String NOT_JSON = "  (not JSON)";

	private static byte[] bytes(ByteBuffer content) {
		byte[] bytes = new byte[content.remaining()];
		content.get(bytes);
		return bytes;
	}

	/**
	 * Return the payload of a record, or the body of a message, with a space before it if
	 * there is anything.
	 */
	abstract String show(ByteBuffer content);

	/**
	 * Return text that does nothing to a terminal, on one line.
	 */
	static String escape(String text) {
		StringBuilder escaped = new StringBuilder(text.length());
		text.codePoints().forEach((character) -> {
			switch (character) {
				case '\n' -> escaped.append("\\n");
				case '\r' -> escaped.append("\\r");
				case '\t' -> escaped.append("\\t");
				default -> {
					int type = Character.getType(character);
					if (type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
							|| type == Character.PARAGRAPH_SEPARATOR) {
						escaped.append(String.format("\\u%04x", character));
					}
					else {
						escaped.appendCodePoint(character);
					}
				}
			}
		});
		return escaped.toString();
	}

}
