// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.util.function.LongPredicate;

import org.jspecify.annotations.Nullable;

/**
 * Walks from frame to frame, and tells damage from a torn tail: it is damage if a record
 * follows it, in this file or a later one. None of the layouts has better proof.
 */
final class FrameCursor implements LegacyCursor {

	private final FrameDecoder decoder;

	private final Numbering numbering;

	private final LegacyFile file;

	private final FileProgress progress;

	private final boolean last;

	private long offset;

	FrameCursor(FrameDecoder decoder, Numbering numbering, LegacyFile file, FileProgress progress, boolean last)
			throws IOException {
		this.decoder = decoder;
		this.numbering = numbering;
		this.file = file;
		this.progress = progress;
		this.last = last;
		this.offset = decoder.firstOffset(file);
	}

	@Override
	public @Nullable LegacyRecord next() throws IOException {
		while (this.offset < this.file.size() && !this.progress.isStopped()) {
			Frame frame = this.decoder.decode(this.file, this.offset);
			LegacyRecord record = frame.record();
			if (record == null) {
				skip(frame);
			}
			else {
				this.offset += frame.length();
				if (isInOrder(record, frame.length())) {
					return record;
				}
			}
		}
		return null;
	}

	@Override
	public long offset() {
		return this.offset;
	}

	private boolean isInOrder(LegacyRecord record, long length) {
		String problem = this.numbering.check(record.id());
		if (problem == null) {
			return true;
		}
		boolean refused = this.numbering.isRefused();
		return this.progress.damage(record.offset(), refused ? length : 0, problem) && !refused;
	}

	private void skip(Frame bad) throws IOException {
		long next = -1;
		String reason = bad.problem();
		if (this.file.isZeroFrom(this.offset)) {
			reason = "there are only zeros up to the end of the file";
		}
		else {
			next = findNext(bad);
		}
		long end = (next < 0) ? this.file.size() : next;
		if (next < 0 && this.last) {
			this.progress.tornTail(this.offset, end - this.offset, reason);
		}
		else {
			this.progress.damage(this.offset, end - this.offset, reason);
			this.numbering.damaged();
		}
		this.offset = end;
	}

	/**
	 * Find the next record after a bad one: where its length says, or else at the first
	 * place that can hold one. Where the length reaches just to the end of the file the
	 * bytes in between are content, and are not searched.
	 * @return its offset, or -1
	 */
	private long findNext(Frame bad) throws IOException {
		long hop = this.offset + bad.length();
		if (bad.length() > 0 && hop == this.file.size()) {
			return -1;
		}
		if (bad.length() > 0 && isRecord(hop)) {
			return hop;
		}
		long most = mostLost(this.file.size());
		LongPredicate order = (id) -> this.numbering.isPlausible(id, most);
		for (long at = this.offset + 1; at <= this.file.size() - this.decoder.minLength(); at++) {
			if (this.decoder.mayBegin(this.file, at, order) && isRecord(at)) {
				return at;
			}
		}
		return -1;
	}

	private boolean isRecord(long at) throws IOException {
		if (at >= this.file.size()) {
			return false;
		}
		LegacyRecord record = this.decoder.decode(this.file, at).record();
		return record != null && this.numbering.isPlausible(record.id(), mostLost(at));
	}

	private long mostLost(long at) {
		return (at - this.offset + this.decoder.minLength() - 1) / this.decoder.minLength();
	}

}
