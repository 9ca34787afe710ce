// SPDX-License-Identifier: Apache-2.0
package dev.wal.message;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import dev.wal.WalRecord;
import org.jspecify.annotations.Nullable;

/**
 * A message: the body of a record, and what is said about it. Immutable, as long as
 * nobody changes the bytes of the body.
 *
 * @param type the name of its type: 1 to 100 of {@code a-z}, {@code 0-9}, {@code .} and
 * {@code -}, beginning with a letter
 * @param version the version of the type, from 1 to 65535
 * @param key what the message is about, such as the id of an order, or {@code null}
 * @param headers names and values, at most {@value #MAX_HEADERS} and
 * {@value #MAX_HEADER_BYTES} bytes together
 * @param codec how the body is encoded: {@value #CODEC_BYTES}, {@value #CODEC_UTF8},
 * {@value #CODEC_JSON}, or from {@value #FIRST_USER_CODEC} to 255 a codec of the
 * application
 * @param body the encoded value, from the position of the buffer to its limit
 */
public record MessageEnvelope(String type, int version, @Nullable String key, Map<String, String> headers, int codec,
		ByteBuffer body) {

	/** The record type of messages. */
	public static final int RECORD_TYPE = 250;

	/** The codec of bodies that are bytes. */
	public static final int CODEC_BYTES = 0;

	/** The codec of bodies that are text in UTF-8. */
	public static final int CODEC_UTF8 = 1;

	/** The codec of bodies in JSON. */
	public static final int CODEC_JSON = 2;

	/** The first codec that an application may use for its own. */
	public static final int FIRST_USER_CODEC = 16;

	/** The highest codec. */
	public static final int MAX_CODEC = 255;

	/** The highest version of a type. */
	public static final int MAX_VERSION = 65_535;

	/** The largest number of headers. */
	public static final int MAX_HEADERS = 64;

	/** The largest size of all names and values of headers together, in UTF-8. */
	public static final int MAX_HEADER_BYTES = 8192;

	private static final int MAX_TYPE_LENGTH = 100;

	/**
	 * Create a message.
	 * @throws IllegalArgumentException if a part is out of its range
	 */
	public MessageEnvelope {
		Objects.requireNonNull(body, "body must not be null");
		if (!isTypeName(type)) {
			throw new IllegalArgumentException("'" + type + "' is not the name of a type: it has 1 to "
					+ MAX_TYPE_LENGTH + " of a-z, 0-9, '.' and '-', and begins with a letter");
		}
		if (version < 1 || version > MAX_VERSION) {
			throw new IllegalArgumentException("The version " + version + " is not from 1 to " + MAX_VERSION);
		}
		if (codec < 0 || codec > MAX_CODEC) {
			throw new IllegalArgumentException("The codec " + codec + " is not from 0 to " + MAX_CODEC);
		}
		if (headers.size() > MAX_HEADERS) {
			throw new IllegalArgumentException(
					"A message has at most " + MAX_HEADERS + " headers, this one has " + headers.size());
		}
		headers = headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(headers));
	}

	/**
	 * Return whether a text can be the name of a type.
	 * @param name the text
	 * @return whether it has 1 to 100 of {@code a-z}, {@code 0-9}, {@code .} and
	 * {@code -}, beginning with a letter
	 */
	public static boolean isTypeName(String name) {
		if (name.isEmpty() || name.length() > MAX_TYPE_LENGTH || !isLetter(name.charAt(0))) {
			return false;
		}
		for (int i = 1; i < name.length(); i++) {
			char next = name.charAt(i);
			if (!isLetter(next) && (next < '0' || next > '9') && next != '.' && next != '-') {
				return false;
			}
		}
		return true;
	}

	private static boolean isLetter(char character) {
		return character >= 'a' && character <= 'z';
	}

	/**
	 * Return whether a record is a message.
	 * @param record the record
	 * @return whether it has the type {@value #RECORD_TYPE}
	 */
	public static boolean isMessage(WalRecord record) {
		return record.type() == RECORD_TYPE;
	}

	/**
	 * Read the message in a record.
	 * @param record a record of type {@value #RECORD_TYPE}
	 * @return the message; its body is a part of the payload, not a copy
	 * @throws IllegalArgumentException if the record has another type
	 * @throws dev.wal.WalFormatVersionException if a newer release wrote the envelope
	 * @throws MessageFormatException if the payload has no envelope
	 */
	public static MessageEnvelope of(WalRecord record) {
		if (!isMessage(record)) {
			throw new IllegalArgumentException("The record at LSN " + record.lsn() + " has the type " + record.type()
					+ " and is not a message; messages have the type " + RECORD_TYPE);
		}
		return EnvelopeCodec.decode(record.payload(), "The message at LSN " + record.lsn());
	}

	/**
	 * Return the body.
	 * @return a read-only buffer of its own, positioned at the start
	 */
	@Override
	public ByteBuffer body() {
		return this.body.asReadOnlyBuffer();
	}

	/**
	 * Encode the message.
	 * @return the payload of a record of type {@value #RECORD_TYPE}
	 * @throws IllegalArgumentException if the headers are too large, or a text has no
	 * UTF-8 form
	 */
	public byte[] encode() {
		return EnvelopeCodec.encode(this);
	}

	/**
	 * Return what is said about the body, never the key, a header or the body itself.
	 */
	@Override
	public String toString() {
		return "MessageEnvelope[" + this.type + " v" + this.version + ", codec=" + this.codec + ", "
				+ this.body.remaining() + " bytes]";
	}

}
