// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The process that has a log open, as the log's files name it.
 *
 * @param processId its process id
 * @param startTicks when it started, in clock ticks since boot; without a boot id in
 * milliseconds since the epoch
 * @param bootId the boot of its machine, all zeros if unknown
 * @param pidNamespace the namespace of its process id, 0 if unknown
 * @param token random, another one at each open
 * @param fileKey the file that names it, as the file system knows that file; empty if
 * unknown
 */
public record Holder(long processId, long startTicks, UUID bootId, long pidNamespace, UUID token, String fileKey) {

	/**
	 * Size of an encoded holder at most, in bytes.
	 */
	public static final int MAX_SIZE = 112;

	private static final int FIXED_SIZE = 56;

	/**
	 * Create a holder.
	 */
	public Holder {
		if (fileKey.getBytes(StandardCharsets.UTF_8).length > MAX_SIZE - FIXED_SIZE) {
			throw new IllegalArgumentException("The file key is too long: " + fileKey);
		}
	}

	/**
	 * Return whether this is another process than the own one, and still runs. Where it
	 * runs, this takes a second, since a process that was killed is seen for a moment.
	 * @return {@code false} also for a process that cannot be asked: one on another host,
	 * in another container, or from before the last boot
	 */
	public boolean runsElsewhere() {
		return new RunningProcess(this.processId, this.startTicks, this.bootId, this.pidNamespace).runsElsewhere();
	}

	/**
	 * Return the same holder, as another file names it.
	 * @param key the key of that file
	 */
	public Holder in(String key) {
		return new Holder(this.processId, this.startTicks, this.bootId, this.pidNamespace, this.token, key);
	}

	/**
	 * Return the bytes that stand in a file.
	 * @return at most {@link #MAX_SIZE} bytes
	 */
	public byte[] encode() {
		byte[] key = this.fileKey.getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(FIXED_SIZE + key.length)
			.putLong(this.processId)
			.putLong(this.startTicks)
			.putLong(this.bootId.getMostSignificantBits())
			.putLong(this.bootId.getLeastSignificantBits())
			.putLong(this.pidNamespace)
			.putLong(this.token.getMostSignificantBits())
			.putLong(this.token.getLeastSignificantBits())
			.put(key)
			.array();
	}

	// Written out for the reason that the control record gives.
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Holder holder && Arrays.equals(encode(), holder.encode());
	}

	@Override
	public int hashCode() {
		return this.token.hashCode();
	}

	/**
	 * Return the holder that such bytes name.
	 * @param bytes what {@link #encode()} returned
	 * @return the holder
	 * @throws IllegalArgumentException if nothing of the kind was encoded
	 */
	public static Holder decode(byte[] bytes) {
		if (bytes.length < FIXED_SIZE || bytes.length > MAX_SIZE) {
			throw new IllegalArgumentException("Not a holder: " + bytes.length + " bytes");
		}
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		long processId = buffer.getLong();
		long startTicks = buffer.getLong();
		UUID bootId = new UUID(buffer.getLong(), buffer.getLong());
		long pidNamespace = buffer.getLong();
		UUID token = new UUID(buffer.getLong(), buffer.getLong());
		return new Holder(processId, startTicks, bootId, pidNamespace, token,
				new String(bytes, FIXED_SIZE, bytes.length - FIXED_SIZE, StandardCharsets.UTF_8));
	}

}
