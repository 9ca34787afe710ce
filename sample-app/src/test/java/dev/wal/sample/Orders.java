// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.wal.Lsn;
import dev.wal.RecoveryReport;
import dev.wal.TailState;

/**
 * Orders for tests.
 */
final class Orders {

	private Orders() {
	}

	static OrderRequest request(int number) {
		return new OrderRequest("Customer " + number, "Item " + number, 1 + number % 9, 100L + number,
				"client-" + number);
	}

	static Order order(long lsn) {
		return new Order(lsn, "Customer " + lsn, "Item " + lsn, 1, 10 * lsn, "client-" + lsn,
				Instant.parse("2026-01-01T00:00:00Z").plusMillis(lsn));
	}

	/**
	 * What a start on an empty log recovers.
	 */
	static Recovery.Summary nothingRecovered() {
		TailState tail = new TailState(TailState.Kind.CLEAN, null, 0, 0, Lsn.FIRST, null, null);
		RecoveryReport report = new RecoveryReport(Duration.ZERO, 0, 0, Lsn.NONE, Lsn.NONE, Lsn.NONE, Lsn.NONE, 0, true,
				tail, List.of());
		return new Recovery.Summary(Instant.EPOCH, Duration.ZERO, 0, 0, 0, 0, 0, 0, 0, report);
	}

}
