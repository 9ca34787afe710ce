// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestLogs;

/**
 * Turns fuzz bytes into the files of a log: an intact one, and what the bytes change in
 * it. If they ask for it, all checksums are made right again afterwards, which a fuzzer
 * could only guess: what then lies there is a lie that no checksum tells.
 */
public final class FuzzedLog {

	public static final byte CLOSED = 0;

	public static final byte KILLED = 1;

	public static final byte RAW = 2;

	public static final byte SEALED = 4;

	private static final long SALT = 0x0123_4567_89AB_CDEFL;

	private static final Map<String, byte[]> closed = fixed(TestLogs.closed());

	private static final Map<String, byte[]> killed = fixed(TestLogs.killed());

	private final ByteBuffer input;

	private final Map<String, byte[]> files;

	private FuzzedLog(ByteBuffer input, Map<String, byte[]> files) {
		this.input = input;
		this.files = files;
	}

	/**
	 * Decode fuzz bytes: what to begin with, then changes until they are used up.
	 */
	public static Map<String, byte[]> decode(byte[] bytes) {
		ByteBuffer input = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
		int kind = input.hasRemaining() ? input.get() : 0;
		Map<String, byte[]> files;
		if ((kind & 3) == RAW) {
			files = raw(input);
		}
		else {
			files = TestLogs.copy(((kind & 3) == CLOSED) ? closed : killed);
			FuzzedLog log = new FuzzedLog(input, files);
			while (input.remaining() >= 4 && !files.isEmpty()) {
				log.change();
			}
		}
		if ((kind & SEALED) != 0) {
			seal(files);
		}
		return files;
	}

	/**
	 * Return an intact log without any changes.
	 */
	public static Map<String, byte[]> intact() {
		return TestLogs.copy(closed);
	}

	/**
	 * Make the next change to files.
	 */
	public static void change(ByteBuffer input, Map<String, byte[]> files) {
		new FuzzedLog(input, files).change();
	}

	private static Map<String, byte[]> raw(ByteBuffer input) {
		Map<String, byte[]> files = new TreeMap<>();
		for (int number = 1; number <= 3 && input.remaining() >= 3; number++) {
			boolean withHeader = (input.get() & 1) != 0;
			byte[] content = bytes(input, Short.toUnsignedInt(input.getShort()));
			if (withHeader) {
				byte[] segment = Arrays.copyOf(closed.get(SegmentName.of(number)), 4096 + content.length);
				System.arraycopy(content, 0, segment, 4096, content.length);
				content = segment;
			}
			files.put(SegmentName.of(number), content);
		}
		if (input.hasRemaining()) {
			files.put(SegmentName.CHECKPOINT, bytes(input, input.remaining()));
		}
		return files;
	}

	private static byte[] bytes(ByteBuffer input, int wanted) {
		byte[] bytes = new byte[Math.min(wanted, input.remaining())];
		input.get(bytes);
		return bytes;
	}

	private void change() {
		List<String> names = new ArrayList<>(this.files.keySet());
		int what = Byte.toUnsignedInt(this.input.get());
		String name = names.get(what / 16 % names.size());
		byte[] file = this.files.get(name);
		int at = Short.toUnsignedInt(this.input.getShort());
		// Half of the positions are among the blocks, where there is more to break.
		at = (at < 0x8000 && file.length > 4096) ? 4096 + at % (file.length - 4096) : at % Math.max(1, file.length);
		ByteBuffer content = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
		int left = file.length - at;
		switch (what % 16) {
			case 0, 1 -> content.put(at, bytes(this.input, Math.min(left, 1)));
			case 2, 3 -> content.put(at, bytes(this.input, Math.min(left, 4)));
			case 4, 5 -> content.put(at, bytes(this.input, Math.min(left, 8)));
			case 6 -> content.put(at, bytes(this.input, Math.min(left, 64)));
			case 7 -> Arrays.fill(file, at, file.length, (byte) 0);
			case 8 -> Arrays.fill(file, at, at + Math.min(left, next()), (byte) 0);
			case 9 -> this.files.put(name, Arrays.copyOf(file, at));
			case 10 -> this.files.put(name, Arrays.copyOf(file, file.length + 8 * next()));
			case 11 -> this.files.remove(name);
			case 12 -> this.files.put(SegmentName.of(1 + next() % 5), this.files.remove(name));
			case 13 -> this.files.put(SegmentName.of(1 + next() % 5), file.clone());
			case 14 -> {
				int length = Math.min(left & ~7, 8 * next());
				System.arraycopy(file, at & ~7, file, (at & ~7) / 2 & ~7, length);
			}
			default -> this.files.put(name, inserted(file, at & ~7, bytes(this.input, next())));
		}
	}

	private int next() {
		return this.input.hasRemaining() ? Byte.toUnsignedInt(this.input.get()) : 0;
	}

	private static byte[] inserted(byte[] file, int at, byte[] bytes) {
		byte[] longer = Arrays.copyOf(file, file.length + bytes.length);
		System.arraycopy(file, at, longer, at + bytes.length, file.length - at);
		System.arraycopy(bytes, 0, longer, at, bytes.length);
		return longer;
	}

	/**
	 * Give what is random in a log fixed values, so that an input means the same in every
	 * run.
	 */
	private static Map<String, byte[]> fixed(Map<String, byte[]> files) {
		files.forEach((name, file) -> {
			ByteBuffer content = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
			content.putLong(16, 1).putLong(24, 2);
			if (SegmentName.parse(name).isPresent()) {
				for (TestLogs.Block block : TestLogs.blocks(file)) {
					content.putLong(block.offset() + 32, 0);
				}
				content.putLong(40, SALT).putLong(48, 0);
			}
			else {
				content.putLong(40, 0);
			}
		});
		seal(files);
		return files;
	}

	/**
	 * Make all checksums right.
	 */
	public static void seal(Map<String, byte[]> files) {
		files.forEach((name, file) -> {
			ByteBuffer content = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
			if (name.equals(SegmentName.CHECKPOINT) && file.length >= 64) {
				content.putInt(60, new Checksum().of(content, 0, 60));
			}
			else if (file.length >= 4096) {
				sealSegment(content);
			}
		});
	}

	private static void sealSegment(ByteBuffer segment) {
		Checksum checksum = new Checksum();
		segment.putInt(4092, checksum.of(segment, 0, 4092));
		long salt = segment.getLong(40);
		// From behind: a body may hold what looks like a block.
		int last = segment.capacity() - Format.BLOCK_HEADER_SIZE & ~7;
		for (int at = last; at >= 4096; at -= 8) {
			if (segment.getInt(at) == Format.BLOCK_MAGIC) {
				int body = at + Format.BLOCK_HEADER_SIZE;
				int length = segment.getInt(at + 8);
				if (length >= 0 && length <= segment.capacity() - body
						&& body + Format.align(length) <= segment.capacity()) {
					segment.putInt(at + 28, checksum.of(salt, segment, body, body + Format.align(length)));
				}
				segment.putInt(at + 52, checksum.of(salt, segment, at, at + 52));
			}
		}
	}

}
