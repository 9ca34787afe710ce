// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;

/**
 * The journal of Apache Artemis over NIO, every record with {@code sync}. Files are
 * filled ahead. The timer that gathers writes is set to 1 ns: the broker's default of
 * 3.33 ms would make a lone writer wait for nothing.
 */
final class ArtemisSubject implements Subject {

	private static final int FILE_SIZE = 32 << 20;

	private static final int FILES = 4;

	private static final int BUFFER_SIZE = 1 << 20;

	private static final int TIMEOUT_NANOS = 1;

	@Override
	public String name() {
		return "artemis";
	}

	@Override
	public Log open(Path directory, int payloadSize) throws Exception {
		SequentialFileFactory files = new NIOSequentialFileFactory(directory.toFile(), true, BUFFER_SIZE, TIMEOUT_NANOS,
				1, false);
		files.setDatasync(true);
		// Never compacted: nothing is deleted.
		JournalImpl journal = new JournalImpl(FILE_SIZE, FILES, FILES, 0, 0, files, "journal", "log", 1);
		journal.start();
		journal.load(new ArrayList<>(), new ArrayList<>(), null, true);
		return new Journal(journal);
	}

	private static final class Journal implements Log {

		private final JournalImpl journal;

		private final AtomicLong ids = new AtomicLong();

		Journal(JournalImpl journal) {
			this.journal = journal;
		}

		@Override
		public void append(byte[] payload) throws Exception {
			this.journal.appendAddRecord(this.ids.incrementAndGet(), (byte) 0, payload, true);
		}

		@Override
		public void close() {
			this.journal.stop();
		}

	}

}
