// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.wal.Lsn;
import dev.wal.snapshot.WalSnapshotException;
import dev.wal.spring.boot.metrics.WalMeters;
import dev.wal.spring.boot.metrics.WalMetrics;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.replay.WalReplayHandler;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalReplayer;
import dev.wal.spring.replay.WalRestoreException;
import dev.wal.spring.replay.WalSnapshotHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for how {@link WalReplayer} begins with the newest snapshot, and for what it does
 * where that is not possible.
 */
@ExtendWith(OutputCaptureExtension.class)
class WalSnapshotRestoreTests extends AbstractSnapshotTests {

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
			new WalMetrics(Map.of("wal", wal(context)), null, null, snapshotter(context)).bindTo(registry);
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
	@Tag("R89")
	@Tag("property:wal.snapshot.enabled")
	void noneIsTakenWhereThatIsDisabledButTheNewestIsRestored() {
		run((context) -> appendAndSnapshot(context, 5));
		this.runner = this.runner.withPropertyValues("wal.snapshot.enabled=false", "wal.checkpoint.interval=1ms");
		Tally tally = run((context) -> {
			context.getBean(Tally.class).append(wal(context), 5);
			WalCheckpointer checkpointer = context.getBean(WalCheckpointer.class);
			await().until(() -> checkpointer.report().lastSuccess() != null);
			assertThat(newest(context)).isEqualTo(5);
		});
		assertThat(tally.restored).isEqualTo(Lsn.of(5));
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
			.run(AbstractSnapshotTests::replay);
		assertThat(plain).isEqualTo(upTo(40));
		assertThat(again.replayed).isEmpty();
	}

}
