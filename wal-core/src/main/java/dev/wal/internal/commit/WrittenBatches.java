// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import org.jspecify.annotations.Nullable;

/**
 * The batches that were written and that somebody wants durable, in the order of their
 * LSNs. Linked through the batches themselves, so that nothing is allocated. Guarded by
 * the write lock of the {@link Committer}.
 */
final class WrittenBatches {

	private @Nullable Batch first;

	private @Nullable Batch last;

	void add(Batch batch) {
		Batch last = this.last;
		if (last == null) {
			this.first = batch;
		}
		else {
			last.next = batch;
		}
		this.last = batch;
	}

	/**
	 * Take all batches out.
	 * @return the first of them, linked to the others, or {@code null} if there is none
	 */
	@Nullable Batch takeAll() {
		Batch first = this.first;
		this.first = null;
		this.last = null;
		return first;
	}

}
