// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares a log with a list of payloads, whatever is done in whatever order.
 */
class ModelPropertyTests {

	private Path temp;

	@BeforeTry
	void createDirectory() throws IOException {
		this.temp = Files.createTempDirectory("wal-model");
	}

	@AfterTry
	void deleteDirectory() throws IOException {
		try (Stream<Path> files = Files.walk(this.temp)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(file);
			}
		}
	}

	@Property(tries = 30)
	@Tag("R20")
	@Tag("R32")
	@Tag("R74")
	@Tag("R81")
	@Tag("R83")
	void logDoesWhatAListDoes(@ForAll @Size(min = 5, max = 80) List<@IntRange(max = 1_000_000) Integer> steps,
			@ForAll boolean preallocate) throws Exception {
		try (Model model = new Model(this.temp, preallocate)) {
			for (int step : steps) {
				model.take(step % 16, step / 16);
				model.check();
			}
			model.reopen();
			model.readFrom(model.first());
		}
	}

	/**
	 * A log, and what it has to hold.
	 */
	private static final class Model implements AutoCloseable {

		private final Path temp;

		private final boolean preallocate;

		private final List<byte[]> payloads = new ArrayList<>();

		private final List<WalFollower> followers = new ArrayList<>();

		private final List<CompletableFuture<Lsn>> futures = new ArrayList<>();

		private int copies;

		private int segmentSize = 12 * 1024;

		/** What is known to be durable. */
		private long durable;

		private long checkpoint;

		private LocalWriteAheadLog wal;

		Model(Path temp, boolean preallocate) {
			this.temp = temp;
			this.preallocate = preallocate;
			this.wal = open();
		}

		private LocalWriteAheadLog open() {
			return WriteAheadLog.builder(this.temp.resolve("log-" + this.copies))
				.segmentSize(this.segmentSize)
				.writeBufferSize(4096)
				.preallocate(this.preallocate)
				.maxInFlight(10_000)
				.open();
		}

		private long last() {
			return this.payloads.size();
		}

		long first() {
			Lsn first = this.wal.firstLsn();
			return first.isNone() ? this.wal.lastLsn().value() + 1 : first.value();
		}

		private byte[] payload(int argument) {
			int size = switch (argument % 7) {
				case 0 -> 0;
				case 1 -> 1000 + argument % 5000;
				case 2 -> (argument % 5 == 0) ? 20_000 : 3000;
				default -> argument % 200;
			};
			byte[] payload = TestRecords.payload(size, last() + 1);
			this.payloads.add(payload);
			return payload;
		}

		void take(int action, int argument) throws Exception {
			switch (action) {
				case 0, 1, 2 -> {
					assertThat(this.wal.append(payload(argument)).value()).isEqualTo(last());
					this.durable = last();
				}
				case 3, 4 ->
					assertThat(this.wal.append(payload(argument), SyncPolicy.none()).value()).isEqualTo(last());
				case 5 -> {
					List<byte[]> batch = new ArrayList<>();
					long first = last() + 1;
					for (int i = 0; i < argument % 6; i++) {
						batch.add(payload(argument + i));
					}
					LsnRange range = this.wal.appendAll(batch);
					assertThat(range.count()).isEqualTo(batch.size());
					if (!batch.isEmpty()) {
						assertThat(range.first().value()).isEqualTo(first);
						this.durable = last();
					}
				}
				case 6, 7 -> this.futures.add(this.wal.appendAsync(payload(argument)));
				case 8 -> {
					assertThat(this.wal.sync().value()).isEqualTo(last());
					this.durable = last();
				}
				case 9 -> assertThat(this.wal.flush().value()).isEqualTo(last());
				case 10 -> {
					this.wal.rotate();
					this.durable = last();
				}
				case 11 -> {
					long to = (this.durable == 0) ? 0 : argument % (this.durable + 1);
					this.wal.checkpoint(Lsn.of(to));
					this.checkpoint = Math.max(this.checkpoint, to);
				}
				case 12 -> readFrom(first() + argument % (this.durable + 2 - Math.min(first(), this.durable + 1)));
				case 13 -> follow(argument);
				case 14 -> reopen();
				default -> crash();
			}
		}

		private void follow(int argument) throws InterruptedException {
			if (this.followers.size() < 3 && argument % 2 == 0) {
				this.followers.add(this.wal.follow(Lsn.of(first())));
			}
			for (WalFollower follower : this.followers) {
				for (int i = 0; i < argument % 30; i++) {
					long next = follower.position().value();
					WalRecord record = follower.poll(Duration.ZERO);
					if (record == null) {
						assertThat(next).isGreaterThan(this.durable);
						break;
					}
					assertThat(record.lsn().value()).isEqualTo(next);
					assertThat(record.bytes()).isEqualTo(this.payloads.get((int) next - 1));
				}
			}
			if (argument % 11 == 0 && !this.followers.isEmpty()) {
				this.followers.remove(0).close();
			}
		}

		void readFrom(long from) {
			List<WalRecord> records = TestRecords.readFrom(this.wal, Lsn.of(from));
			assertThat(records.size()).isGreaterThanOrEqualTo((int) (this.durable + 1 - from));
			long expected = from;
			for (WalRecord record : records) {
				assertThat(record.lsn().value()).isEqualTo(expected);
				assertThat(record.bytes()).isEqualTo(this.payloads.get((int) expected - 1));
				expected++;
			}
		}

		private void closeFollowers() {
			this.followers.forEach(WalFollower::close);
			this.followers.clear();
		}

		void reopen() {
			closeFollowers();
			this.wal.close();
			this.segmentSize = (this.segmentSize == 12 * 1024) ? 16 * 1024 : 12 * 1024;
			this.wal = open();
			assertThat(this.wal.tailState().isClean()).isTrue();
			this.durable = last();
			for (CompletableFuture<Lsn> future : this.futures) {
				assertThat(future).isCompleted();
			}
			this.futures.clear();
		}

		/**
		 * Go on with the files as they are now, as after a kill: what was handed to the
		 * operating system is there.
		 */
		private void crash() {
			this.wal.flush();
			closeFollowers();
			Path copy = this.temp.resolve("log-" + (this.copies + 1));
			copySettled(this.temp.resolve("log-" + this.copies), copy);
			this.copies++;
			this.wal.close();
			this.wal = open();
			this.durable = last();
			this.futures.clear();
		}

		/**
		 * Copy files while the log may prepare its next segment beside.
		 */
		private static void copySettled(Path from, Path to) {
			createDirectory(to);
			for (Path file : TestFiles.list(from)) {
				String name = file.getFileName().toString();
				if (!name.endsWith(".new")) {
					TestFiles.write(to.resolve(name), TestFiles.read(file));
				}
			}
		}

		private static void createDirectory(Path directory) {
			try {
				Files.createDirectory(directory);
			}
			catch (IOException ex) {
				throw new java.io.UncheckedIOException(ex);
			}
		}

		void check() {
			assertThat(this.wal.durableLsn().value()).isBetween(this.durable, last());
			assertThat(this.wal.lastLsn().value()).isBetween(this.durable, last());
			assertThat(this.wal.checkpointLsn().value()).isEqualTo(this.checkpoint);
			if (!this.wal.firstLsn().isNone()) {
				assertThat(first()).isLessThanOrEqualTo(this.checkpoint + 1);
			}
			assertThat(this.wal.status().state()).isEqualTo(WalState.OPEN);
		}

		@Override
		public void close() {
			closeFollowers();
			this.wal.close();
		}

	}

}
