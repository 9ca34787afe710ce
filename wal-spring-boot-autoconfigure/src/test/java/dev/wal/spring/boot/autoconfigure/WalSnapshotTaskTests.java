// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

import dev.wal.Lsn;
import dev.wal.spring.FailureText;
import dev.wal.spring.boot.actuate.endpoint.WalEndpoint;
import dev.wal.spring.boot.health.WalHealthIndicator;
import dev.wal.spring.boot.metrics.WalMeters;
import dev.wal.spring.boot.metrics.WalMetrics;
import dev.wal.spring.checkpoint.WalCheckpointSource;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.replay.WalSnapshotTask;
import dev.wal.spring.replay.WalSnapshotter;
import dev.wal.spring.replay.WalSnapshotter.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WalSnapshotTask}: when it takes a snapshot, how many are kept, what is
 * deleted then, and what operators see of it.
 */
@ExtendWith(OutputCaptureExtension.class)
class WalSnapshotTaskTests extends AbstractSnapshotTests {

	@Test
	@Tag("R87")
	@Tag("R89")
	void logIsKeptBackToTheOldestSnapshot() {
		run((context) -> {
			WalCheckpointer checkpointer = context.getBean(WalCheckpointer.class);
			appendAndSnapshot(context, 20);
			assertThat(checkpointer.checkpoint().checkpointLsn()).as("with one of two snapshots").isEqualTo(Lsn.NONE);
			appendAndSnapshot(context, 20);
			assertThat(checkpointer.checkpoint().checkpointLsn()).isEqualTo(Lsn.of(20));
			appendAndSnapshot(context, 20);
			assertThat(checkpointer.checkpoint().firstLsn()).isGreaterThan(Lsn.FIRST);
			assertThat(wal(context).checkpointLsn()).isEqualTo(Lsn.of(40));
			assertThat(snapshotter(context).snapshots()).hasSize(2);
		});
	}

	@Test
	@Tag("R87")
	void nothingIsWrittenBeforeTheReplayHasFinished() {
		Tally tally = new Tally("tally");
		this.runner.withBean("tally", Tally.class, () -> tally).run((context) -> {
			tally.append(wal(context), 3);
			assertThat(snapshotter(context).snapshot().outcome()).isEqualTo(Outcome.NOT_READY);
			replay(context);
			assertThat(snapshotter(context).snapshot().outcome()).isEqualTo(Outcome.WRITTEN);
			assertThat(snapshotter(context).snapshot().outcome()).isEqualTo(Outcome.UNCHANGED);
			assertThat(snapshotter(context).writtenCount()).isEqualTo(1);
			assertThat(snapshotter(context).writtenTime()).isPositive();
		});
	}

	@Test
	@Tag("R87")
	void withoutHandlersThereIsNoDirectory() {
		this.runner.run((context) -> {
			replay(context);
			wal(context).append(new byte[1]);
			assertThat(snapshotter(context).snapshot().outcome()).isEqualTo(Outcome.NO_HANDLER);
			assertThat(this.temp.resolve("wal/snapshots")).doesNotExist();
		});
	}

	@Test
	@Tag("R87")
	void handlerThatHasAppliedNothingWritesNothing() {
		run((context) -> {
			wal(context).append(new byte[1]);
			assertThat(snapshotter(context).snapshot().outcome()).isEqualTo(Outcome.UNCHANGED);
			assertThat(this.temp.resolve("wal/snapshots")).isEmptyDirectory();
		});
	}

	@Test
	@Tag("R89")
	@Tag("property:wal.snapshot.every-records")
	void snapshotIsTakenAfterSoManyRecordsAndSegmentsAreDeleted() {
		this.runner = this.runner.withPropertyValues("wal.snapshot.every-records=10", "wal.snapshot.interval=1h",
				"wal.checkpoint.interval=1h");
		run((context) -> {
			for (int i = 0; i < 3; i++) {
				context.getBean(Tally.class).append(wal(context), 20);
				long lsn = wal(context).lastLsn().value();
				await().until(() -> newest(context) > lsn - 10);
			}
			await().until(() -> wal(context).firstLsn().value() > 1
					&& wal(context).checkpointLsn().equals(snapshotter(context).releasedLsn()));
		});
	}

