// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.time.Duration;

import dev.wal.internal.thread.LogThread;
import dev.wal.internal.thread.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for when a force is due.
 */
@Tag("R37")
class FlusherTests {

	private static final Duration INTERVAL = Duration.ofMillis(20);

	/** What is due already, on a clock of any resolution. */
	private static final Duration OVERDUE = Duration.ofMillis(-1);

	private final LogThread thread = LogThread.start(Threads::daemon, "test-flusher");

	private final Flusher flusher = new Flusher(() -> false, (ex) -> {
	}, this.thread);

	@AfterEach
	void endThread() {
		this.thread.cancel();
	}

	@Test
	void aForceIsDueWhenTheIntervalHasPassedAndNotBefore() {
		long before = System.nanoTime();
		this.flusher.forceWithin(INTERVAL);
		long after = System.nanoTime();
		while (System.nanoTime() - after <= INTERVAL.toNanos()) {
			boolean due = this.flusher.isForceDue();
			assertThat(due && System.nanoTime() - before < INTERVAL.toNanos()).as("due too early").isFalse();
		}
		assertThat(this.flusher.isForceDue()).isTrue();
	}

	@Test
	void aLaterAppendDoesNotPutOffAForce() {
		this.flusher.forceWithin(OVERDUE);
		this.flusher.forceWithin(Duration.ofDays(1));
		assertThat(this.flusher.isForceDue()).isTrue();
	}

	@Test
	void aShorterIntervalBringsAForceForward() {
		this.flusher.forceWithin(Duration.ofDays(1));
		assertThat(this.flusher.isForceDue()).isFalse();
		this.flusher.forceWithin(OVERDUE);
		assertThat(this.flusher.isForceDue()).isTrue();
	}

	@Test
	void aForceServesAllThatWereDue() {
		this.flusher.forceWithin(OVERDUE);
		this.flusher.forcing();
		assertThat(this.flusher.isForceDue()).isFalse();
	}

}
