// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Waits for what threads of a log do in memory: it looks at once, and then each
 * millisecond.
 */
public final class TestWaits {

	private TestWaits() {
	}

	public static ConditionFactory await() {
		return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
	}

}
