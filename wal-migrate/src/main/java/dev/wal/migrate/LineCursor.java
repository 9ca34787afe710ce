// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

import dev.wal.migrate.AllsourceLine.Entry;
import dev.wal.migrate.AllsourceLine.MalformedLineException;
import org.jspecify.annotations.Nullable;

/**
 * Walks from line to line. The end of a line is what completes an entry: a bad line that
 * has one is damage, a bad last line without is a torn tail. That can end any file and
 * not only the last, as every restart of an allsource log goes on in the first.
 */
final class LineCursor implements LegacyCursor {

	private static final String ENTRY_START = "{\"sequence\":";

	private final LegacyFile file;

	private final FileProgress progress;

	private final SequenceLedger ledger;

	private final int maxLineLength;

	private final boolean last;

	private long offset;

	private boolean judged;

	LineCursor(LegacyFile file, FileProgress progress, SequenceLedger ledger, int maxLineLength, boolean last) {
		this.file = file;
		this.progress = progress;
		this.ledger = ledger;
		this.maxLineLength = maxLineLength;
		this.last = last;
	}

	@Override
	public @Nullable LegacyRecord next() throws IOException {
		while (this.offset < this.file.size() && !this.progress.isStopped()) {
			long start = this.offset;
			long end = this.file.indexOf((byte) '\n', start);
			this.offset = Math.min(end + 1, this.file.size());
			LegacyRecord record = read(start, end);
			if (record != null) {
				this.ledger.count(record.id().orElseThrow());
				return record;
			}
		}
		judge();
		return null;
	}

	private @Nullable LegacyRecord read(long start, long end) throws IOException {
		boolean complete = end < this.file.size();
		if (end - start > this.maxLineLength) {
			bad(complete, start, "the line is longer than the limit of " + this.maxLineLength + " bytes");
			return null;
		}
		byte[] line = this.file.bytes(start, (int) (end - start));
		if (isBlank(line)) {
			return null;
		}
		try {
			return record(start, line);
		}
		catch (MalformedLineException ex) {
			return bad(complete, start, ex.reason()) ? fused(start, line) : null;
		}
	}

	/**
	 * Report a bad line.
	 * @return whether to look for an entry in it all the same
	 */
	private boolean bad(boolean complete, long start, String reason) {
		long length = this.offset - start;
		if (!complete) {
			this.progress.tornTail(start, length, reason + ", and has no end");
			return false;
		}
		this.ledger.countDamaged();
		return this.progress.damage(start, length, reason);
	}

	/**
	 * After a crash in the middle of an entry the next one is written right behind what
	 * there is of it, on the same line. That one was acknowledged, and is whole. It
	 * cannot be mistaken for the content of an entry: there the quotes are escaped, or
	 * more than one brace follows.
	 */
	private @Nullable LegacyRecord fused(long start, byte[] line) {
		int at = new String(line, StandardCharsets.ISO_8859_1).lastIndexOf(ENTRY_START);
		if (at <= 0) {
			return null;
		}
		try {
			return record(start + at, Arrays.copyOfRange(line, at, line.length));
		}
		catch (MalformedLineException ex) {
			return null;
		}
	}

	private LegacyRecord record(long start, byte[] line) throws MalformedLineException {
		Entry entry = AllsourceLine.parse(line);
		return new LegacyRecord(this.file.name(), start, OptionalLong.of(entry.sequence()), entry.timestamp(), 0,
				entry.event());
	}

	private static boolean isBlank(byte[] line) {
		for (byte character : line) {
			if (character != ' ' && character != '\t' && character != '\r') {
				return false;
			}
		}
		return true;
	}

	private void judge() {
		if (!this.last || this.judged || this.progress.isStopped()) {
			return;
		}
		this.judged = true;
		for (String missing : this.ledger.missing()) {
			if (!this.progress.damage(this.file.size(), 0, missing)) {
				return;
			}
		}
	}

}
