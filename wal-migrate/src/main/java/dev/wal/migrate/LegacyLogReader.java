// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;

import dev.wal.CorruptionPolicy;
import dev.wal.LsnRange;
import dev.wal.WalIoException;
import dev.wal.migrate.LegacyFile.TooMuchWorkException;
import dev.wal.migrate.LegacySource.NumberedFile;
import dev.wal.migrate.SourceDirectory.NotRegularException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an older log record by record, without changing a byte of it. Opened by
 * {@link LegacyImport#read()}. Needs memory for one record at a time, and never more for
 * it than the limit allows, even if a length in the file says more.
 * <p>
 * A file is read up to the size that it had when the reader came to it; the older log has
 * to be closed. Not thread-safe.
 */
public final class LegacyLogReader implements Iterable<LegacyRecord>, AutoCloseable {

	private final LegacySource source;

	private final CorruptionPolicy policy;

	private final LegacyFormat format;

	private final List<FileProgress> progress = new ArrayList<>();

	private int position = -1;

	private @Nullable LegacyFile file;

	private @Nullable LegacyCursor cursor;

	private @Nullable LegacyRecord next;

	private boolean ended;

	LegacyLogReader(LegacySource source, CorruptionPolicy policy, int maxRecordSize, OptionalLong node) {
		this.source = source;
		this.policy = policy;
		this.format = switch (source.layout()) {
			case XERV -> new FramedFormat(new XervDecoder(maxRecordSize), new Numbering(Numbering.Kind.NONE));
			case WALOGS -> new FramedFormat(new WalogsDecoder(maxRecordSize), new Numbering(Numbering.Kind.PROTECTED));
			case WAVEKV -> new FramedFormat(new WavekvDecoder(source.path(), maxRecordSize, node),
					new Numbering(Numbering.Kind.UNPROTECTED));
			case ALLSOURCE -> new AllsourceFormat(source, maxRecordSize);
		};
		for (NumberedFile numbered : source.files()) {
			this.progress.add(new FileProgress(numbered.name(), policy == CorruptionPolicy.SKIP));
		}
	}

	/**
	 * Return the one iterator of this reader: it goes on where the last call to it
	 * stopped. What it does at damage depends on the policy: under
	 * {@link CorruptionPolicy#FAIL} it throws {@link LegacyDamagedException}, under
	 * {@link CorruptionPolicy#TRUNCATE} it ends, under {@link CorruptionPolicy#SKIP} it
	 * goes on with the next record. A torn tail ends it. In every case the
	 * {@link #report()} says so. It throws {@link WalIoException} where the disk does not
	 * answer, {@link LegacyFormatException} where a file turns out to be no such log, and
	 * {@link IllegalStateException} once the reader is closed.
	 * @return the iterator
	 */
	@Override
	public Iterator<LegacyRecord> iterator() {
		return new Iterator<>() {

			@Override
			public boolean hasNext() {
				return peek() != null;
			}

			@Override
			public LegacyRecord next() {
				LegacyRecord record = peek();
				if (record == null) {
					throw new NoSuchElementException("The log ends here");
				}
				LegacyLogReader.this.next = null;
				return record;
			}

		};
	}

	/**
	 * Return what was found so far.
	 * @return the report, complete once the iterator has come to its end
	 */
	public LegacyImportReport report() {
		List<LegacyFileReport> files = this.progress.stream().map(FileProgress::report).toList();
		return new LegacyImportReport(this.source.layout(), this.source.version(), this.source.path(), this.policy,
				files, this.source.ignored(), LsnRange.EMPTY);
	}

	private @Nullable LegacyRecord peek() {
		if (this.next == null && !this.ended) {
			if (this.position >= 0 && this.file == null) {
				throw new IllegalStateException("The reader is closed");
			}
			this.next = advance();
		}
		return this.next;
	}

	private @Nullable LegacyRecord advance() {
		try {
			while (true) {
				LegacyRecord record = (this.cursor != null) ? this.cursor.next() : null;
				if (record != null) {
					current().delivered(record);
					return record;
				}
				if ((this.position >= 0 && hasEndedWith(current())) || !openNext()) {
					this.ended = true;
					return null;
				}
			}
		}
		catch (TooMuchWorkException ex) {
			throw tooMuchWork((this.cursor != null) ? this.cursor.offset() : 0);
		}
		catch (IOException ex) {
			throw new WalIoException("read", path(current().file()), ex);
		}
	}

	private LegacyFormatException tooMuchWork(long offset) {
		return new LegacyFormatException(this.source.layout(), path(current().file()),
				"so many places from offset " + offset + " on look like the beginning of a record that looking for the"
						+ " next one would take time out of proportion to the size of the file, which neither a writer"
						+ " nor a disk brings about. What stands before that offset can be imported from a copy that"
						+ " ends there");
	}

	private Path path(String file) {
		return this.source.directory().path().resolve(file);
	}

	private boolean hasEndedWith(FileProgress finished) {
		finished.finished();
		if (finished.isStopped() && this.policy == CorruptionPolicy.FAIL) {
			throw new LegacyDamagedException(report());
		}
		return finished.isStopped();
	}

	private boolean openNext() throws IOException {
		closeFile();
		if (this.position + 1 >= this.source.files().size()) {
			return false;
		}
		this.position++;
		LegacyFile opened = openFile(current().file());
		this.file = opened;
		this.cursor = null;
		current().opened(opened.size());
		if (isInPlace()) {
			boolean last = this.position + 1 == this.source.files().size();
			this.cursor = this.format.open(opened, current(), last);
		}
		return true;
	}

	private LegacyFile openFile(String name) throws IOException {
		try {
			return LegacyFile.open(this.source.directory(), name);
		}
		catch (NotRegularException ex) {
			throw new LegacyFormatException(this.source.layout(), path(name), ex.reason());
		}
	}

	/**
	 * Check that no file is missing before this one.
	 */
	private boolean isInPlace() {
		NumberedFile here = this.source.files().get(this.position);
		if (this.position == 0) {
			if (here.number() != this.source.firstNumber() && this.source.layout() != LegacyLayout.WAVEKV) {
				current().notice(0, "this is not the first file that the log had: what came before it was deleted"
						+ " by a checkpoint or by retention, or is lost");
			}
			return true;
		}
		NumberedFile before = this.source.files().get(this.position - 1);
		if (this.source.isDense() && here.number() != before.number() + 1) {
			return current().damage(0, 0, "a file is missing: " + before.name() + " is followed by " + here.name());
		}
		return true;
	}

	private FileProgress current() {
		return this.progress.get(this.position);
	}

	private void closeFile() throws IOException {
		LegacyFile open = this.file;
		this.file = null;
		this.cursor = null;
		if (open != null) {
			open.close();
		}
	}

	/**
	 * Close the file. A second call does nothing.
	 */
	@Override
	public void close() {
		if (this.position < 0) {
			this.position = 0;
		}
		try {
			closeFile();
		}
		catch (IOException ex) {
			throw new WalIoException("close", this.source.path(), ex);
		}
	}

}
