// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

/**
 * The content of a lock file: one page of text, which a person can read as well, and its
 * CRC-32C.
 *
 * @param holder who has the lock, or had it last
 * @param released whether the holder has released it
 * @param host the host of the holder
 * @param since when it took the lock, for a person
 * @param path the real path of the directory when the lock was taken, escaped; empty if
 * it has no room in the page
 */
record LockPage(Holder holder, boolean released, String host, String since, String path) {

	/**
	 * Its size never changes, so that a full disk does not stop it from being written
	 * again.
	 */
	static final int SIZE = 4096;

	private static final String FIRST_LINE = "wal.lock 2\n";

	private static final String RELEASED = "released";

	private static final int CRC_SIZE = 9;

	private static final int TEXT_SIZE = SIZE - CRC_SIZE;

	byte[] encode() {
		byte[] text = text(this.path).getBytes(StandardCharsets.UTF_8);
		if (text.length > TEXT_SIZE) {
			text = text("").getBytes(StandardCharsets.UTF_8);
		}
		byte[] page = Arrays.copyOf(text, SIZE);
		Arrays.fill(page, text.length, SIZE, (byte) '\n');
		byte[] crc = crc(page).getBytes(StandardCharsets.UTF_8);
		System.arraycopy(crc, 0, page, TEXT_SIZE, crc.length);
		return page;
	}

	private String text(String path) {
		Holder named = this.holder;
		StringBuilder text = new StringBuilder(FIRST_LINE);
		line(text, "state", this.released ? RELEASED : "held");
		line(text, "process", named.processId());
		line(text, "host", this.host);
		line(text, "since", this.since);
		line(text, "started", named.startTicks());
		line(text, "boot", named.bootId());
		line(text, "namespace", named.pidNamespace());
		line(text, "token", named.token());
		line(text, "file", named.fileKey());
		line(text, "path", path);
		return text.toString();
	}

	private static void line(StringBuilder text, String name, Object value) {
		text.append(name).append(' ').append(value).append('\n');
	}

	/**
	 * Return a text without characters that end a line or a column. Two texts are equal
	 * if and only if they are equal escaped.
	 */
	static String escape(String text) {
		return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
	}

	/**
	 * Return what a page says, or {@code null} if its text does not match its checksum:
	 * it names nobody then.
	 */
	static @Nullable LockPage decode(byte[] page) {
		if (page.length != SIZE
				|| !crc(page).equals(new String(page, TEXT_SIZE, CRC_SIZE - 1, StandardCharsets.UTF_8))) {
			return null;
		}
		String text = new String(page, 0, TEXT_SIZE, StandardCharsets.UTF_8);
		if (!text.startsWith(FIRST_LINE)) {
			return null;
		}
		try {
			Holder holder = new Holder(Long.parseLong(value(text, "process")), Long.parseLong(value(text, "started")),
					UUID.fromString(value(text, "boot")), Long.parseLong(value(text, "namespace")),
					UUID.fromString(value(text, "token")), value(text, "file"));
			return new LockPage(holder, value(text, "state").equals(RELEASED), value(text, "host"),
					value(text, "since"), value(text, "path"));
		}
		catch (IllegalArgumentException ex) {
			// Somebody forged it.
			return null;
		}
	}

	private static String value(String text, String name) {
		String line = "\n".concat(name).concat(" ");
		int start = text.indexOf(line);
		int end = text.indexOf('\n', start + 1);
		return (start < 0 || end < 0) ? "" : text.substring(start + line.length(), end);
	}

	private static String crc(byte[] page) {
		CRC32C crc = new CRC32C();
		crc.update(page, 0, TEXT_SIZE);
		return HexFormat.of().toHexDigits((int) crc.getValue());
	}

	/**
	 * Return the same page for a file with this key.
	 */
	LockPage in(String key) {
		return new LockPage(this.holder.in(key), this.released, this.host, this.since, this.path);
	}

	LockPage release() {
		return new LockPage(this.holder, true, this.host, this.since, this.path);
	}

	/**
	 * Return a description of the holder, for messages.
	 */
	String describe() {
		return "process " + this.holder.processId() + " on " + this.host + ", since " + this.since
				+ (this.released ? ", released" : "");
	}

}
