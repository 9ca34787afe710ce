// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.UUID;

import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.Holder;

/**
 * The lock of a directory that only one test has.
 */
public class FakeLock implements DirectoryLock {

	private static final Holder HOLDER = new Holder(1, 0, new UUID(0, 0), 0, new UUID(0, 1), "");

	private final Closeable onClaim;

	private final Closeable onClose;

	public FakeLock() {
		this(() -> {
		}, () -> {
		});
	}

	FakeLock(Closeable onClaim, Closeable onClose) {
		this.onClaim = onClaim;
		this.onClose = onClose;
	}

	@Override
	public void refuse(Holder named, String fileKey) {
		// There is no other process.
	}

	@Override
	public void claim() throws IOException {
		this.onClaim.close();
	}

	@Override
	public Holder holder() {
		return HOLDER;
	}

	@Override
	public boolean isMine() {
		return true;
	}

	@Override
	public void close() throws IOException {
		this.onClose.close();
	}

}
