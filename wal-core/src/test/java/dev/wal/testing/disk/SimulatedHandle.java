// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

import dev.wal.internal.io.StorageFile;
import dev.wal.internal.io.StorageFullException;

/**
 * An open file of a {@link SimulatedDisk}.
 */
final class SimulatedHandle implements StorageFile {

	private final SimulatedDisk disk;

	private final String name;

	private final long file;

	private boolean closed;

	SimulatedHandle(SimulatedDisk disk, String name, long file) {
		this.disk = disk;
		this.name = name;
		this.file = file;
	}

	private DiskCall call(DiskCall.Kind kind) {
		DiskCall call = new DiskCall(kind, this.disk.nameOf(this.file, this.name));
		call.file = this.file;
		return call;
	}

	private SimulatedFile file() throws IOException {
		if (this.closed) {
			throw new ClosedChannelException();
		}
		return this.disk.file(this.file);
	}

	@Override
	public int read(ByteBuffer target, long position) throws IOException {
		return (int) this.disk.execute(call(DiskCall.Kind.READ), (call) -> {
			byte[] data = new byte[(int) Math.min(target.remaining(), Math.max(0, file().size() - position))];
			int count = file().read(data, 0, data.length, position);
			if (count > 0) {
				target.put(data, 0, count);
			}
			return count;
		});
	}

	@Override
	public int write(ByteBuffer source, long position) throws IOException {
		DiskCall write = call(DiskCall.Kind.WRITE);
		write.offset = position;
		write.data = new byte[source.remaining()];
		write.size = write.data.length;
		source.get(source.position(), write.data);
		int count = (int) this.disk.execute(write, (call) -> {
			call.size = fitting(position, call.size);
			return call.size;
		});
		source.position(source.position() + count);
		return count;
	}

	private long fitting(long position, long length) throws IOException {
		long end = position + length;
		long growth = end - file().size();
		long room = this.disk.room();
		if (growth <= 0 || growth <= room) {
			return length;
		}
		long fitting = length - growth + Math.max(0, room);
		if (fitting <= 0) {
			throw new StorageFullException("No space left on device", null);
		}
		return fitting;
	}

	@Override
	public void force(boolean metadata) throws IOException {
		DiskCall force = call(DiskCall.Kind.FORCE);
		force.metadata = metadata;
		this.disk.execute(force, (call) -> file().size());
	}

	@Override
	public long size() throws IOException {
		return this.disk.execute(call(DiskCall.Kind.SIZE), (call) -> file().size());
	}

	@Override
	public void truncate(long size) throws IOException {
		DiskCall truncate = call(DiskCall.Kind.TRUNCATE);
		truncate.size = size;
		this.disk.execute(truncate, (call) -> file().size());
	}

	@Override
	public void close() throws IOException {
		this.disk.execute(call(DiskCall.Kind.CLOSE), (call) -> {
			if (!this.closed) {
				this.closed = true;
				this.disk.closed();
			}
			return 0;
		});
	}

}
