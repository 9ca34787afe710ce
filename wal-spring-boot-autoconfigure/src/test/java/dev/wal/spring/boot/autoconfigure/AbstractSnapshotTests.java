// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.snapshot.SnapshotInfo;
import dev.wal.spring.replay.WalSnapshotHandler;
import dev.wal.spring.replay.WalSnapshotter;
import dev.wal.spring.replay.WalSnapshotter.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application whose handlers write snapshots of what they have applied.
 */
abstract class AbstractSnapshotTests {

	@TempDir
	Path temp;

	ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"), "wal.segment-size=12KB");
	}

	static List<Long> upTo(long lsn) {
		return LongStream.rangeClosed(1, lsn).boxed().toList();
	}

	static void replay(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		context.getBean(WalReplayRunner.class).run(null);
	}

	static LocalWriteAheadLog wal(AssertableApplicationContext context) {
		return context.getBean(LocalWriteAheadLog.class);
	}

	static WalSnapshotter snapshotter(AssertableApplicationContext context) {
		return context.getBean(WalSnapshotter.class);
	}

	Tally run(Consumer<AssertableApplicationContext> steps) {
		Tally tally = new Tally("tally");
		this.runner.withBean("tally", Tally.class, () -> tally).run((context) -> {
			replay(context);
			steps.accept(context);
		});
		return tally;
	}

	static void appendAndSnapshot(AssertableApplicationContext context, int records) {
		context.getBean(Tally.class).append(wal(context), records);
		assertThat(snapshotter(context).snapshot().outcome()).isEqualTo(Outcome.WRITTEN);
	}

	static long newest(AssertableApplicationContext context) {
		List<SnapshotInfo> all = snapshotter(context).snapshots();
		return all.isEmpty() ? 0 : all.get(all.size() - 1).lsn().value();
	}

	/**
	 * Remembers the LSN of every record that it was given, each time that it was.
	 */
	static class Tally implements WalSnapshotHandler {

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

}
