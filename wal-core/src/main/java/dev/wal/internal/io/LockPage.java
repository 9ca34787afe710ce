// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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

	private static final String FIRST_LINE = "wal.lock 2";

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
		return FIRST_LINE + "\n" + line("state", this.released ? "released" : "held")
				+ line("process", named.processId()) + line("host", this.host) + line("since", this.since)
				+ line("started", named.startTicks()) + line("boot", named.bootId())
				+ line("namespace", named.pidNamespace()) + line("token", named.token()) + line("file", named.fileKey())
				+ "path " + path + "\n";
	}

	private static String line(String name, Object value) {
		return name + " " + escape(value.toString()) + "\n";
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
		List<String> lines = new String(page, 0, TEXT_SIZE, StandardCharsets.UTF_8).lines().toList();
		if (!lines.get(0).equals(FIRST_LINE)) {
			return null;
		}
		Map<String, String> values = new HashMap<>();
		for (String line : lines) {
			int end = line.indexOf(' ');
			if (end > 0) {
				values.put(line.substring(0, end), line.substring(end + 1));
			}
		}
		try {
			Holder holder = new Holder(Long.parseLong(value(values, "process")),
					Long.parseLong(value(values, "started")), UUID.fromString(value(values, "boot")),
					Long.parseLong(value(values, "namespace")), UUID.fromString(value(values, "token")),
					value(values, "file"));
			return new LockPage(holder, value(values, "state").equals("released"), value(values, "host"),
					value(values, "since"), value(values, "path"));
		}
		catch (IllegalArgumentException ex) {
			// Somebody forged it.
			return null;
		}
	}

	private static String value(Map<String, String> values, String name) {
		return values.getOrDefault(name, "");
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
