// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

import dev.wal.Lsn;

/**
 * What a process was acknowledged, in a file: what was written to a file survives the
 * death of the process that wrote it.
 */
public final class AckFile {

	/** A divisor of the page size, so that no report is ever cut in two. */
	private static final int ACK_BYTES = 32;

	private final FileChannel channel;

	AckFile(Path file) throws IOException {
		this.channel = FileChannel.open(file, StandardOpenOption.APPEND);
	}

	/**
	 * Report a record once its append has returned.
	 */
	void report(Lsn lsn, byte[] payload) {
		TortureRecord record = TortureRecord.check(payload);
		ByteBuffer ack = ByteBuffer.allocate(ACK_BYTES)
			.putLong(lsn.value())
			.putInt(record.run())
			.putInt(record.writer())
			.putLong(record.sequence())
			.putInt(record.crc())
			.putInt(~record.crc())
			.flip();
		try {
			// One call for one report; the file is open for appending.
			this.channel.write(ack);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Read what a process reported.
	 */
	public static List<Ack> read(Path file) throws IOException {
		ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
		List<Ack> acks = new ArrayList<>();
		while (content.remaining() >= ACK_BYTES) {
			Ack ack = new Ack(content.getLong(),
					new TortureRecord(content.getInt(), content.getInt(), content.getLong(), content.getInt()));
			if (content.getInt() != ~ack.record.crc()) {
				throw new AssertionError("A report that nobody wrote");
			}
			acks.add(ack);
		}
		if (content.hasRemaining()) {
			throw new AssertionError("A report that was cut off");
		}
		return acks;
	}

	/**
	 * An append that returned.
	 *
	 * @param lsn what it returned
	 * @param record what it appended
	 */
	public record Ack(long lsn, TortureRecord record) {

	}

}
