// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.foreign;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalException;
import dev.wal.WalObserver;
import dev.wal.WalOptions;
import dev.wal.WalState;
import dev.wal.WriteAheadLog;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.testing.TestRecords;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Has code of the application throw or block, says what became of the log, and checks
 * that the log went on, closed, and lost nothing.
 */
public final class ForeignRun {

	private final ForeignCall call;

	private final Conduct conduct;

	private final SyncPolicy policy;

	private final SimulatedDisk disk = new SimulatedDisk();

	private final CountDownLatch called = new CountDownLatch(1);

	private final CountDownLatch released = new CountDownLatch(1);

	private final AtomicBoolean armed = new AtomicBoolean();

	private final ListAppender<ILoggingEvent> events = new ListAppender<>();

	public ForeignRun(ForeignCall call, Conduct conduct, SyncPolicy policy) {
		this.call = call;
		this.conduct = conduct;
		this.policy = policy;
	}

	/**
	 * Return what happens, in a word.
	 */
	public String run() throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger("dev.wal");
		logger.setLevel(Level.WARN);
		this.events.start();
		logger.addAppender(this.events);
		try {
			return runListening();
		}
		finally {
			this.released.countDown();
			logger.detachAppender(this.events);
			logger.setLevel(null);
		}
	}

	private String runListening() throws Exception {
		WalOptions options = options();
		SegmentedLog log = LogOpener.open(options, this.disk);
		log.append(TestRecords.text("1"));
		log.sync();
		this.armed.set(true);
		Thread victim = start(() -> provoke(log));
		assertThat(this.called.await(20, TimeUnit.SECONDS)).as("called").isTrue();
		victim.join((this.conduct == Conduct.BLOCKS) ? 200 : 20_000);
		boolean waits = victim.isAlive();
		this.disk.heal();
		this.disk.capacity(Long.MAX_VALUE);
		boolean failed = this.call == ForeignCall.OBSERVER_FAILED;
		Lsn last = failed ? Lsn.FIRST : ended(() -> log.append(TestRecords.text("later"), SyncPolicy.always()));
		assertThat(log.status().state()).isEqualTo(failed ? WalState.FAILED : WalState.OPEN);
		ended(() -> {
			try {
				log.close();
			}
			catch (WalException ex) {
				assertThat(failed).as("close throws").isTrue();
			}
			return last;
		});
		assertThat(this.disk.isLocked()).isFalse();
		assertThat(this.disk.openFiles()).isZero();
		List<String> warnings = warnings();
		this.released.countDown();
		victim.join();
		assertRecovers(options, last);
		return word(waits, warnings);
	}

	private WalOptions options() {
		return WriteAheadLog.builder(Path.of("simulated"))
			.segmentSize(1 << 20)
			.preallocate(false)
			.syncPolicy(this.policy)
			.closeTimeout(Duration.ofMillis(300))
			.observer(new Observer())
			.clock(new TestClock())
			.options();
	}

	private void provoke(SegmentedLog log) {
		switch (this.call) {
			case LISTENER -> log.subscribe(Lsn.FIRST, (record) -> conduct(ForeignCall.LISTENER));
			case DEPENDENT -> holdUp(log);
			case OBSERVER_APPENDED_ASYNC -> assertThat(log.appendAsync(new byte[1])).isNotNull();
			case OBSERVER_REJECTED, OBSERVER_STATE_CHANGED -> this.disk.room(40);
			case OBSERVER_FAILED -> this.disk
				.inject(DiskFaults.failing((call) -> call.kind() == DiskCall.Kind.WRITE, DiskFaults::inputOutputError));
			default -> {
				// The append below is enough.
			}
		}
		try {
			log.append(new byte[100], this.policy);
			log.sync();
		}
		catch (WalException ex) {
			assertThat(this.call).isIn(ForeignCall.OBSERVER_REJECTED, ForeignCall.OBSERVER_STATE_CHANGED,
					ForeignCall.OBSERVER_FAILED);
		}
	}

	/**
	 * Append until a future is completed after it got its dependent.
	 */
	private void holdUp(SegmentedLog log) {
		Thread caller = Thread.currentThread();
		while (this.called.getCount() > 0) {
			log.appendAsync(new byte[1]).thenRun(() -> {
				if (Thread.currentThread() != caller) {
					conduct(ForeignCall.DEPENDENT);
				}
			}).isDone();
		}
	}

	/**
	 * Called where the application's code is.
	 */
	private void conduct(ForeignCall where) {
		if (where != this.call || !this.armed.get()) {
			return;
		}
		if (this.conduct == Conduct.BLOCKS) {
			// Once: it is another call of the application's that is to go on.
			this.armed.set(false);
		}
		this.called.countDown();
		if (this.conduct == Conduct.THROWS) {
			throw new IllegalStateException("thrown by the application");
		}
		if (this.conduct == Conduct.THROWS_ERROR) {
			throw new NoClassDefFoundError("thrown by the application");
		}
		boolean free = false;
		while (!free) {
			try {
				free = this.released.await(60, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				throw new AssertionError("The log interrupts no thread", ex);
			}
		}
	}

	private String word(boolean waits, List<String> warnings) {
		if (this.conduct == Conduct.BLOCKS) {
			if (warnings.stream().anyMatch((line) -> line.contains("is not waited for") && line.contains("conduct"))) {
				return waits ? "waits, abandoned" : "abandoned";
			}
			assertThat(waits).as("silent").isTrue();
			return "waits";
		}
		assertThat(waits).isFalse();
		if (this.call == ForeignCall.DEPENDENT) {
			// It is in the future that depends, where the application looks for it.
			return "ok";
		}
		String culprit = (this.call == ForeignCall.LISTENER) ? "will be delivered again" : "threw an exception";
		List<String> logged = warnings.stream().filter((line) -> line.contains(culprit)).toList();
		assertThat(logged).as("logged").isNotEmpty();
		if (this.call == ForeignCall.LISTENER) {
			return "again";
		}
		assertThat(logged).as("logged").hasSize(1);
		return "logged";
	}

	private List<String> warnings() {
		return List.copyOf(this.events.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	private void assertRecovers(WalOptions options, Lsn last) {
		this.armed.set(false);
		try (SegmentedLog log = LogOpener.open(options, this.disk)) {
			assertThat(log.lastLsn().isAfter(last) || log.lastLsn().equals(last)).isTrue();
			assertThat(TestRecords.lsns(TestRecords.readAll(log))).hasSize((int) log.lastLsn().value());
		}
	}

	private static Thread start(Runnable task) {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	/**
	 * Do what must end.
	 */
	private static Lsn ended(Supplier<Lsn> step) throws Exception {
		return CompletableFuture.supplyAsync(step, ForeignRun::start).get(20, TimeUnit.SECONDS);
	}

	/**
	 * What the code does.
	 */
	public enum Conduct {

		THROWS, THROWS_ERROR, BLOCKS

	}

	private final class Observer implements WalObserver {

		@Override
		public void appended(int records, long bytes, long nanos) {
			conduct(ForeignCall.OBSERVER_APPENDED);
			if (Thread.currentThread().getName().equals("wal-completions")) {
				conduct(ForeignCall.OBSERVER_APPENDED_ASYNC);
			}
		}

		@Override
		public void written(int records, int bytes, long nanos) {
			conduct(ForeignCall.OBSERVER_WRITTEN);
		}

		@Override
		public void forced(long nanos) {
			conduct(ForeignCall.OBSERVER_FORCED);
		}

		@Override
		public void rejected(WalException reason) {
			conduct(ForeignCall.OBSERVER_REJECTED);
		}

		@Override
		public void stateChanged(WalState state) {
			if (state == WalState.FULL) {
				conduct(ForeignCall.OBSERVER_STATE_CHANGED);
			}
		}

		@Override
		public void failed(Throwable cause) {
			conduct(ForeignCall.OBSERVER_FAILED);
		}

	}

	private final class TestClock extends Clock {

		@Override
		public Instant instant() {
			conduct(ForeignCall.CLOCK);
			return Instant.EPOCH;
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
