// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WriteAheadLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the journal agrees with the log where a thread loses the processor between
 * its append and what follows.
 */
@Tag("R91")
@Tag("R93")
@Timeout(60)
class TraceOrderTests {

	private static final String SLOW = "slow";

	private final UUID trace = UUID.randomUUID();

	private final CountDownLatch appended = new CountDownLatch(1);

	private final CountDownLatch held = new CountDownLatch(1);

	@TempDir
	Path directory;

	private LocalWriteAheadLog log;

	private TraceJournal journal;

	@BeforeEach
	void open() {
		this.log = WriteAheadLog.builder(this.directory).segmentSize(64 * 1024).preallocate(false).open();
		WriteAheadLog delaying = (WriteAheadLog) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { WriteAheadLog.class }, (proxy, method, arguments) -> {
					try {
						Object result = method.invoke(this.log, arguments);
						if (method.getName().equals("append") && Thread.currentThread().getName().equals(SLOW)) {
							this.appended.countDown();
							assertThat(this.held.await(20, TimeUnit.SECONDS)).isTrue();
						}
						return result;
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
		this.journal = new TraceJournal(delaying);
	}

	@AfterEach
	void close() {
		this.log.close();
	}

	/**
	 * Do something slowly, and something else after its append.
	 */
	private void overtake(Runnable slow, Runnable fast) throws InterruptedException {
		Thread thread = new Thread(slow, SLOW);
		thread.start();
		assertThat(this.appended.await(20, TimeUnit.SECONDS)).isTrue();
		fast.run();
		this.held.countDown();
		thread.join();
		assertThat(this.journal.openTraces(10)).isEqualTo(this.journal.scan().incompleteTraces());
		assertThat(this.journal.suspendedCount()).isEqualTo(this.journal.scan().suspendedCount());
	}

	@Test
	void traceThatBeginsAnewWhileItEndsIsOpen() throws InterruptedException {
		this.journal.startTrace(this.trace, "first run");
		overtake(() -> this.journal.completeTrace(this.trace), () -> this.journal.startTrace(this.trace, "second run"));
		assertThat(this.journal.openCount()).isOne();
		assertThat(this.journal.checkpointLimit(this.log.durableLsn())).isEqualTo(Lsn.of(2));
		this.log.rotate();
		this.log.append(new byte[1]);
		this.log.checkpoint(this.journal.checkpointLimit(this.log.durableLsn()));
		assertThat(this.journal.scan().incompleteTrace(this.trace)).isPresent();
	}

	@Test
	void traceThatEndsBeforeItsStartIsKnownHasEnded() throws InterruptedException {
		overtake(() -> this.journal.startTrace(this.trace, null), () -> this.journal.failTrace(this.trace, "no"));
		assertThat(this.journal.openCount()).isZero();
	}

	@Test
	void olderStartDoesNotTakeThePlaceOfANewerOne() throws InterruptedException {
		overtake(() -> this.journal.startTrace(this.trace, "first run"),
				() -> this.journal.startTrace(this.trace, "second run"));
		assertThat(this.journal.openTrace(this.trace)).get().extracting(TraceState::firstLsn).isEqualTo(Lsn.of(2));
	}

	@Test
	void nodeOfTheFirstRunIsNotOneOfTheSecond() throws InterruptedException {
		this.journal.startTrace(this.trace, "first run");
		overtake(() -> this.journal.startNode(this.trace, 7), () -> this.journal.startTrace(this.trace, "second run"));
		assertThat(this.journal.openTrace(this.trace)).get()
			.satisfies((state) -> assertThat(state.startedNodes()).isEmpty());
	}

	@Test
	void traceThatWasResumedIsNotSuspended() throws InterruptedException {
		this.journal.startTrace(this.trace, null);
		overtake(() -> this.journal.suspend(this.trace, 1, "wait"), () -> this.journal.resume(this.trace));
		assertThat(this.journal.suspendedCount()).isZero();
	}

	@Test
	void checkpointDoesNotPassAStartThatIsNotKnownYet() throws InterruptedException {
		overtake(() -> this.journal.startTrace(this.trace, null),
				() -> assertThat(this.journal.checkpointLimit(this.log.durableLsn())).isEqualTo(Lsn.NONE));
	}

}