	@Test
	@Tag("property:wal.checkpoint.enabled")
	void snapshotsAreTakenWhereOnlyCheckpointsAreDisabled() {
		this.runner = this.runner.withPropertyValues("wal.checkpoint.enabled=false", "wal.snapshot.interval=1ms");
		run((context) -> {
			context.getBean(Tally.class).append(wal(context), 5);
			await().until(() -> newest(context) == 5);
			context.getBean(Tally.class).append(wal(context), 5);
			await().until(() -> newest(context) == 10);
			assertThat(wal(context).checkpointLsn()).isEqualTo(Lsn.NONE);
		});
	}

	@Test
	@Tag("property:wal.snapshot.every-bytes")
	void snapshotIsTakenAfterSoManyBytes() {
		this.runner = this.runner.withPropertyValues("wal.snapshot.every-bytes=3KB", "wal.snapshot.interval=1h");
		run((context) -> {
			context.getBean(Tally.class).append(wal(context), 10);
			await().untilAsserted(() -> assertThat(newest(context)).isPositive());
		});
	}

	@Test
	@Tag("property:wal.snapshot.directory")
	void snapshotsAreInTheDirectory() {
		Path directory = this.temp.resolve("elsewhere");
		this.runner = this.runner.withPropertyValues("wal.snapshot.directory=" + directory);
		run((context) -> {
			appendAndSnapshot(context, 5);
			assertThat(snapshotter(context).snapshots()).singleElement()
				.satisfies((snapshot) -> assertThat(snapshot.file()).hasParent(directory).exists());
		});
	}

	@Test
	@Tag("R87")
	@Tag("property:wal.snapshot.kept")
	void asManySnapshotsAreKeptAsTheSettingSays() {
		this.runner = this.runner.withPropertyValues("wal.snapshot.kept=3");
		run((context) -> {
			for (int i = 0; i < 5; i++) {
				appendAndSnapshot(context, 5);
			}
			assertThat(snapshotter(context).snapshots()).hasSize(3);
		});
	}

	@Test
	@Tag("R89")
	void whatIsAppendedWhileASnapshotIsWrittenCountsForTheNext() {
		Tally tally = new Tally("tally") {

			private boolean first = true;

			@Override
			public synchronized Lsn writeSnapshot(OutputStream out) throws IOException {
				Lsn written = super.writeSnapshot(out);
				if (this.first) {
					this.first = false;
					append(wal, 10);
				}
				return written;
			}

		};
		this.runner
			.withPropertyValues("wal.snapshot.every-records=10", "wal.snapshot.interval=1h",
					"wal.checkpoint.interval=10ms")
			.withBean("tally", Tally.class, () -> tally)
			.run((context) -> {
				replay(context);
				tally.wal = wal(context);
				tally.append(wal(context), 10);
				await().untilAsserted(() -> assertThat(newest(context)).isEqualTo(20));
			});
	}

	@Test
	@Tag("R89")
	@Tag("R103")
	@Tag("property:wal.snapshot.interval")
	void failureIsCountedLoggedAndTriedAgainAndTheCheckpointGoesOn(CapturedOutput output) {
		boolean[] broken = { true };
		Tally tally = new Tally("tally") {

			@Override
			public synchronized Lsn writeSnapshot(OutputStream out) throws IOException {
				if (broken[0]) {
					throw new IOException("the state is locked");
				}
				return super.writeSnapshot(out);
			}

		};
		this.runner.withPropertyValues("wal.snapshot.interval=10ms", "wal.checkpoint.interval=10ms")
			.withBean("tally", Tally.class, () -> tally)
			.run((context) -> {
				replay(context);
				tally.append(wal(context), 3);
				await().until(() -> snapshotter(context).report().failureCount() >= 2);
				assertThat(snapshotter(context).report().lastFailure()).hasMessageContaining("the state is locked");
				assertThat(output).contains("Snapshot failed; retrying at the next interval");
				WalCheckpointer checkpointer = context.getBean(WalCheckpointer.class);
				await().until(() -> checkpointer.report().lastSuccess() != null);
				assertThat(snapshotter(context).snapshots()).isEmpty();
				synchronized (tally) {
					broken[0] = false;
				}
				await().until(() -> newest(context) == 3);
				await().until(() -> snapshotter(context).report().lastFailure() == null);
			});
	}

