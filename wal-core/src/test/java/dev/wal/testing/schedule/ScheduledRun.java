// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.schedule;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

import dev.wal.LocalWalView;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.SyncPolicy;
import dev.wal.WalBatch;
import dev.wal.WalClosedException;
import dev.wal.WalFailedException;
import dev.wal.WalFollower;
import dev.wal.WalPositionException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.ReadOnlyLog;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One log, and what its threads do with it.
 */
public final class ScheduledRun {

	private final long seed;

	private final Turns turns;

	private final SimulatedDisk disk = new SimulatedDisk();

	/** The payloads of what was acknowledged as durable. */
	private final Map<Long, String> durable = new ConcurrentSkipListMap<>();

	private final Map<Long, String> written = new ConcurrentHashMap<>();

	private final AtomicInteger number = new AtomicInteger();

	private LocalWriteAheadLog wal;

	private boolean failing;

	public ScheduledRun(long seed) throws InterruptedException {
		this.seed = seed;
		this.turns = new Turns(seed);
		this.turns.prepare(() -> this.wal = LogOpener.open(WriteAheadLog.builder(Path.of("simulated"))
			.segmentSize(8 * 1024)
			.writeBufferSize(4096)
			.preallocate(seed % 2 == 0)
			.options(), this.disk));
		this.disk.inject(this.turns);
	}

	/**
	 * Let everybody who takes part do what they have to do, and check what is left.
	 */
	public void play() throws Throwable {
		this.turns.run();
		end();
	}

	/**
	 * Return the turns that were taken.
	 */
	public List<String> taken() {
		return this.turns.taken();
	}

	/**
	 * Fill some segments before the others begin.
	 */
	public void history(int segments) throws InterruptedException {
		this.turns.prepare(() -> {
			for (int i = 0; i < 2 * segments; i++) {
				String text = text("history");
				acknowledged(this.wal.append(text.getBytes(StandardCharsets.UTF_8)), List.of(text));
				if (i % 2 == 1) {
					this.wal.rotate();
				}
			}
		});
	}

	/**
	 * Have one of the forces of files fail.
	 */
	public void failForce() {
		this.failing = true;
		this.disk.inject(DiskFaults.once(1 + (int) (this.seed % 5), (call) -> call.kind() == DiskCall.Kind.FORCE,
				DiskFaults::inputOutputError));
	}

	/**
	 * Do something again and again until it was done so often, or the log ended.
	 */
	private void actor(String name, int times, Turns.Action action) {
		this.turns.add(name, () -> {
			for (int i = 0; i < times; i++) {
				this.turns.take("next");
				try {
					action.run();
				}
				catch (WalClosedException ex) {
					return;
				}
				catch (WalFailedException ex) {
					assertThat(this.failing).as("a failure was injected").isTrue();
					assertThat(ex).hasRootCauseMessage("Input/output error");
				}
			}
		});
	}

	private String text(String name) {
		int next = this.number.incrementAndGet();
		return name + " " + next + "#".repeat(next * 313 % 1300);
	}

	public void appender(String name, int times, SyncPolicy policy) {
		actor(name, times, () -> {
			String text = text(name);
			Lsn lsn = this.wal.append(text.getBytes(StandardCharsets.UTF_8), policy);
			if (policy.equals(SyncPolicy.always())) {
				acknowledged(lsn, List.of(text));
			}
			else {
				this.written.put(lsn.value(), text);
			}
		});
	}

	public void batches(String name, int times) {
		actor(name, times, () -> {
			List<String> texts = List.of(text(name), text(name), text(name));
			WalBatch batch = new WalBatch();
			texts.forEach((text) -> batch.add(text.getBytes(StandardCharsets.UTF_8)));
			LsnRange range = this.wal.appendAll(batch);
			acknowledged(range.first(), texts);
		});
	}

	public void asynchronous(String name, int times) {
		actor(name, times, () -> {
			String text = text(name);
			try {
				Lsn lsn = this.wal.appendAsync(text.getBytes(StandardCharsets.UTF_8)).join();
				acknowledged(lsn, List.of(text));
			}
			catch (CompletionException ex) {
				throw (Exception) ex.getCause();
			}
		});
	}

