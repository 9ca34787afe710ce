// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * One record of an older log. Immutable; it stays valid after its reader was closed.
 *
 * @param file the name of the file it is in
 * @param offset the byte offset in that file where it begins
 * @param id its number in the older log, unsigned; empty where records have none
 * @param timestamp when it was written, or {@code null} where the layout does not say
 * @param type the type of a {@link LegacyLayout#XERV} record or the number of a
 * {@link LegacyLayout#WAVEKV} operation; 0 where records have no types
 * @param payload the content, as described at its {@link LegacyLayout}; read-only
 */
public record LegacyRecord(String file, long offset, OptionalLong id, @Nullable Instant timestamp, int type,
		ByteBuffer payload) {

	/**
	 * Create a record.
	 * @param file the name of the file it is in
	 * @param offset the byte offset in that file where it begins
	 * @param id its number in the older log, unsigned; empty where records have none
	 * @param timestamp when it was written, or {@code null} where the layout does not say
	 * @param type the type of a {@link LegacyLayout#XERV} record or the number of a
	 * {@link LegacyLayout#WAVEKV} operation; 0 where records have no types
	 * @param payload the content, as described at its {@link LegacyLayout}; read-only
	 */
	public LegacyRecord {
		Objects.requireNonNull(file, "file must not be null");
		Objects.requireNonNull(id, "id must not be null");
		payload = payload.asReadOnlyBuffer();
	}

	/**
	 * Return the content.
	 * @return a read-only buffer of its own
	 */
	@Override
	public ByteBuffer payload() {
		return this.payload.duplicate();
	}

	/**
	 * Return where the record stands and how large it is, never its content.
	 */
	@Override
	public String toString() {
		return "LegacyRecord[" + this.file + " at offset " + this.offset + ", id="
				+ (this.id.isPresent() ? Long.toUnsignedString(this.id.getAsLong()) : "none") + ", type=" + this.type
				+ ", " + this.payload.remaining() + " bytes]";
	}

}
