// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.wal.migrate.AllsourceLine.Entry;
import dev.wal.migrate.AllsourceLine.MalformedLineException;
import dev.wal.migrate.LegacyFinding.Kind;
import dev.wal.migrate.SequenceLedger.Gap;
import org.jspecify.annotations.Nullable;

/**
 * Walks from line to line. The end of a line is what completes an entry: a bad line that
 * has one is damage, a bad last line without is a torn tail. That can end any file and
 * not only the last, as every restart of an allsource log goes on in the first.
 */
final class LineCursor implements LegacyCursor {

	private static final String ENTRY_START = "{\"sequence\":";

	/**
	 * A sequence that is written out, as the comma shows: at most 19 digits are enough.
	 */
	private static final Pattern BEGINNING = Pattern.compile(Pattern.quote(ENTRY_START) + "(\\d{1,19}),");

	private static final int MAX_BEGINNING = 64;

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
				count(record);
				return record;
			}
		}
		judge();
		return null;
	}

	private void count(LegacyRecord record) {
		long sequence = record.id().orElseThrow();
		if (this.ledger.count(sequence)) {
			this.progress.notice(record.offset(), "the sequence " + Long.toUnsignedString(sequence)
					+ " was used before: the log counted anew after a restart, or two processes wrote to it. All such"
					+ " entries are delivered, but a loss of one of them does not show");
		}
	}

	@Override
	public long offset() {
		return this.offset;
	}

	private @Nullable LegacyRecord read(long start, long end) throws IOException {
		if (end - start > this.maxLineLength) {
			bad(start, end, "the line is longer than the limit of " + this.maxLineLength + " bytes", new byte[0]);
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
			return bad(start, end, ex.reason(), line);
		}
	}

	/**
	 * Report a bad line.
	 * @return the entry that is in it all the same, or {@code null}
	 */
	private @Nullable LegacyRecord bad(long start, long end, String reason, byte[] line) throws IOException {
		long length = this.offset - start;
		if (end == this.file.size()) {
			this.progress.tornTail(start, length, reason + ", and has no end");
			return null;
		}
		if (!this.progress.damage(start, length, reason)) {
			return null;
		}
		LegacyRecord fused = fused(start, line);
		String beginning = new String(this.file.bytes(start, (int) Math.min(end - start, MAX_BEGINNING)),
				StandardCharsets.ISO_8859_1);
		Matcher claim = BEGINNING.matcher(beginning);
		if (claim.lookingAt()) {
			this.ledger.countClaimed(claim.group(1));
		}
		else if (fused == null) {
			this.ledger.countDamaged();
		}
		return fused;
	}

	/**
	 * After a crash in the middle of an entry the next one is written directly after what
	 * there is of it, on the same line. That one was acknowledged, and is intact. It
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
		for (Gap gap : this.ledger.gaps()) {
			if (gap.kind() == Kind.NOTICE) {
				this.progress.notice(this.file.size(), gap.reason());
			}
			else if (!this.progress.damage(this.file.size(), 0, gap.reason())) {
				return;
			}
		}
	}

}
