// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A floor that loses or repeats records would be a floor that cheats.
 */
class GroupCommitTests {

	@Test
	void everyRecordIsCommittedOnceAndByOneThreadAtATime() throws Exception {
		int threads = 100;
		int appends = 200;
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger[] seen = new AtomicInteger[threads];
		for (int i = 0; i < threads; i++) {
			seen[i] = new AtomicInteger();
		}
		GroupCommit group = new GroupCommit((payloads, count) -> {
			assertThat(inside.incrementAndGet()).isOne();
			for (int i = 0; i < count; i++) {
				seen[payloads[i][0]].incrementAndGet();
			}
			inside.decrementAndGet();
		});
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		List<Future<?>> futures = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			byte[] payload = { (byte) i };
			AtomicInteger mine = seen[i];
			futures.add(executor.submit(() -> {
				for (int j = 1; j <= appends; j++) {
					group.append(payload);
					assertThat(mine).as("committed on return").hasValue(j);
				}
				return null;
			}));
		}
		for (Future<?> future : futures) {
			future.get();
		}
		executor.shutdown();
	}

	@Test
	void aFailureReachesTheCaller() {
		GroupCommit group = new GroupCommit((payloads, count) -> {
			throw new java.io.IOException("disk on fire");
		});

		assertThatIllegalStateException().isThrownBy(() -> group.append(new byte[1]))
			.withStackTraceContaining("disk on fire");
	}

}
