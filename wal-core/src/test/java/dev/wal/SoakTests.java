// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

import dev.wal.testing.process.SoakLoad;
import dev.wal.testing.process.SoakSample;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keeps a log under load, and closes and opens it now and then: whatever it uses must not
 * grow.
 * <p>
 * Runs with {@code -Psoak}, for {@code -Dwal.soak.seconds} (600 unless told otherwise).
 * Prints a line for each sample, and draws them in {@code target/soak.svg}.
 */
@Tag("soak")
class SoakTests {

	private static final int SECONDS = Integer.getInteger("wal.soak.seconds", 600);

	private static final int RESTARTS = 20;

	private static final int SAMPLES_PER_RUN = 3;

	private static final long MEBIBYTE = 1 << 20;

	@TempDir
	private Path directory;

	private final List<SoakSample> samples = new ArrayList<>();

	@Test
	@Tag("I24")
	void nothingGrowsUnderLoad() throws Exception {
		long began = System.nanoTime();
		SoakLoad load = new SoakLoad(this.directory);
		System.out.println(SoakSample.HEADER);
		for (int run = 1; run <= RESTARTS; run++) {
			load.start();
			for (int i = 1; i <= SAMPLES_PER_RUN; i++) {
				long next = (run - 1L) * SAMPLES_PER_RUN + i;
				awaitUntil(began + TimeUnit.SECONDS.toNanos(SECONDS) * next / (RESTARTS * SAMPLES_PER_RUN));
				load.check();
				SoakSample sample = SoakSample.take(began, this.directory, load);
				this.samples.add(sample);
				System.out.println(sample);
			}
			load.stop();
		}
		Files.writeString(Path.of("target", "soak.svg"), SoakSample.draw(this.samples));
		assertFlat("heap", SoakSample::heap, 2 * MEBIBYTE);
		assertFlat("direct memory", SoakSample::direct, MEBIBYTE);
		assertFlat("threads", SoakSample::threads, 1);
		assertFlat("descriptors", SoakSample::descriptors, 3);
		assertFlat("disk", SoakSample::disk, 4 * SoakLoad.SEGMENT_SIZE);
	}

	private static void awaitUntil(long moment) {
		for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	/**
	 * Compare the second half of the samples with the first, without those of the first
	 * runs, in which classes are loaded and compiled.
	 */
	private void assertFlat(String what, ToLongFunction<SoakSample> value, long tolerance) {
		List<SoakSample> warm = this.samples.subList(2 * SAMPLES_PER_RUN, this.samples.size());
		long first = median(warm.subList(0, warm.size() / 2), value);
		long second = median(warm.subList(warm.size() / 2, warm.size()), value);
		System.out.printf("%s: median %d, then %d%n", what, first, second);
		assertThat(second).as("%s, the median of the second half", what).isLessThanOrEqualTo(first + tolerance);
	}

	private static long median(List<SoakSample> samples, ToLongFunction<SoakSample> value) {
		return samples.stream().mapToLong(value).sorted().skip(samples.size() / 2).findFirst().orElseThrow();
	}

}
