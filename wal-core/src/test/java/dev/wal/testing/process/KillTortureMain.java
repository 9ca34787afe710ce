// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.SyncPolicy;
import dev.wal.WalBuilder;
import dev.wal.WalFollower;
import dev.wal.WalPositionException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;

/**
 * The process that {@code KillTortureTests} kills: sixteen threads that append, under
 * every sync policy, while others read, follow, subscribe, rotate and take checkpoints.
 * <p>
 * It reports each record to a file once its append has returned, and not before. What was
 * written to a file survives the death of the process that wrote it.
 */
public final class KillTortureMain {

	/** Appends of one thread that may be under way at a time. */
	static final int WINDOW = 16;

	/** Records of one thread that may be under way at a time. */
	public static final int IN_FLIGHT = WINDOW;

	static final int WRITERS = 16;

	private static final long LIFE_SECONDS = 60;

	private final LocalWriteAheadLog log;

	private final AckFile acks;

	private final int run;

	private KillTortureMain(LocalWriteAheadLog log, AckFile acks, int run) {
		this.log = log;
		this.acks = acks;
		this.run = run;
	}

	/**
	 * Append until killed. Waits for a byte on the standard input before it opens the
	 * log, and ends when that input does, as it does when the parent dies.
	 * @param args the directory of the log, the file for reports, the number of this run
	 */
	public static void main(String[] args) throws IOException {
		Path directory = Path.of(args[0]);
		int run = Integer.parseInt(args[2]);
		if (System.in.read() < 0) {
			return;
		}
		start("end", () -> {
			System.in.read();
			end(0);
		});
		start("life", () -> {
			LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(LIFE_SECONDS));
			end(4);
		});
		AckFile acks = new AckFile(Path.of(args[1]));
		LocalWriteAheadLog log = builder(directory, run).open();
		KillTortureMain torture = new KillTortureMain(log, acks, run);
		SplittableRandom random = new SplittableRandom(run);
		for (int i = 0; i < WRITERS; i++) {
			int writer = i;
			SplittableRandom own = random.split();
			start("writer", () -> torture.write(writer, own));
		}
		start("reader", torture::read);
		start("follower", torture::follow);
		torture.subscribe();
		start("checkpoint", torture::checkpoint);
	}

	public static WalBuilder builder(Path directory, int run) {
		return WriteAheadLog.builder(directory)
			.segmentSize(64 * 1024)
			.writeBufferSize(32 * 1024)
			.preallocate(run % 3 != 0);
	}

	private void write(int writer, SplittableRandom random) throws Exception {
		Semaphore window = new Semaphore(WINDOW);
		for (long sequence = 0;;) {
			switch (writer % 8) {
				case 6 -> {
					List<byte[]> unit = new ArrayList<>();
					int count = random.nextInt(1, WINDOW + 1);
					for (int i = 0; i < count; i++) {
						unit.add(payload(writer, sequence + i, random));
					}
					LsnRange range = this.log.appendAll(unit);
					for (int i = 0; i < count; i++) {
						this.acks.report(new Lsn(range.first().value() + i), unit.get(i));
					}
					sequence += count;
				}
				case 7 -> {
					byte[] payload = payload(writer, sequence++, random);
					window.acquire();
					this.log.appendAsync(payload).whenComplete((lsn, failure) -> {
						if (failure != null) {
							failed(failure);
						}
						this.acks.report(lsn, payload);
						window.release();
					}).exceptionally((failure) -> {
						failed(failure);
						return Lsn.NONE;
					});
				}
				default -> {
					byte[] payload = payload(writer, sequence++, random);
					this.acks.report(this.log.append(payload, policy(writer)), payload);
				}
			}
		}
	}

	/**
	 * What was not forced survives the process all the same, since the kernel has it.
	 */
	private static SyncPolicy policy(int writer) {
		return switch (writer % 8) {
			case 4 -> SyncPolicy.interval(Duration.ofMillis(5));
			case 5 -> SyncPolicy.none();
			default -> SyncPolicy.always();
		};
	}

	private byte[] payload(int writer, long sequence, SplittableRandom random) {
		int extra = switch (random.nextInt(100)) {
			// Larger than a segment.
			case 0 -> random.nextInt(100_000);
			case 1, 2, 3 -> 0;
			default -> random.nextInt(700);
		};
		return TortureRecord.payload(this.run, writer, sequence, random.nextLong(), extra);
	}

	private void read() {
		while (true) {
			try (WalReader reader = this.log.read(this.log.firstLsn().isNone() ? Lsn.FIRST : this.log.firstLsn())) {
				long expected = reader.position().value();
				for (WalRecord record : reader) {
					expect(record, expected++);
				}
			}
			catch (WalPositionException ex) {
				// A checkpoint was quicker: begin again.
			}
		}
	}

	private void follow() throws InterruptedException {
		while (true) {
			try (WalFollower follower = this.log.follow(new Lsn(this.log.lastLsn().value() + 1))) {
				long expected = follower.position().value();
				for (int i = 0; i < 500; i++) {
					expect(follower.take(), expected++);
				}
			}
		}
	}

	private void subscribe() {
		AtomicLong expected = new AtomicLong(this.log.lastLsn().value() + 1);
		this.log.subscribe(new Lsn(expected.get()), (record) -> {
			try {
				expect(record, expected.getAndIncrement());
			}
			catch (AssertionError ex) {
				failed(ex);
			}
		});
	}

	private static void expect(WalRecord record, long lsn) {
		if (record.lsn().value() != lsn) {
			throw new AssertionError(record + " where LSN " + lsn + " is due");
		}
		TortureRecord.check(record.bytes());
	}

	private void checkpoint() {
		for (int i = 1;; i++) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
			if (i % 4 == 0) {
				this.log.rotate();
			}
			if (i % 4 == 2) {
				this.log.checkpoint(Lsn.of(Math.max(0, this.log.durableLsn().value() - 1000)));
			}
		}
	}

	private static void start(String name, Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (Throwable ex) {
				failed(ex);
			}
		}, name);
		thread.setDaemon(!name.equals("writer"));
		thread.start();
	}

	private static void failed(Throwable failure) {
		failure.printStackTrace();
		end(3);
	}

	private static void end(int status) {
		// Without shutdown hooks, and whatever the other threads are doing.
		Runtime.getRuntime().halt(status);
	}

	@FunctionalInterface
	private interface Task {

		void run() throws Exception;

	}

}
