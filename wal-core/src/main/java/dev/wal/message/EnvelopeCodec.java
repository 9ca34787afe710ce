// SPDX-License-Identifier: Apache-2.0
package dev.wal.message;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.wal.WalFormatVersionException;

/**
 * The bytes of an envelope. Each message has exactly one form: what is not in this form
 * is rejected, so that no reader needs a guess.
 *
 * <pre>
 * byte    version of the envelope, 1
 * byte    flags: 1 has a key, 2 has headers
 * byte    codec of the body: 0 bytes, 1 UTF-8, 2 JSON, from 16 those of the application
 * text    name of the type
 * varint  version of the type
 * text    key, with flag 1
 * varint  number of headers, with flag 2; then the name (text) and value (text) of each
 * bytes   body, to the end of the payload
 * </pre>
 *
 * A text is its length in bytes as a varint, and UTF-8. A varint has 7 bits in each byte,
 * the lowest first; all bytes but the last have the highest bit set.
 */
final class EnvelopeCodec {

	static final int VERSION = 1;

	private static final int FLAG_KEY = 1;

	private static final int FLAG_HEADERS = 2;

	/**
	 * A message with another flag, such as that of a transaction, means something that
	 * this release would get wrong.
	 */
	private static final int KNOWN_FLAGS = FLAG_KEY | FLAG_HEADERS;

	private static final int MAX_VARINT_SIZE = 5;

	private final ByteBuffer in;

	private final String location;

	private EnvelopeCodec(ByteBuffer in, String location) {
		this.in = in;
		this.location = location;
	}

	static byte[] encode(MessageEnvelope message) {
		byte[] type = message.type().getBytes(StandardCharsets.US_ASCII);
		byte[] key = (message.key() != null) ? utf8(message.key(), "key") : null;
		byte[] headers = message.headers().isEmpty() ? null : headers(message.headers());
		ByteBuffer body = message.body();
		ByteBuffer out = ByteBuffer.allocate(3 + sizeOfText(type) + sizeOfVarint(message.version())
				+ ((key != null) ? sizeOfText(key) : 0) + ((headers != null) ? headers.length : 0) + body.remaining());
		out.put((byte) VERSION);
		out.put((byte) (((key != null) ? FLAG_KEY : 0) | ((headers != null) ? FLAG_HEADERS : 0)));
		out.put((byte) message.codec());
		putText(out, type);
		putVarint(out, message.version());
		if (key != null) {
			putText(out, key);
		}
		if (headers != null) {
			out.put(headers);
		}
		return out.put(body).array();
	}

	private static byte[] headers(Map<String, String> headers) {
		byte[][] texts = new byte[headers.size() * 2][];
		int count = 0;
		int bytes = 0;
		int size = sizeOfVarint(headers.size());
		for (Map.Entry<String, String> header : headers.entrySet()) {
			texts[count++] = utf8(header.getKey(), "name of a header");
			texts[count++] = utf8(header.getValue(), "value of a header");
			bytes += texts[count - 2].length + texts[count - 1].length;
			size += sizeOfText(texts[count - 2]) + sizeOfText(texts[count - 1]);
			if (bytes > MessageEnvelope.MAX_HEADER_BYTES) {
				throw new IllegalArgumentException("The names and values of the headers have more than "
						+ MessageEnvelope.MAX_HEADER_BYTES + " bytes together");
			}
		}
		ByteBuffer out = ByteBuffer.allocate(size);
		putVarint(out, headers.size());
		for (byte[] text : texts) {
			putText(out, text);
		}
		return out.array();
	}

	private static byte[] utf8(String text, String what) {
		try {
			ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
			byte[] bytes = new byte[encoded.remaining()];
			encoded.get(bytes);
			return bytes;
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("The " + what + " has no UTF-8 form: " + ex.getMessage(), ex);
		}
	}

	private static int sizeOfText(byte[] text) {
		return sizeOfVarint(text.length) + text.length;
	}

