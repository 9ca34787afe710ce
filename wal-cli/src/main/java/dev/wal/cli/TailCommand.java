// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.wal.LocalWalView;
import dev.wal.Lsn;
import dev.wal.WalPositionException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code wal tail}.
 */
@Command(name = "tail",
		description = { "Print the last records of a log, and with -f those that follow. Changes nothing.",
				"Beside a live writer it shows what is written, some of which may not be durable yet." },
		exitCodeList = { "0:The records were printed.", "1:The log is damaged.",
				"2:The command could not be carried out." })
final class TailCommand implements Callable<Integer> {

	private static final long POLL_MILLIS = 250;

	/** Files that changed so recently may have changed again without a trace. */
	private static final long SETTLED_MILLIS = 1000;

	@Parameters(paramLabel = "DIR", description = "The directory of the log.")
	private Path directory = Path.of("");

	@Option(names = { "-n", "--lines" }, paramLabel = "N", defaultValue = "10",
			description = "How many records (${DEFAULT-VALUE}).")
	private long count;

	@Option(names = { "-f", "--follow" }, description = "Follow what is appended, until interrupted.")
	private boolean follow;

	@Mixin
	private RecordLines lines = new RecordLines();

	@Spec
	private @Nullable CommandSpec spec;

	private long next;

	@Override
	public Integer call() throws IOException {
		Console console = Console.of(Objects.requireNonNull(this.spec));
		try (LocalWalView view = WriteAheadLog.builder(this.directory).openReadOnly()) {
			long first = Math.max(view.firstLsn().value(), view.lastLsn().value() - this.count + 1);
			this.next = Math.max(first, 1);
			print(console, view);
		}
		catch (WalPositionException ex) {
			if (!this.follow) {
				throw ex;
			}
			missed(console, ex);
		}
		if (this.follow) {
			follow(console);
		}
		return WalCommand.OK;
	}

	private void follow(Console console) throws IOException {
		CountDownLatch never = new CountDownLatch(1);
		long seen = 0;
		while (!console.isClosed()) {
			long changed = lastChange();
			if (changed != seen || System.currentTimeMillis() - changed < SETTLED_MILLIS) {
				seen = changed;
				poll(console);
			}
			try {
				if (never.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
					return;
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	private void poll(Console console) {
		try (LocalWalView view = WriteAheadLog.builder(this.directory).openReadOnly()) {
			print(console, view);
		}
		catch (WalPositionException ex) {
			missed(console, ex);
		}
	}

	/**
	 * Continue after what a checkpoint deleted. If it did so after the log was opened,
	 * the next poll knows how far.
	 */
	private void missed(Console console, WalPositionException ex) {
		long oldest = ex.bound().value();
		if (oldest > this.next) {
			console.err()
				.println("LSN " + this.next + " to " + (oldest - 1)
						+ " were deleted by a checkpoint before they were printed.");
			console.err().flush();
			this.next = oldest;
		}
	}

	/**
	 * Return when a file was written last: opening the log reads its newest segment.
	 */
	private long lastChange() throws IOException {
		long newest = 0;
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.toList()) {
				newest = Math.max(newest, file.toFile().lastModified());
			}
		}
		return newest;
	}

	private void print(Console console, LocalWalView view) {
		if (view.lastLsn().value() < this.next) {
			return;
		}
		try (WalReader reader = view.read(Lsn.of(this.next))) {
			for (WalRecord record : reader) {
				console.out().println(this.lines.line(record));
				this.next = record.lsn().value() + 1;
			}
		}
		finally {
			console.out().flush();
		}
	}

}
