// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalFailedException;
import dev.wal.WriteAheadLog;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.QuietLog;
import dev.wal.testing.disk.FailingStorage;
import dev.wal.testing.disk.FailingStorage.Gate;
import dev.wal.testing.disk.FailingStorage.Operation;
import dev.wal.testing.schedule.Race;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FailStop}: each append that waits is told when the log fails.
 */
@Timeout(60)
@ExtendWith(QuietLog.class)
class FailStopTests {

	private static final byte[] PAYLOAD = new byte[100];

	@TempDir
	private Path directory;

	@Test
	@Tag("R46")
	void batchThatWaitsForItsForceIsToldOfALaterFailedWrite() throws Exception {
		FailingStorage storage = new FailingStorage(this.directory.resolve("log"));
		SegmentedLog log = LogOpener
			.open(WriteAheadLog.builder(this.directory.resolve("log")).preallocate(false).options(), storage);
		try (Race race = new Race()) {
			Gate force = storage.holdNext(Operation.FORCE);
			Future<Lsn> forcing = race.start(() -> log.append(PAYLOAD));
			force.awaitReached();
			CompletableFuture<Lsn> written = log.appendAsync(PAYLOAD);
			log.flush();
			storage.hook((operation, file) -> {
				if (operation == Operation.WRITE && SegmentName.parse(file).isPresent()) {
					throw new IOException("Input/output error");
				}
			});
			assertThatExceptionOfType(WalFailedException.class)
				.isThrownBy(() -> log.append(PAYLOAD, SyncPolicy.none()));
			assertThat(written).failsWithin(Duration.ofSeconds(20))
				.withThrowableThat()
				.withCauseInstanceOf(WalFailedException.class);
			force.open();
			assertThat(Race.join(forcing)).isEqualTo(Lsn.FIRST);
		}
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
	}

}
