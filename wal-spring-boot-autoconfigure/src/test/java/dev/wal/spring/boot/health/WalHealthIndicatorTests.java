// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.health;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import dev.wal.LocalStatus;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.TailState;
import dev.wal.WalClosedException;
import dev.wal.WalState;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalTaskReport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link WalHealthIndicator}.
 */
class WalHealthIndicatorTests {

	private final LocalWriteAheadLog wal = mock(LocalWriteAheadLog.class);

	private final WalReplayProgress replay = mock(WalReplayProgress.class);

	private final WalCheckpointer checkpointer = mock(WalCheckpointer.class);

	@BeforeEach
	void setUp() {
		given(this.wal.tailState())
			.willReturn(new TailState(TailState.Kind.TRUNCATED, "wal-1.log", 10, 5, Lsn.of(3), "torn", null));
		given(this.wal.unwrap(LocalWriteAheadLog.class)).willReturn(Optional.of(this.wal));
		given(this.wal.localStatus()).willReturn(new LocalStatus(Path.of("data/wal"), 4, 5000, 60_000, 3, 0, null));
		given(this.replay.state()).willReturn(WalReplayProgress.State.COMPLETED);
		given(this.replay.from()).willReturn(Lsn.of(3));
		given(this.replay.to()).willReturn(Lsn.of(6));
		given(this.replay.position()).willReturn(Lsn.of(6));
		given(this.replay.duration()).willReturn(Duration.ZERO);
		given(this.checkpointer.report()).willReturn(WalTaskReport.NONE);
	}

	@Test
	@Tag("R98")
	void isUpWithDetails() {
		Health health = health(WalState.OPEN, null);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("state", WalState.OPEN)
			.containsEntry("location", "data/wal")
			.containsEntry("lastLsn", 9L)
			.containsEntry("durableLsn", 7L)
			.containsEntry("checkpointLsn", 2L)
			.containsEntry("tail", TailState.Kind.TRUNCATED)
			.containsEntry("oldestUnsynced", "PT1.5S")
			.containsEntry("usableSpace", 60_000L)
			.containsKey("replay")
			.doesNotContainKey("checkpointFailure");
	}

	@Test
	@Tag("R98")
	void isDownWithTheCauseWhenTheLogHasFailed() {
		Health health = health(WalState.FAILED, new IOException("the disk is gone"));
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("error", "java.io.IOException: the disk is gone")
			.containsEntry("reason", "a write or a force failed")
			.containsEntry("durableLsn", 7L);
	}

	@Test
	@Tag("R98")
	void isDownAndOpensNothingWhenTheLogIsNotOpen() {
		Health health = health(WalState.CLOSED, null);
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("reason", "the log is not open").doesNotContainKey("tail");
		verify(this.wal, never()).tailState();
	}

	@Test
	@Tag("R98")
	void isOutOfServiceWhileTheDiskIsFull() {
		Health health = health(WalState.FULL, null);
		assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(health.getDetails()).containsEntry("reason", "the disk is full");
	}

	@ParameterizedTest
	@EnumSource(names = { "PENDING", "RUNNING" })
	@Tag("R98")
	void isOutOfServiceUntilTheReplayHasFinished(WalReplayProgress.State state) {
		given(this.replay.state()).willReturn(state);
		assertThat(health(WalState.OPEN, null).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
	}

	@Test
	@Tag("R98")
	void isOutOfServiceWhileNoSegmentCanBeCreated() {
		Health health = health(WalState.REJECTING, null);
		assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(health.getDetails()).containsEntry("reason", "the next segment cannot be created");
	}

	@Test
	void isDownWhenTheReplayFailed() {
		given(this.replay.state()).willReturn(WalReplayProgress.State.FAILED);
		assertThat(health(WalState.OPEN, null).getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	@Tag("R103")
	void showsAFailedCheckpointWithoutItsMessage() {
		given(this.checkpointer.report()).willReturn(new WalTaskReport(4, new IllegalStateException("secret"), null));
		Health health = health(WalState.OPEN, null);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("checkpointFailure", "java.lang.IllegalStateException")
			.containsEntry("checkpointFailures", 4L);
		assertThat(health.toString()).doesNotContain("secret");
	}

	@Test
	void survivesALogThatClosesInBetween() {
		given(this.wal.tailState()).willThrow(new WalClosedException("closed"));
		Health health = health(WalState.OPEN, null);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).doesNotContainKey("tail");
	}

	@Test
	void needsNeitherReplayNorCheckpointer() {
		given(this.wal.status()).willReturn(TestStatus.of(WalState.OPEN, null));
		Health health = new WalHealthIndicator(this.wal, null, null, null).health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).doesNotContainKey("replay");
	}

	private Health health(WalState state, @Nullable Throwable failure) {
		given(this.wal.status()).willReturn(TestStatus.of(state, failure));
		return new WalHealthIndicator(this.wal, this.replay, this.checkpointer, null).health();
	}

}
