// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

import dev.wal.WalRecord;
import org.jspecify.annotations.Nullable;

/**
 * Where imported records came from, as an import writes it into the new log: in records
 * of their own type, which a replay passes over.
 * <p>
 * An import is one record {@link Mark#START}, then the imported records with a record
 * {@link Mark#RUN} before the first of each file and wherever the numbers of the older
 * log do not go on by one, and one record {@link Mark#END}. The number of an imported
 * record in the older log is therefore that of the last run before it, plus its distance
 * from the first of that run. A log without an end is an import that was interrupted:
 * delete it and import again.
 * <p>
 * The payload is text: {@code legacy-import} and the mark on a first line, then one line
 * {@code name=value} for each of the properties that are set.
 *
 * @param mark what this record is about
 * @param layout the layout of the older log
 * @param version the version of that layout
 * @param source where the older log was
 * @param file the file of a run, otherwise {@code null}
 * @param offset the byte offset of the run's first record in that file
 * @param firstId the number of the run's first record in the older log, unsigned; empty
 * where records have none
 * @param records the number of records that are imported, the runs of all files together
 * @param damaged the number of places at which records could not be imported
 */
public record LegacyOrigin(Mark mark, LegacyLayout layout, int version, String source, @Nullable String file,
		long offset, OptionalLong firstId, long records, long damaged) {

	/**
	 * The type of these records in the new log.
	 */
	public static final int RECORD_TYPE = 253;

	private static final String HEAD = "legacy-import ";

	static LegacyOrigin of(Mark mark, LegacyImportReport report) {
		return new LegacyOrigin(mark, report.layout(), report.version(), report.source().toString(), null, 0,
				OptionalLong.empty(), report.records(), report.damageCount());
	}

	LegacyOrigin run(LegacyRecord first) {
		return new LegacyOrigin(Mark.RUN, this.layout, this.version, this.source, first.file(), first.offset(),
				first.id(), this.records, this.damaged);
	}

	/**
	 * Return whether a record of the new log tells of an origin.
	 * @param entry the record
	 * @return {@code true} if it can be decoded
	 */
	public static boolean isOrigin(WalRecord entry) {
		return entry.type() == RECORD_TYPE;
	}

	/**
	 * Encode the origin.
	 * @return the payload
	 */
	public byte[] encode() {
		StringBuilder text = new StringBuilder(HEAD).append(this.mark.name().toLowerCase(Locale.ROOT));
		append(text, "layout", this.layout.toString());
		append(text, "version", Integer.toString(this.version));
		append(text, "source", this.source);
		if (this.file != null) {
			append(text, "file", this.file);
			append(text, "offset", Long.toString(this.offset));
		}
		if (this.firstId.isPresent()) {
			append(text, "first-id", Long.toUnsignedString(this.firstId.getAsLong()));
		}
		append(text, "records", Long.toString(this.records));
		append(text, "damaged", Long.toString(this.damaged));
		return text.toString().getBytes(StandardCharsets.UTF_8);
	}

	private static void append(StringBuilder text, String name, String value) {
		text.append('\n').append(name).append('=').append(value.replace("\\", "\\\\").replace("\n", "\\n"));
	}

	/**
	 * Decode an origin.
	 * @param payload the payload of a record of this type
	 * @return the origin
	 * @throws IllegalArgumentException if the payload is not one that {@link #encode}
	 * wrote
	 */
	public static LegacyOrigin decode(ByteBuffer payload) {
		String[] lines = text(payload).split("\n", -1);
		if (!lines[0].startsWith(HEAD)) {
			throw new IllegalArgumentException("The payload does not tell of a legacy import");
		}
		Map<String, String> values = new LinkedHashMap<>();
		for (int i = 1; i < lines.length; i++) {
			int equals = lines[i].indexOf('=');
			if (equals < 0) {
				throw new IllegalArgumentException("Line " + (i + 1) + " of the origin is not a property");
			}
			values.put(lines[i].substring(0, equals), unescape(lines[i].substring(equals + 1)));
		}
		Mark mark = Mark.valueOf(lines[0].substring(HEAD.length()).toUpperCase(Locale.ROOT));
		LegacyLayout layout = LegacyLayout.valueOf(required(values, "layout").toUpperCase(Locale.ROOT));
		String firstId = values.get("first-id");
		return new LegacyOrigin(mark, layout, Integer.parseInt(required(values, "version")), required(values, "source"),
				values.get("file"), Long.parseLong(values.getOrDefault("offset", "0")),
				(firstId != null) ? OptionalLong.of(Long.parseUnsignedLong(firstId)) : OptionalLong.empty(),
				Long.parseLong(required(values, "records")), Long.parseLong(required(values, "damaged")));
	}

	private static String text(ByteBuffer payload) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(payload.duplicate()).toString();
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("The payload is not valid UTF-8: " + ex.getMessage(), ex);
		}
	}

	private static String required(Map<String, String> values, String name) {
		String value = values.get(name);
		if (value == null) {
			throw new IllegalArgumentException("The origin has no property '" + name + "'");
		}
		return value;
	}

	private static String unescape(String value) {
		StringBuilder text = new StringBuilder(value.length());
		for (int i = 0; i < value.length(); i++) {
			char character = value.charAt(i);
			if (character == '\\' && i + 1 < value.length()) {
				i++;
				character = (value.charAt(i) == 'n') ? '\n' : value.charAt(i);
			}
			text.append(character);
		}
		return text.toString();
	}

	/**
	 * What a record of origin is about.
	 */
	public enum Mark {

		/**
		 * An import begins.
		 */
		START,

		/**
		 * Records follow that stood one after another in one file.
		 */
		RUN,

		/**
		 * The import is complete.
		 */
		END

	}

}
