// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.wal.testing.TestWaits;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LogCloser}.
 */
@Timeout(60)
class LogCloserTests {

	@Test
	@Tag("R51")
	@Tag("R101")
	void anInterruptedThreadWaitsForTheCloseAndKeepsItsFlag() throws InterruptedException {
		LogCloser closer = new LogCloser(Duration.ofSeconds(10));
		CountDownLatch goOn = new CountDownLatch(1);
		AtomicBoolean interrupted = new AtomicBoolean();
		closer.add(() -> TestWaits.await().until(() -> goOn.getCount() == 0));
		Thread closing = new Thread(() -> closer.close(Path.of("log")));
		Thread waiting = new Thread(() -> {
			Thread.currentThread().interrupt();
			closer.awaitEnd();
			interrupted.set(Thread.currentThread().isInterrupted());
		});
		closing.start();
		waiting.start();
		TestWaits.await().until(() -> waiting.getState() == Thread.State.WAITING);
		goOn.countDown();
		waiting.join();
		closing.join();
		assertThat(interrupted).isTrue();
	}

}
