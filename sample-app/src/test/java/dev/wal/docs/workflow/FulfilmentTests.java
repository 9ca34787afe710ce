// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.workflow;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import dev.wal.docs.Application;
import dev.wal.trace.TraceJournal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of the bean that runs a workflow.
 */
class FulfilmentTests {

	@Test
	void nextStartContinuesAtTheStepThatWasNotCompleted(@TempDir Path directory) {
		World.calls.clear();
		World.paying = false;
		try (ConfigurableApplicationContext context = start(directory)) {
			assertThatIllegalStateException().isThrownBy(() -> context.getBean(Fulfilment.class).start("paper tape"));
		}
		World.paying = true;
		try (ConfigurableApplicationContext context = start(directory)) {
			assertThat(World.calls).containsExactly("reserve paper tape", "charge paper tape", "ship paper tape");
			assertThat(context.getBean(TraceJournal.class).openCount()).isZero();
		}
	}

	private static ConfigurableApplicationContext start(Path directory) {
		return Application.start(directory, List.of(Fulfilment.class, World.class, SameThread.class),
				"--wal.trace.enabled=true");
	}

	static class World implements Fulfilment.Warehouse, Fulfilment.Payments {

		static final List<String> calls = new ArrayList<>();

		static boolean paying;

		@Override
		public void reserve(String order) {
			calls.add("reserve " + order);
		}

		@Override
		public void ship(String order) {
			calls.add("ship " + order);
		}

		@Override
		public void charge(String key, String order) {
			if (!paying) {
				throw new IllegalStateException("no answer");
			}
			calls.add("charge " + order);
		}

	}

	static class SameThread implements Executor {

		@Override
		public void execute(Runnable command) {
			command.run();
		}

	}

}
