// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import dev.wal.internal.segment.BlockReader.Step;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * JMH does not run in the build: what it would run, does.
 */
class BlockBenchmarkTests {

	@Test
	void whatIsEncodedIsDecoded() throws Exception {
		BlockBenchmark benchmark = new BlockBenchmark();

		assertThat(benchmark.copy().position()).isEqualTo(64 * 256);
		assertThat(benchmark.encode().remaining()).isGreaterThan(64 * 256);
		assertThat(benchmark.checksum()).isEqualTo(benchmark.checksum());
		assertThat(benchmark.decode()).isEqualTo(Step.BLOCK);
		assertThat(benchmark.decode()).isEqualTo(Step.BLOCK);
	}

}
