// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Who holds the directory of a log, as it is written into a file of that directory.
 * Immutable.
 *
 * @param process the process
 * @param token tells one open of a log from every other, also in the same process
 * @param fileKey the key of the file that this is written in, so that a copy of the file
 * does not pass for it; empty where the file system has no keys
 */
public record Holder(RunningProcess process, UUID token, String fileKey) {

	/**
	 * The bytes that a holder takes up.
	 */
	public static final int SIZE = 120;

	private static final int KEY_SIZE = 64;

	private static final UUID NO_TOKEN = new UUID(0, 0);

	/**
	 * Write a holder.
	 * @param holder the holder, or {@code null} for none
	 * @param target takes {@link #SIZE} bytes, from its position on
	 */
	public static void encode(@Nullable Holder holder, ByteBuffer target) {
		if (holder == null) {
			target.put(new byte[SIZE]);
			return;
		}
		RunningProcess process = holder.process;
		target.putLong(process.pid()).putLong(process.started());
		put(process.boot(), target);
		target.putLong(process.namespace());
		put(holder.token, target);
		target.put(Arrays.copyOf(holder.fileKey.getBytes(StandardCharsets.UTF_8), KEY_SIZE));
	}

	/**
	 * Read a holder, whose bytes a checksum has confirmed.
	 * @param source has {@link #SIZE} bytes, from its position on
	 * @return the holder, or {@code null} if there is none
	 */
	public static @Nullable Holder decode(ByteBuffer source) {
		RunningProcess process = new RunningProcess(source.getLong(), source.getLong(), getId(source),
				source.getLong());
		UUID token = getId(source);
		byte[] key = new byte[KEY_SIZE];
		source.get(key);
		int length = KEY_SIZE;
		while (length > 0 && key[length - 1] == 0) {
			length--;
		}
		return token.equals(NO_TOKEN) ? null
				: new Holder(process, token, new String(key, 0, length, StandardCharsets.UTF_8));
	}

	private static void put(UUID id, ByteBuffer target) {
		target.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
	}

	private static UUID getId(ByteBuffer source) {
		return new UUID(source.getLong(), source.getLong());
	}

	/**
	 * Return the same holder for another file.
	 * @param key the key of that file
	 * @return the holder, as it is written there
	 */
	public Holder in(String key) {
		return new Holder(this.process, this.token, key);
	}

}
