// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

/**
 * Where the output of a node is kept, in a store of the application.
 *
 * @param offset the position, 64 bits unsigned
 * @param size the number of bytes, from 0 to 2^32-1
 * @param schemaHash what the output looks like, 64 bits
 */
public record OutputLocation(long offset, long size, long schemaHash) {

	/**
	 * No output.
	 */
	public static final OutputLocation NONE = new OutputLocation(0, 0, 0);

	/**
	 * Create a location.
	 * @param offset the position, 64 bits unsigned
	 * @param size the number of bytes, from 0 to 2^32-1
	 * @param schemaHash what the output looks like, 64 bits
	 * @throws IllegalArgumentException if the size does not have 32 bits
	 */
	public OutputLocation {
		TraceRecord.checkUnsignedInt("size", size);
	}

	@Override
	public String toString() {
		return "OutputLocation[offset=" + Long.toUnsignedString(this.offset) + ", size=" + this.size + ", schemaHash="
				+ Long.toUnsignedString(this.schemaHash) + "]";
	}

}
