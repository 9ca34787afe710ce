// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.StringWriter;
import java.util.HexFormat;

import dev.wal.WalRecord;
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
		String show(WalRecord entry) {
			return "";
		}

	},

	/**
	 * As UTF-8, with escapes for what a terminal would act upon.
	 */
	TEXT {

		@Override
		String show(WalRecord entry) {
			return "  " + escape(entry.toText());
		}

	},

	/**
	 * As hexadecimal digits.
	 */
	HEX {

		@Override
		String show(WalRecord entry) {
			return "  " + HexFormat.of().formatHex(entry.bytes());
		}

	},

	/**
	 * As JSON without white space.
	 */
	JSON {

		@Override
		String show(WalRecord entry) {
			StringWriter text = new StringWriter();
			try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), entry.bytes());
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

	/**
	 * Return the payload of a record, with a space before it if there is anything.
	 */
	abstract String show(WalRecord entry);

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
