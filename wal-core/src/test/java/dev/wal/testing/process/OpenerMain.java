// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import dev.wal.LocalWriteAheadLog;
import dev.wal.SyncPolicy;
import dev.wal.WalBuilder;
import dev.wal.WalFailedException;
import dev.wal.WalIoException;
import dev.wal.WalLockedException;
import dev.wal.WriteAheadLog;

/**
 * One of two processes that want the same log. It tries to open it until it can, appends
 * until the log fails, and begins again.
 */
public final class OpenerMain {

	private static final int WRITERS = 4;

	private final Path directory;

	private final AckFile acks;

	private final int run;

	private final AtomicLong sequence = new AtomicLong();

	private OpenerMain(Path directory, AckFile acks, int run) {
		this.directory = directory;
		this.acks = acks;
		this.run = run;
	}

	/**
	 * Append until killed. Ends when the standard input does, as it does when the parent
	 * dies.
	 * @param args the directory of the log, the file for reports, the number of this run
	 */
	public static void main(String[] args) throws Exception {
		OpenerMain opener = new OpenerMain(Path.of(args[0]), new AckFile(Path.of(args[1])), Integer.parseInt(args[2]));
		Thread input = new Thread(opener::listen, "input");
		input.setDaemon(true);
		input.start();
		try {
			while (true) {
				opener.openAndAppend();
			}
		}
		catch (Throwable ex) {
			ex.printStackTrace();
			Runtime.getRuntime().halt(3);
		}
	}

	public static WalBuilder builder(Path directory) {
		return WriteAheadLog.builder(directory).segmentSize(1 << 20).writeBufferSize(64 * 1024).preallocate(false);
	}

	private void listen() {
		try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			while (input.readLine() != null) {
				copyTheDirectory();
				System.out.println("#copied");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			Runtime.getRuntime().halt(0);
		}
	}

	/** POSIX drops the lock of a process with the first descriptor that it closes. */
	private void copyTheDirectory() throws IOException {
		try {
			Files.readAllBytes(this.directory.resolve("wal.lock"));
		}
		catch (NoSuchFileException ex) {
			// It was deleted.
		}
	}

	private void openAndAppend() throws InterruptedException {
		try (LocalWriteAheadLog log = builder(this.directory).open()) {
			List<Thread> writers = new ArrayList<>();
			for (int i = 0; i < WRITERS; i++) {
				int writer = i;
				Thread thread = new Thread(() -> append(log, writer), "writer");
				thread.start();
				writers.add(thread);
			}
			for (Thread thread : writers) {
				thread.join();
			}
		}
		catch (WalFailedException ex) {
			// A close says so too.
		}
		catch (WalLockedException ex) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
		}
	}

	private void append(LocalWriteAheadLog log, int writer) {
		// What was not forced survives the process, since the kernel has it.
		SyncPolicy policy = (writer == 0) ? SyncPolicy.none() : SyncPolicy.always();
		try {
			while (true) {
				long next = this.sequence.incrementAndGet();
				byte[] payload = TortureRecord.payload(this.run, writer, next, next, (int) (next % 300));
				if (writer == 0) {
					// Without waiting for the disk it would leave the others behind.
					LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(300));
				}
				try {
					this.acks.report(log.append(payload, policy), payload);
				}
				catch (WalIoException ex) {
					// No next segment where the lock file is gone: soon it fails for
					// that.
					LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
				}
			}
		}
		catch (WalFailedException ex) {
			// It lost its directory or its lock.
		}
	}

}
