// SPDX-License-Identifier: Apache-2.0
package dev.wal.mutation;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs test classes against a mutant until one test fails, and says which.
 */
public final class MutantTestMain {

	static final int KILLED = 10;

	static final int SURVIVED = 11;

	private MutantTestMain() {
	}

	public static void main(String[] classes) {
		for (String name : classes) {
			LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
				.selectors(DiscoverySelectors.selectClass(name))
				.build();
			LauncherFactory.create().execute(request, new FirstFailure(name));
		}
		// Threads of the engine may hang.
		Runtime.getRuntime().halt(SURVIVED);
	}

	private static final class FirstFailure implements TestExecutionListener {

		private final String name;

		FirstFailure(String name) {
			this.name = name;
		}

		@Override
		@SuppressWarnings("SystemOut")
		public void executionFinished(TestIdentifier test, TestExecutionResult result) {
			if (result.getStatus() == TestExecutionResult.Status.FAILED) {
				System.out.println("\nkilled by " + this.name + " " + test.getDisplayName());
				System.out.flush();
				Runtime.getRuntime().halt(KILLED);
			}
		}

	}

}