	private static void putText(ByteBuffer out, byte[] text) {
		putVarint(out, text.length);
		out.put(text);
	}

	private static int sizeOfVarint(int value) {
		int size = 1;
		for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
			size++;
		}
		return size;
	}

	private static void putVarint(ByteBuffer out, int value) {
		int rest = value;
		while (rest > 0x7f) {
			out.put((byte) (rest | 0x80));
			rest >>>= 7;
		}
		out.put((byte) rest);
	}

	/**
	 * Decode an envelope.
	 * @param payload the payload of the record, from its position to its limit
	 * @param location where it is, for exceptions
	 */
	static MessageEnvelope decode(ByteBuffer payload, String location) {
		return new EnvelopeCodec(payload.duplicate(), location).decode();
	}

	private MessageEnvelope decode() {
		int envelope = getByte("its version");
		if (envelope != VERSION) {
			throw new WalFormatVersionException(this.location, "envelope version", envelope, VERSION);
		}
		int flags = getByte("its flags");
		if ((flags & ~KNOWN_FLAGS) != 0) {
			throw new WalFormatVersionException(this.location, "flags", flags, KNOWN_FLAGS);
		}
		int codec = getByte("its codec");
		String type = getText("the name of its type");
		if (!MessageEnvelope.isTypeName(type)) {
			throw malformed("the name of its type is not one");
		}
		int version = getVarint("the version of its type");
		if (version < 1 || version > MessageEnvelope.MAX_VERSION) {
			throw malformed("the version of its type is not from 1 to " + MessageEnvelope.MAX_VERSION);
		}
		String key = ((flags & FLAG_KEY) != 0) ? getText("its key") : null;
		Map<String, String> headers = ((flags & FLAG_HEADERS) != 0) ? getHeaders() : Map.of();
		return new MessageEnvelope(type, version, key, headers, codec, this.in.slice());
	}

	private Map<String, String> getHeaders() {
		int count = getVarint("the number of its headers");
		if (count < 1 || count > MessageEnvelope.MAX_HEADERS) {
			throw malformed("the number of its headers is not from 1 to " + MessageEnvelope.MAX_HEADERS);
		}
		Map<String, String> headers = new LinkedHashMap<>();
		int bytes = 0;
		for (int i = 0; i < count; i++) {
			String name = getText("the name of a header");
			String value = getText("the value of a header");
			bytes += utf8(name, "name of a header").length + utf8(value, "value of a header").length;
			if (headers.put(name, value) != null) {
				throw malformed("two of its headers have the same name");
			}
		}
		if (bytes > MessageEnvelope.MAX_HEADER_BYTES) {
			throw malformed("its headers have more than " + MessageEnvelope.MAX_HEADER_BYTES + " bytes");
		}
		return headers;
	}

	private int getByte(String what) {
		if (!this.in.hasRemaining()) {
			throw malformed("it ends before " + what);
		}
		return this.in.get() & 0xff;
	}

	private int getVarint(String what) {
		long value = 0;
		for (int i = 0; i < MAX_VARINT_SIZE; i++) {
			int next = getByte(what);
			value |= (long) (next & 0x7f) << (7 * i);
			if (next < 0x80) {
				if (value > Integer.MAX_VALUE || (next == 0 && i > 0)) {
					break;
				}
				return (int) value;
			}
		}
		throw malformed(what + " is not a number in its shortest form");
	}

	private String getText(String what) {
		int length = getVarint(what);
		if (length > this.in.remaining()) {
			throw malformed("it ends within " + what);
		}
		ByteBuffer text = this.in.slice(this.in.position(), length);
		this.in.position(this.in.position() + length);
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
		}
		catch (CharacterCodingException ex) {
			throw malformed(what + " is not valid UTF-8");
		}
	}

	private MessageFormatException malformed(String reason) {
		return new MessageFormatException(this.location, reason);
	}

}
