// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import dev.wal.Lsn;

/**
 * The content of a snapshot that several handlers wrote. All integers are big-endian, as
 * {@link DataOutputStream} writes them.
 *
 * <pre>
 * content = part*, end
 *
 * part
 *   1   1                      there is a part
 *   2+n name                   as by DataOutputStream.writeUTF
 *   4+n chunk*                 length from 1 to 65536, and as many bytes
 *   4   0                      there are no more chunks
 *   8   LSN                    of the last record that the part reflects
 *
 * end
 *   1   0                      there are no more parts
 * </pre>
 *
 * The LSN comes last, because a handler knows it only after it has written its part.
 */
final class SnapshotParts {

	private static final int CHUNK = 64 * 1024;

	private SnapshotParts() {
	}

	/**
	 * Write one part.
	 */
	static Lsn write(DataOutputStream out, String name, Content content) throws Exception {
		out.writeByte(1);
		out.writeUTF(name);
		ChunkOutput chunks = new ChunkOutput(out);
		Lsn lsn = Objects.requireNonNull(content.writeTo(chunks), () -> "'" + name + "' returned null as LSN");
		chunks.finish();
		out.writeLong(lsn.value());
		return lsn;
	}

	static void end(DataOutputStream out) throws IOException {
		out.writeByte(0);
	}

	/**
	 * Read the names and LSNs of the parts, and skip their content.
	 * @return the LSN by the name of each part, in the order of the parts
	 */
	static Map<String, Lsn> index(InputStream in) throws IOException {
		Map<String, Lsn> index = new LinkedHashMap<>();
		DataInputStream data = new DataInputStream(in);
		while (data.readBoolean()) {
			String name = data.readUTF();
			new ChunkInput(data).skipAll();
			index.put(name, Lsn.of(data.readLong()));
		}
		return index;
	}

	/**
	 * Read the parts.
	 */
	static void read(InputStream in, Reader reader) throws Exception {
		DataInputStream data = new DataInputStream(in);
		while (data.readBoolean()) {
			String name = data.readUTF();
			ChunkInput chunks = new ChunkInput(data);
			reader.read(name, chunks);
			chunks.skipAll();
			data.readLong();
		}
	}

	/**
	 * Writes the content of a part.
	 */
	@FunctionalInterface
	interface Content {

		Lsn writeTo(OutputStream out) throws Exception;

	}

	/**
	 * Takes the parts, one after the other.
	 */
	@FunctionalInterface
	interface Reader {

		void read(String name, InputStream content) throws Exception;

	}

	private static final class ChunkOutput extends OutputStream {

		private final DataOutputStream out;

		private final byte[] chunk = new byte[CHUNK];

		private int size;

		private boolean finished;

		ChunkOutput(DataOutputStream out) {
			this.out = out;
		}

		@Override
		public void write(int b) throws IOException {
			makeRoom();
			this.chunk[this.size++] = (byte) b;
		}

		@Override
		public void write(byte[] source, int offset, int count) throws IOException {
			Objects.checkFromIndexSize(offset, count, source.length);
			for (int done = 0; done < count;) {
				makeRoom();
				int part = Math.min(count - done, CHUNK - this.size);
				System.arraycopy(source, offset + done, this.chunk, this.size, part);
				this.size += part;
				done += part;
			}
		}

		private void makeRoom() throws IOException {
			if (this.finished) {
				throw new IOException(
						"The handler wrote to the stream of its snapshot after writeSnapshot had returned");
			}
			if (this.size == CHUNK) {
				drain();
			}
		}

		private void drain() throws IOException {
			if (this.size > 0) {
				this.out.writeInt(this.size);
				this.out.write(this.chunk, 0, this.size);
				this.size = 0;
			}
		}

		void finish() throws IOException {
			drain();
			this.out.writeInt(0);
			this.finished = true;
		}

	}

	private static final class ChunkInput extends InputStream {

		private final DataInputStream in;

		private int remaining;

		private boolean ended;

		ChunkInput(DataInputStream in) {
			this.in = in;
		}

		@Override
		public int read() throws IOException {
			if (!fill()) {
				return -1;
			}
			this.remaining--;
			return this.in.readUnsignedByte();
		}

		@Override
		public int read(byte[] target, int offset, int count) throws IOException {
			Objects.checkFromIndexSize(offset, count, target.length);
			if (count == 0) {
				return 0;
			}
			if (!fill()) {
				return -1;
			}
			int read = this.in.read(target, offset, Math.min(count, this.remaining));
			if (read < 0) {
				throw new EOFException("The snapshot ends inside a part");
			}
			this.remaining -= read;
			return read;
		}

		private boolean fill() throws IOException {
			if (this.remaining == 0 && !this.ended) {
				int length = this.in.readInt();
				if (length < 0 || length > CHUNK) {
					throw new IOException("A chunk in the snapshot has an impossible length: " + length + " bytes");
				}
				this.remaining = length;
				this.ended = length == 0;
			}
			return !this.ended;
		}

		void skipAll() throws IOException {
			while (fill()) {
				this.in.skipNBytes(this.remaining);
				this.remaining = 0;
			}
		}

	}

}
