// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.health;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.wal.DamagedRange;
import dev.wal.LocalStatus;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.RecordLoss;
import dev.wal.RecoveryReport;
import dev.wal.TailState;
import dev.wal.WalClosedException;
import dev.wal.WalDirectoryLostException;
import dev.wal.WalFullException;
import dev.wal.WalState;
import dev.wal.spring.FailureText;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.listener.WalListenerDeliveries;
import dev.wal.spring.listener.WalListenerDeliveries.Delivery;
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

	private final WalListenerDeliveries listeners = mock(WalListenerDeliveries.class);

	@BeforeEach
	void setUp() {
		given(this.wal.tailState()).willReturn(
				new TailState(TailState.Kind.TRUNCATED, "wal-1.log", 10, 5, Lsn.of(3), Lsn.of(2), false, "torn", null));
		given(this.wal.unwrap(LocalWriteAheadLog.class)).willReturn(Optional.of(this.wal));
		given(this.wal.localStatus())
			.willReturn(new LocalStatus(Path.of("data/wal"), 4, 5000, 60_000, 3, 0, null, null, 0));
		given(this.replay.state()).willReturn(WalReplayProgress.State.COMPLETED);
		given(this.replay.from()).willReturn(Lsn.of(3));
		given(this.replay.to()).willReturn(Lsn.of(6));
		given(this.replay.position()).willReturn(Lsn.of(6));
		given(this.replay.duration()).willReturn(Duration.ZERO);
		given(this.checkpointer.report()).willReturn(WalTaskReport.NONE);
	}

	@Test
	@Tag("R98")
	void isUpWithoutFiguresThatMove() {
		Health health = health(WalState.OPEN, null);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsOnly(Map.entry("state", WalState.OPEN),
				Map.entry("location", "data/wal"), Map.entry("tail", TailState.Kind.TRUNCATED));
	}

	@Test
	@Tag("R98")
	void isDownWithTheCauseWhenTheLogHasFailed() {
		Health health = health(WalState.FAILED, new IOException("the disk is gone"));
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).doesNotContainKey("error");
		assertThat(detail(health, "reason")).contains("the log has failed: the disk is gone.",
				"every record up to LSN 7 is on the disk");
		assertThat(detail(health, "next")).contains("dmesg", "restart", "docs/how-to/monitor.md");
	}

	@Test
	@Tag("R98")
	void saysThatTheDirectoryIsLostAndNotToRestart() {
		Health health = health(WalState.FAILED, new WalDirectoryLostException(Path.of("data/wal"),
				"the directory was deleted or moved", Lsn.of(7), 4711));
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(detail(health, "reason")).startsWith("the directory is lost: ")
			.contains("the directory was deleted or moved", "perhaps only this process", "/proc/4711/fd")
			.doesNotContain("force failed", "is on the disk");
		assertThat(detail(health, "next")).contains("Do not restart", "docs/how-to/stale-lock.md");
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
		Health health = health(WalState.FULL, new WalFullException(Path.of("data/wal"), 1064, 0, null));
		assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(detail(health, "reason")).contains("the disk is full", "1064 bytes needed", "0 available");
		assertThat(detail(health, "next")).contains("Free space", "by itself", "docs/how-to/full-disk.md");
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
		assertThat(detail(health, "reason")).startsWith("the next segment cannot be created: ");
		assertThat(detail(health, "next")).contains("Remove the reason");
	}

	@Test
	void isDownWhenTheReplayFailed() {
		given(this.replay.state()).willReturn(WalReplayProgress.State.FAILED);
		assertThat(health(WalState.OPEN, null).getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	@Tag("R103")
	void aCheckpointThatFailsIsAProblemWithReasonTimeAndNextStep() {
		Instant since = Instant.parse("2026-11-21T02:03:33Z");
		given(this.checkpointer.report())
			.willReturn(new WalTaskReport(4, new IllegalStateException("the database is away"), since, null));
		assertThat(problems(true)).singleElement().satisfies((problem) -> {
			assertThat(problem).containsEntry("reason", "Checkpoints fail: the database is away")
				.containsEntry("since", since);
			assertThat(problem.get("next")).asString().contains("WalCheckpointSource");
		});
		assertThat(problems(false).toString()).contains("IllegalStateException").doesNotContain("database");
	}

	@Test
	@Tag("R103")
	@Tag("R94")
	void aListenerThatFailsOrBlocksOrHasStoppedIsAProblem() {
		Throwable failure = new IllegalStateException("the broker is away");
		Duration hour = Duration.ofHours(1);
		listener(true, Duration.ofSeconds(2), failure);
		assertThat(problems(true)).singleElement()
			.asString()
			.contains("The listener 'mail' fails at LSN 5 of 7: the broker is away", "since=");
		listener(true, hour, null);
		assertThat(problems(true)).singleElement().asString().contains("'mail' has not returned from LSN 5 of 7");
		listener(false, Duration.ZERO, failure);
		assertThat(problems(true)).singleElement()
			.asString()
			.contains("'mail' gets no more records from LSN 5 on: the broker is away");
		listener(true, Duration.ofSeconds(50), null);
		assertThat(problems(true)).isEmpty();
		listener(true, Duration.ZERO, failure);
		assertThat(problems(true)).isEmpty();
	}

	private void listener(boolean active, Duration heldUpFor, @Nullable Throwable failure) {
		given(this.listeners.deliveries())
			.willReturn(List.of(new Delivery("mail", Lsn.of(5), active, 3, heldUpFor, failure)));
	}

	@Test
	@Tag("R103")
	void recordsThatWereGivenUpAreAProblemUntilAcknowledged() {
		found(new RecordLoss(2, List.of(new LsnRange(Lsn.of(3), Lsn.of(4))), 100));
		given(this.wal.localStatus()).willReturn(files(null, null, 2));
		assertThat(problems(true)).singleElement()
			.asString()
			.contains("2 acknowledged record(s) are lost", "acknowledge-loss", "docs/how-to/damaged-log.md");
		given(this.wal.localStatus()).willReturn(files(null, null, 0));
		assertThat(problems(true)).isEmpty();
	}

	@Test
	@Tag("R103")
	void damageWithoutALostRecordIsAProblem() {
		found(RecordLoss.NONE);
		assertThat(problems(true)).singleElement()
			.asString()
			.contains("1 damaged place(s)", "wal-1.log at offset 4096: x. No record is lost");
	}

	@Test
	@Tag("R103")
	void aDirectoryOrControlFileThatCannotBeUsedIsAProblem() {
		given(this.wal.localStatus()).willReturn(files("no descriptors", "no permission", 0));
		assertThat(problems(true)).hasSize(2)
			.satisfiesExactly(
					(problem) -> assertThat(problem.get("reason")).asString()
						.contains("whether the directory is still", "no descriptors"),
					(problem) -> assertThat(problem.get("reason")).asString()
						.contains("The control file cannot be written: no permission"));
	}

	private void found(RecordLoss loss) {
		RecoveryReport recovery = mock(RecoveryReport.class);
		given(recovery.damage())
			.willReturn(List.of(new DamagedRange("wal-1.log", 4096, 100, Lsn.of(3), Lsn.of(4), "x")));
		given(recovery.loss()).willReturn(loss);
		given(this.wal.recoveryReport()).willReturn(recovery);
	}

	private static LocalStatus files(@Nullable String directoryProblem, @Nullable String controlProblem, long lost) {
		return new LocalStatus(Path.of("data/wal"), 4, 5000, 60_000, 3, 0, directoryProblem, controlProblem, lost);
	}

	@SuppressWarnings("unchecked")
	private List<Map<String, Object>> problems(boolean messages) {
		given(this.wal.status()).willReturn(TestStatus.of(WalState.OPEN, null));
		Health health = new WalHealthIndicator(this.wal, this.replay, this.checkpointer, null, this.listeners,
				new FailureText(messages))
			.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		return (List<Map<String, Object>>) health.getDetails().getOrDefault("problems", List.of());
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
		Health health = new WalHealthIndicator(this.wal, null, null, null, null, new FailureText(true)).health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).doesNotContainKey("reason");
	}

	private Health health(WalState state, @Nullable Throwable failure) {
		given(this.wal.status()).willReturn(TestStatus.of(state, failure));
		return new WalHealthIndicator(this.wal, this.replay, this.checkpointer, null, this.listeners,
				new FailureText(true))
			.health();
	}

	private static String detail(Health health, String name) {
		return String.valueOf(health.getDetails().get(name));
	}

}
