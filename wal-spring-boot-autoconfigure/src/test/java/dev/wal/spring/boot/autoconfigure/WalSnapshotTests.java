// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.LongStream;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.snapshot.SnapshotInfo;
import dev.wal.snapshot.WalSnapshotException;
import dev.wal.spring.boot.actuate.endpoint.WalEndpoint;
import dev.wal.spring.boot.health.WalHealthIndicator;
import dev.wal.spring.boot.metrics.WalMeters;
import dev.wal.spring.boot.metrics.WalMetrics;
import dev.wal.spring.checkpoint.WalCheckpointSource;
import dev.wal.spring.checkpoint.WalCheckpointTask;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.replay.WalReplayHandler;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalReplayer;
import dev.wal.spring.replay.WalRestoreException;
import dev.wal.spring.replay.WalSnapshotHandler;
import dev.wal.spring.replay.WalSnapshotTask;
import dev.wal.spring.replay.WalSnapshotter;
import dev.wal.spring.replay.WalSnapshotter.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WalSnapshotTask}, and how {@link WalReplayer} and
 * {@link WalCheckpointTask} use it.
 */
@ExtendWith(OutputCaptureExtension.class)
class WalSnapshotTests {

	@TempDir
	Path temp;

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"), "wal.segment-size=8KB");
	}

	/**
	 * Remembers the LSN of every record that it was given, each time that it was.
	 */
	private static class Tally implements WalSnapshotHandler {

		private final String name;

		/** For those that append by themselves. */
		volatile LocalWriteAheadLog wal;

		final List<Long> applied = new ArrayList<>();

		final List<Long> replayed = new ArrayList<>();

		Lsn restored;

		Tally(String name) {
			this.name = name;
		}

		synchronized void append(LocalWriteAheadLog wal, int records) {
			for (int i = 0; i < records; i++) {
				this.applied.add(wal.append(new byte[1000]).value());
			}
		}

		@Override
		public synchronized void onRecord(WalRecord record) {
			this.applied.add(record.lsn().value());
			this.replayed.add(record.lsn().value());
		}

		@Override
		public String snapshotName() {
			return this.name;
		}

		@Override
		public synchronized Lsn writeSnapshot(OutputStream out) throws IOException {
			DataOutputStream data = new DataOutputStream(out);
			for (long lsn : this.applied) {
				data.writeLong(lsn);
			}
			return this.applied.isEmpty() ? Lsn.NONE : Lsn.of(this.applied.get(this.applied.size() - 1));
		}

		@Override
		public void restoreSnapshot(InputStream in, Lsn lsn) throws IOException {
			byte[] all = in.readAllBytes();
			DataInputStream data = new DataInputStream(new java.io.ByteArrayInputStream(all));
			for (int i = 0; i < all.length; i += Long.BYTES) {
				this.applied.add(data.readLong());
			}
			this.restored = lsn;
		}

	}

	private static List<Long> upTo(long lsn) {
		return LongStream.rangeClosed(1, lsn).boxed().toList();
	}

	private static void replay(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		context.getBean(WalReplayRunner.class).run(null);
	}

	private static LocalWriteAheadLog wal(AssertableApplicationContext context) {
		return context.getBean(LocalWriteAheadLog.class);
	}

	private static WalSnapshotter snapshotter(AssertableApplicationContext context) {
		return context.getBean(WalSnapshotter.class);
	}

	private Tally run(Consumer<AssertableApplicationContext> steps) {
		Tally tally = new Tally("tally");
		this.runner.withBean("tally", Tally.class, () -> tally).run((context) -> {
			replay(context);
			steps.accept(context);
		});
		return tally;
	}

	private static void appendAndSnapshot(AssertableApplicationContext context, int records) {
		context.getBean(Tally.class).append(wal(context), records);
		assertThat(snapshotter(context).snapshot().outcome()).isEqualTo(Outcome.WRITTEN);
	}

	@Test
	@Tag("R87")
	@Tag("D16")
	void replayBeginsAboveTheSnapshotAndAppliesNothingTwice() {
		run((context) -> {
			appendAndSnapshot(context, 5);
			context.getBean(Tally.class).append(wal(context), 3);
		});
		Tally tally = run((context) -> {
			WalReplayProgress progress = context.getBean(WalReplayProgress.class);
			assertThat(progress.from()).isEqualTo(Lsn.of(6));
			assertThat(progress.to()).isEqualTo(Lsn.of(8));
		});
		assertThat(tally.restored).isEqualTo(Lsn.of(5));
		assertThat(tally.replayed).containsExactly(6L, 7L, 8L);
		assertThat(tally.applied).isEqualTo(upTo(8));
	}

	@Test
	@Tag("R87")
	@Tag("D16")
	void handlersMayStandAtDifferentLsns() {
		Tally[] behind = new Tally[1];
		for (int start = 1; start <= 2; start++) {
			behind[0] = new Tally("behind");
			boolean first = start == 1;
			Tally ahead = new Tally("ahead");
			this.runner.withBean("behind", WalSnapshotHandler.class, () -> behind[0])
				.withBean("ahead", WalSnapshotHandler.class, () -> ahead)
				.run((context) -> {
					replay(context);
					if (first) {
						ahead.append(wal(context), 7);
						behind[0].applied.addAll(upTo(4));
						assertThat(snapshotter(context).snapshot().lsn()).isEqualTo(Lsn.of(4));
					}
				});
			if (!first) {
				assertThat(ahead.restored).isEqualTo(Lsn.of(7));
				assertThat(ahead.replayed).isEmpty();
				assertThat(behind[0].restored).isEqualTo(Lsn.of(4));
				assertThat(behind[0].applied).isEqualTo(upTo(7));
			}
		}
	}

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
	@Tag("D29")
	void olderSnapshotAndTheLogMakeUpForADamagedOne() throws IOException {
		Path[] newest = new Path[1];
		run((context) -> {
			for (int i = 0; i < 4; i++) {
				appendAndSnapshot(context, 20);
				context.getBean(WalCheckpointer.class).checkpoint();
			}
			context.getBean(Tally.class).append(wal(context), 5);
			newest[0] = snapshotter(context).snapshots().get(1).file();
		});
		damage(newest[0]);
		Tally tally = run((context) -> {
			assertThat(snapshotter(context).damaged()).containsExactly(Path.of(newest[0] + ".damaged"));
			SimpleMeterRegistry registry = new SimpleMeterRegistry();
			new WalMetrics(java.util.Map.of("wal", wal(context)), null, null, snapshotter(context)).bindTo(registry);
			assertThat(registry.get(WalMeters.SNAPSHOTS_DAMAGED).gauge().value()).isEqualTo(1);
		});
		assertThat(tally.restored).isEqualTo(Lsn.of(60));
		assertThat(tally.applied).isEqualTo(upTo(85));
	}

	private static void damage(Path file) throws IOException {
		byte[] content = Files.readAllBytes(file);
		content[content.length / 2] ^= 1;
		Files.write(file, content);
	}

	@Test
	@Tag("R87")
	@Tag("R102")
	void withoutAnySnapshotThatIsLeftTheStartFails() {
		this.runner = this.runner.withPropertyValues("wal.snapshot.kept=1");
		run((context) -> {
			appendAndSnapshot(context, 40);
			context.getBean(WalCheckpointer.class).checkpoint();
			assertThat(wal(context).firstLsn().value()).isGreaterThan(1);
			try {
				Files.delete(snapshotter(context).snapshots().get(0).file());
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		});
		this.runner.withBean("tally", Tally.class, () -> new Tally("tally"))
			.run((context) -> assertThatExceptionOfType(WalSnapshotException.class).isThrownBy(() -> replay(context))
				.withMessageContaining(this.temp.resolve("wal/snapshots").toString()));
	}

	@Test
	@Tag("R87")
	void handlerWhosePartIsMissingFailsTheStart() {
		this.runner = this.runner.withPropertyValues("wal.snapshot.kept=1");
		run((context) -> {
			appendAndSnapshot(context, 40);
			context.getBean(WalCheckpointer.class).checkpoint();
		});
		this.runner.withBean("renamed", Tally.class, () -> new Tally("renamed"))
			.run((context) -> assertThatExceptionOfType(WalSnapshotException.class).isThrownBy(() -> replay(context))
				.withMessageContainingAll("'renamed'", "restore the old name"));
		Tally brought = new Tally("brought") {

			@Override
			public Lsn initialLsn() {
				return Lsn.of(40);
			}

		};
		this.runner.withBean("brought", Tally.class, () -> brought).run((context) -> {
			replay(context);
			assertThat(brought.replayed).isEmpty();
		});
	}

	@Test
	@Tag("R87")
	void handlerThatCannotRestoreFailsTheStartAndIsNamed() {
		run((context) -> appendAndSnapshot(context, 3));
		this.runner.withBean("broken", Tally.class, () -> new Tally("tally") {

			@Override
			public void restoreSnapshot(InputStream in, Lsn lsn) {
				throw new IllegalArgumentException("secret");
			}

		})
			.run((context) -> assertThatExceptionOfType(WalRestoreException.class).isThrownBy(() -> replay(context))
				.withMessageContainingAll("'broken'", "IllegalArgumentException", "snapshot-00000000000000000003.snap")
				.withMessageNotContaining("secret"));
	}

	@Test
	@Tag("R87")
	void handlersOfTheSameNameAreRefused() {
		this.runner.withBean("one", WalSnapshotHandler.class, () -> new Tally("same"))
			.withBean("other", WalSnapshotHandler.class, () -> new Tally("same"))
			.run((context) -> assertThatIllegalStateException().isThrownBy(() -> replay(context))
				.withMessageContaining("'same'"));
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

	private static long newest(AssertableApplicationContext context) {
		List<SnapshotInfo> all = snapshotter(context).snapshots();
		return all.isEmpty() ? 0 : all.get(all.size() - 1).lsn().value();
	}

	@Test
	@Tag("R87")
	@Tag("R89")
	@Tag("property:wal.snapshot.enabled")
	void noneIsTakenWhereThatIsDisabledButTheNewestIsRestored() {
		run((context) -> appendAndSnapshot(context, 5));
		this.runner = this.runner.withPropertyValues("wal.snapshot.enabled=false", "wal.snapshot.interval=1ms",
				"wal.checkpoint.interval=1ms");
		Tally tally = run((context) -> {
			context.getBean(Tally.class).append(wal(context), 5);
			WalCheckpointer checkpointer = context.getBean(WalCheckpointer.class);
			await().until(() -> checkpointer.report().lastSuccess() != null);
			assertThat(newest(context)).isEqualTo(5);
		});
		assertThat(tally.restored).isEqualTo(Lsn.of(5));
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
	void everythingIsKeptForAHandlerWithoutASource(CapturedOutput output) {
		Tally tally = new Tally("tally");
		List<Long> plain = new ArrayList<>();
		this.runner.withPropertyValues("wal.snapshot.kept=1")
			.withBean("tally", Tally.class, () -> tally)
			.withBean("plain", WalReplayHandler.class, () -> (record) -> plain.add(record.lsn().value()))
			.run((context) -> {
				replay(context);
				appendAndSnapshot(context, 40);
				for (int i = 0; i < 2; i++) {
					assertThat(context.getBean(WalCheckpointer.class).checkpoint().outcome())
						.isEqualTo(WalCheckpointer.Outcome.NO_SOURCE);
				}
				assertThat(wal(context).firstLsn()).isEqualTo(Lsn.FIRST);
				assertThat(output.getOut().split("no WalCheckpointSource says", -1)).hasSize(2);
			});
		Tally again = new Tally("tally");
		this.runner.withBean("tally", Tally.class, () -> again)
			.withBean("plain", WalReplayHandler.class, () -> (record) -> plain.add(record.lsn().value()))
			.run(WalSnapshotTests::replay);
		assertThat(plain).isEqualTo(upTo(40));
		assertThat(again.replayed).isEmpty();
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
				new WalMetrics(java.util.Map.of("wal", wal(context)), null, null, null).bindTo(registry);
				assertThat(registry.get(WalMeters.RETENTION_EXCESS).gauge().value()).isEqualTo(excess);
				WalEndpoint.WalDescriptor descriptor = new WalEndpoint(wal(context), null, null, null, null).wal();
				assertThat(descriptor.status().retentionExcess()).isEqualTo(excess);
				assertThat(descriptor.configuration().retentionMaxSegments()).isEqualTo(3);
				assertThat(descriptor.configuration().retentionMaxSize()).isEqualTo(1L << 30);
				assertThat(descriptor.configuration().retentionMaxAge()).isEqualTo("PT168H");
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
			WalEndpoint endpoint = new WalEndpoint(wal(context), null, null, null, snapshotter);
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
			assertThat(new WalHealthIndicator(wal(context), null, null, snapshotter).health().getDetails())
				.extractingByKey("snapshot")
				.asString()
				.contains("lsn=6", "count=2", "size=", "age=PT")
				.doesNotContain("failure");
			SimpleMeterRegistry registry = new SimpleMeterRegistry();
			new WalMetrics(java.util.Map.of("wal", wal(context)), null, null, snapshotter).bindTo(registry);
			assertThat(registry.get(WalMeters.SNAPSHOT).functionTimer().count()).isEqualTo(2);
			assertThat(registry.get(WalMeters.SNAPSHOT_AGE).timeGauge().value()).isNotNegative();
			assertThat(registry.get(WalMeters.SNAPSHOT_SIZE).gauge().value()).isGreaterThan((double) size);
			assertThat(registry.get(WalMeters.SNAPSHOTS).gauge().value()).isEqualTo(2);
			assertThat(registry.get(WalMeters.LSN_SNAPSHOT).gauge().value()).isEqualTo(6);
			assertThat(registry.get(WalMeters.SNAPSHOT_FAILURES).functionCounter().count()).isZero();
		});
	}

}
