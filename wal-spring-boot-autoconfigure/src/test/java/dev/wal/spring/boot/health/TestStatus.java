// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.health;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import dev.wal.Lsn;
import dev.wal.WalState;
import dev.wal.WalStatistics;
import dev.wal.WalStatus;
import org.jspecify.annotations.Nullable;

/**
 * A status for tests.
 */
public final class TestStatus {

	private TestStatus() {
	}

	public static WalStatus of(WalState state, @Nullable Throwable failure) {
		return new WalStatus("local", "data/wal", new UUID(1, 2), state, Lsn.of(3), Lsn.of(9), Lsn.of(7), Lsn.of(2),
				Duration.ofMillis(1500), 1, failure, (failure != null) ? Instant.EPOCH : null,
				new WalStatistics(1, 2, 3, 4, 5, Duration.ofSeconds(6), 7, 8, 9, 4, 3, 10));
	}

}
