// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.opentest4j.TestAbortedException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every subject that takes many writers takes them, peers included.
 */
class SubjectTests {

	static final List<Subject> SUBJECTS = Stream
		.concat(Stream.of(new GroupFloor(Settings.MIB), WalSubject.withDefaults(), WalSubject.checkpointed()),
				AppendWorkload.peers().stream())
		.toList();

	@TempDir
	private Path directory;

	@ParameterizedTest
	@FieldSource("SUBJECTS")
	void manyWriters(Subject subject) throws Exception {
		int writers = 4;
		int appends = 5;
		byte[] payload = Load.payload(100);
		ExecutorService executor = Executors.newFixedThreadPool(writers);
		try (Subject.Log log = subject.open(this.directory, payload.length)) {
			List<Future<?>> futures = new ArrayList<>();
			for (int i = 0; i < writers; i++) {
				futures.add(executor.submit(() -> {
					for (int j = 0; j < appends; j++) {
						log.append(payload);
					}
					return null;
				}));
			}
			for (Future<?> future : futures) {
				future.get();
			}
			Subject.Counts counts = log.counts();
			if (!Double.isNaN(counts.payload())) {
				assertThat(counts.payload()).isEqualTo(writers * appends * payload.length);
				assertThat(counts.forces()).isBetween(1.0, (double) writers * appends);
			}
		}
		catch (LinkageError ex) {
			throw new TestAbortedException("No native library of " + subject.name() + " for this platform", ex);
		}
		finally {
			executor.shutdownNow();
		}
	}

}
