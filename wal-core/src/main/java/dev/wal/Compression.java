// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * How blocks are compressed before they are written. Every block says by itself how it
 * was: the setting may change at any time, and a log may hold blocks of all kinds.
 * <p>
 * A block is what one group commit writes. It is compressed where that saves at least an
 * eighth of it; small blocks, and for a while all blocks after some that did not get
 * smaller, are written as they are.
 */
public enum Compression {

	/**
	 * Blocks are written as they are. No compression library is loaded unless a log has
	 * blocks that need it.
	 */
	NONE,

	/**
	 * LZ4: costs the least time. Needs {@code at.yawk.lz4:lz4-java} on the class path.
	 */
	LZ4,

	/**
	 * Zstandard at level 1: saves more. Needs {@code com.github.luben:zstd-jni} on the
	 * class path.
	 */
	ZSTD

}