	public void syncer(int times) {
		actor("sync", times, () -> {
			Map<Long, String> before = Map.copyOf(this.written);
			this.wal.sync();
			this.durable.putAll(before);
			checkDisk();
		});
	}

	public void rotator(int times) {
		actor("rotate", times, () -> this.wal.rotate());
	}

	public void closer() {
		actor("close", 1, () -> {
			this.wal.close();
			this.durable.putAll(this.written);
			checkDisk();
		});
	}

	public void checkpointer(int times) {
		actor("checkpoint", times, () -> {
			Lsn lsn = this.wal.durableLsn();
			this.wal.checkpoint(lsn);
			this.durable.keySet().removeIf((acknowledged) -> acknowledged <= lsn.value());
			assertThat(this.wal.checkpointLsn().value()).isGreaterThanOrEqualTo(lsn.value());
		});
	}

	/**
	 * Read to the end, which a checkpoint may only prevent before it began.
	 */
	public void reader(int times) {
		actor("read", times, () -> {
			Lsn from = this.wal.firstLsn();
			WalReader opened;
			try {
				opened = this.wal.read(from.isNone() ? Lsn.FIRST : from);
			}
			catch (WalPositionException ex) {
				assertThat(this.wal.checkpointLsn().value()).isPositive();
				return;
			}
			try (WalReader reader = opened) {
				long next = Math.max(1, from.value());
				for (WalRecord record : reader) {
					assertThat(record.lsn().value()).isEqualTo(next++);
					this.turns.take("between records");
				}
			}
		});
	}

	public void follower(int count) {
		this.turns.add("follow", () -> {
			WalFollower opened;
			try {
				opened = this.wal.follow(Lsn.FIRST);
			}
			catch (WalClosedException | WalPositionException ex) {
				return;
			}
			long next = 1;
			try (WalFollower follower = opened) {
				for (int i = 0; i < count; i++) {
					// Comes to an end although there may be fewer.
					WalRecord record = follower.poll(Duration.ofMillis(2));
					if (record != null) {
						assertThat(record.lsn().value()).isEqualTo(next++);
						shown(record);
					}
				}
			}
			catch (WalClosedException ex) {
				this.turns.take("closed");
			}
		});
	}

	private void shown(WalRecord record) throws IOException {
		try (LocalWalView view = onDisk()) {
			assertThat(view.lastLsn().value()).as("on the disk").isGreaterThanOrEqualTo(record.lsn().value());
		}
	}

	private void acknowledged(Lsn first, List<String> texts) throws IOException {
		long lsn = first.value();
		for (String text : texts) {
			assertThat(this.durable.put(lsn++, text)).as("two with one LSN").isNull();
		}
		checkDisk();
	}

	private LocalWalView onDisk() {
		return ReadOnlyLog.open(this.disk.powerLossOfEverythingUnforced(),
				WriteAheadLog.builder(Path.of("simulated")).options());
	}

	/**
	 * Check that all that was acknowledged is there if the power is lost now, and that no
	 * checkpoint took it.
	 */
	private void checkDisk() throws IOException {
		Map<Long, String> expected = new ConcurrentSkipListMap<>(this.durable);
		Map<Long, String> found = new ConcurrentHashMap<>();
		try (LocalWalView view = onDisk()) {
			if (!view.firstLsn().isNone()) {
				try (WalReader reader = view.read(view.firstLsn())) {
					reader.forEach((record) -> found.put(record.lsn().value(), record.toText()));
				}
			}
			expected.keySet().removeIf((lsn) -> lsn <= view.checkpointLsn().value());
		}
		assertThat(found).as("on the disk").containsAllEntriesOf(expected);
	}

	private void end() throws IOException {
		this.disk.heal();
		checkDisk();
		try {
			this.wal.close();
		}
		catch (WalFailedException ex) {
			assertThat(this.failing).isTrue();
		}
		if (!this.failing) {
			this.durable.putAll(this.written);
		}
		this.durable.keySet().removeIf((lsn) -> lsn <= this.wal.checkpointLsn().value());
		checkDisk();
		for (SimulatedDisk crashed : List.of(this.disk.processCrash(), this.disk.powerLossOfEverythingUnforced())) {
			LogOpener.open(WriteAheadLog.builder(Path.of("simulated")).options(), crashed).close();
		}
	}

}