	@Test
	@Tag("R87")
	@Tag("R89")
	void smallestAnswerOfSourcesAndSnapshotsCounts() {
		Tally tally = new Tally("tally");
		this.runner.withPropertyValues("wal.snapshot.kept=1")
			.withBean("tally", Tally.class, () -> tally)
			.withBean(WalCheckpointSource.class, () -> () -> Lsn.of(7))
			.run((context) -> {
				replay(context);
				appendAndSnapshot(context, 9);
				assertThat(context.getBean(WalCheckpointer.class).checkpoint().checkpointLsn()).isEqualTo(Lsn.of(7));
			});
	}

	@Test
	@Tag("R85")
	@Tag("property:wal.retention.max-segments")
	void releasedSegmentsStayAsTheLimitsSayAndTheExcessIsShown() {
		this.runner
			.withPropertyValues("wal.retention.max-segments=3", "wal.retention.max-size=1GB",
					"wal.retention.max-age=7d")
			.withBean(WalCheckpointSource.class, () -> () -> Lsn.of(20))
			.run((context) -> {
				replay(context);
				new Tally("").append(wal(context), 60);
				context.getBean(WalCheckpointer.class).checkpoint();
				assertThat(wal(context).firstLsn().value()).isBetween(2L, 20L);
				int excess = wal(context).segmentCount() - 3;
				assertThat(wal(context).localStatus().retentionExcess()).isEqualTo(excess).isPositive();
				SimpleMeterRegistry registry = new SimpleMeterRegistry();
				new WalMetrics(Map.of("wal", wal(context)), null, null, null).bindTo(registry);
				assertThat(registry.get(WalMeters.RETENTION_EXCESS).gauge().value()).isEqualTo(excess);
				WalEndpoint.WalDescriptor descriptor = new WalEndpoint(wal(context), null, null, null, null,
						new FailureText(true))
					.wal();
				assertThat(descriptor.status().retentionExcess()).isEqualTo(excess);
				assertThat(descriptor.configuration()).containsEntry("retention",
						Map.of("maxSegments", 3, "maxSize", 1L << 30, "maxAge", "PT168H"));
			});
	}

	@Test
	@Tag("R97")
	@Tag("R98")
	@Tag("R99")
	void operatorsSeeTheSnapshots() {
		run((context) -> {
			appendAndSnapshot(context, 5);
			WalSnapshotter snapshotter = snapshotter(context);
			long size = snapshotter.snapshots().get(0).length();
			WalEndpoint endpoint = new WalEndpoint(wal(context), null, null, null, snapshotter, new FailureText(true));
			WalEndpoint.SnapshotDescriptor descriptor = Objects.requireNonNull(endpoint.wal().snapshot());
			assertThat(descriptor.lsn()).isEqualTo(5);
			assertThat(descriptor.count()).isEqualTo(1);
			assertThat(descriptor.size()).isEqualTo(size);
			assertThat(descriptor.age()).startsWith("PT");
			assertThat(descriptor.releasedLsn()).isZero();
			assertThat(endpoint.perform(WalEndpoint.Operation.SNAPSHOT).outcome())
				.isEqualTo("the newest snapshot is up to date");
			context.getBean(Tally.class).append(wal(context), 1);
			assertThat(endpoint.perform(WalEndpoint.Operation.SNAPSHOT).lsn()).isEqualTo(6);
			assertThat(
					new WalHealthIndicator(wal(context), null, null, snapshotter, null, new FailureText(true)).health()
						.getDetails())
				.doesNotContainKey("problems");
			SimpleMeterRegistry registry = new SimpleMeterRegistry();
			new WalMetrics(Map.of("wal", wal(context)), null, null, snapshotter).bindTo(registry);
			assertThat(registry.get(WalMeters.SNAPSHOT).functionTimer().count()).isEqualTo(2);
			assertThat(registry.get(WalMeters.SNAPSHOT_AGE).timeGauge().value()).isNotNegative();
			assertThat(registry.get(WalMeters.SNAPSHOT_SIZE).gauge().value()).isGreaterThan((double) size);
			assertThat(registry.get(WalMeters.SNAPSHOTS).gauge().value()).isEqualTo(2);
			assertThat(registry.get(WalMeters.LSN_SNAPSHOT).gauge().value()).isEqualTo(6);
			assertThat(registry.get(WalMeters.SNAPSHOT_FAILURES).functionCounter().count()).isZero();
		});
	}

}
