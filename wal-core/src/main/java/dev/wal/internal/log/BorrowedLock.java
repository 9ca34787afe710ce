// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.io.IOException;

import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.Holder;
import dev.wal.internal.io.StorageLockedException;

/**
 * The lock of a directory for a log that is opened and closed while somebody else keeps
 * the lock.
 */
final class BorrowedLock implements DirectoryLock {

	private final DirectoryLock lock;

	BorrowedLock(DirectoryLock lock) {
		this.lock = lock;
	}

	@Override
	public void refuse(Holder named, String fileKey) throws StorageLockedException {
		this.lock.refuse(named, fileKey);
	}

	@Override
	public void claim() throws IOException {
		this.lock.claim();
	}

	@Override
	public Holder holder() {
		return this.lock.holder();
	}

	@Override
	public boolean isMine() throws IOException {
		return this.lock.isMine();
	}

	@Override
	public void close() {
		// The lender keeps it.
	}

}
