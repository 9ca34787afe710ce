// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalException;
import dev.wal.WalOptions;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.testing.QuietLog;
import dev.wal.testing.crash.FoldedState;
import dev.wal.testing.crash.RecordedRun;
import dev.wal.testing.disk.CrashStates;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that crash an application at every call that it, its log and its snapshots make
 * to one disk, and that have every call of its snapshots fail. Whatever is left, the
 * state that is rebuilt is that of a prefix of the log with all that was acknowledged.
 */
@ExtendWith(QuietLog.class)
@Timeout(120)
class SnapshotCrashTests {

	private static final int KEPT = 2;

	private static final WalOptions OPTIONS = RecordedRun.options((builder) -> builder);

	private static final Random random = new Random(20261121L);

	@Test
	@Tag("R87")
	@Tag("D16")
	@Tag("D29")
	void crashAnywhereLosesNothingAndAppliesNothingTwice() {
		SimulatedDisk disk = new SimulatedDisk();
		SimulatedDisk origin = disk.processCrash();
		Application application = new Application(disk, disk).script();
		application.log.close();
		CrashStates states = new CrashStates(origin, disk.calls());
		long durable = 0;
		long written = 0;
		int explored = 0;
		for (DiskCall call = states.step(); call != null; call = states.step()) {
			if (call.mark() instanceof Acknowledged acknowledged) {
				written = acknowledged.lsn();
				durable = acknowledged.durable() ? written : durable;
			}
			if (!call.kind().changes()) {
				continue;
			}
			List<SimulatedDisk> crashes = new ArrayList<>(states.powerLosses(random, 12));
			for (SimulatedDisk crashed : crashes) {
				explored += check(application.payloads, crashed, durable, call);
			}
			explored += check(application.payloads, states.processCrash(), written, call);
		}
		assertThat(explored).isGreaterThan(500);
	}

	/**
	 * Start again, crash and start again, and once more with a damaged snapshot.
	 */
	private static int check(List<byte[]> payloads, SimulatedDisk crashed, long acknowledged, DiskCall call) {
		SimulatedDisk damaged = crashed.processCrash();
		try {
			recover(payloads, crashed, acknowledged).log.close();
			recover(payloads, crashed.powerLossOfEverythingUnforced(), acknowledged).log.close();
			Application probe = recover(payloads, damaged, acknowledged);
			List<SnapshotInfo> snapshots = probe.store.snapshots();
			probe.log.close();
			if (!snapshots.isEmpty()) {
				damage(damaged, snapshots.get(snapshots.size() - 1));
				Application fallenBack = recover(payloads, damaged, acknowledged);
				assertThat(fallenBack.store.damaged()).hasSize(1);
				fallenBack.log.close();
				return 3;
			}
			return 2;
		}
		catch (RuntimeException | AssertionError ex) {
			throw new AssertionError("Crashed after " + call, ex);
		}
	}

	private static Application recover(List<byte[]> payloads, SimulatedDisk disk, long acknowledged) {
		Application application = new Application(disk, disk).start();
		long last = application.log.lastLsn().value();
		assertThat(last).isGreaterThanOrEqualTo(acknowledged);
		assertThat(application.state.lsn()).isEqualTo(last);
		assertThat(application.state.hash()).isEqualTo(FoldedState.of(payloads, last).hash());
		return application;
	}

	private static void damage(SimulatedDisk disk, SnapshotInfo info) {
		String name = info.file().getFileName().toString();
		int offset = random.nextInt(disk.content(name).length);
		byte changed = (byte) (disk.content(name)[offset] ^ 4);
		try (StorageFile file = disk.open(name)) {
			file.writeFully(ByteBuffer.wrap(new byte[] { changed }), offset);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	@Tag("R87")
	@Tag("D29")
	void failureOfAnyCallOfTheSnapshotsLosesNothing() {
		failEach(DiskFaults::inputOutputError);
		failEach(DiskFaults::noSpace);
	}

	private static void failEach(Supplier<IOException> failure) {
		for (int nth = 1;; nth++) {
			Application application = new Application(new SimulatedDisk(), new SimulatedDisk()).start();
			DiskFaults.Once fault = DiskFaults.once(nth,
					(call) -> call.kind() != Kind.CLOSE && call.kind() != Kind.MARK, failure);
			application.snapshotDisk.inject(fault);
			int failures = 0;
			for (int i = 1; i <= 5; i++) {
				application.append(i);
				try {
					application.snapshot();
				}
				catch (WalException ex) {
					failures++;
					assertThat(ex).hasMessageContaining("snapshot");
				}
				application.checkpoint();
			}
			assertThat(failures).as("failures after %s", fault.struck()).isLessThanOrEqualTo(1);
			assertThat(application.snapshotDisk.openFiles()).isZero();
			assertThat(application.snapshotDisk.has("snapshot.new") && failures == 0).isFalse();
			// The next snapshot makes up for one that failed.
			assertThat(application.store.snapshots()).last()
				.satisfies((info) -> assertThat(info.lsn().value()).isGreaterThanOrEqualTo(4));
			application.log.close();
			SimulatedDisk log = application.logDisk.powerLossOfEverythingUnforced();
			SimulatedDisk snapshots = application.snapshotDisk.powerLossOfEverythingUnforced();
			Application again = new Application(log, snapshots).start();
			assertThat(again.state.lsn()).isEqualTo(5);
			assertThat(again.state.hash()).isEqualTo(FoldedState.of(application.payloads, 5).hash());
			again.log.close();
			if (fault.struck() == null) {
				return;
			}
		}
	}

	/**
	 * Everything up to here was promised.
	 */
	private record Acknowledged(long lsn, boolean durable) {
	}

	private static final class Application {

		private final SimulatedDisk logDisk;

		private final SimulatedDisk snapshotDisk;

		final List<byte[]> payloads = new ArrayList<>();

		private SegmentedLog log;

		private SnapshotStore store;

		private FoldedState state;

		Application(SimulatedDisk logDisk, SimulatedDisk snapshotDisk) {
			this.logDisk = logDisk;
			this.snapshotDisk = snapshotDisk;
		}

		Application start() {
			this.log = LogOpener.open(OPTIONS, this.logDisk);
			this.store = SnapshotStores.open(this.snapshotDisk, KEPT, this.log);
			this.state = FoldedState.recover(this.log, this.store);
			return this;
		}

		Application append(int size, SyncPolicy policy) {
			byte[] payload = new byte[size];
			random.nextBytes(payload);
			this.payloads.add(payload);
			long lsn = this.log.append(payload, policy).value();
			this.state.apply(lsn, payload);
			this.logDisk.mark(new Acknowledged(lsn, policy.mode() == SyncPolicy.Mode.ALWAYS));
			return this;
		}

		Application append(int size) {
			return append(size, SyncPolicy.always());
		}

		Application snapshot() {
			long lsn = this.store.write(this.state.content()).lsn().value();
			this.logDisk.mark(new Acknowledged(lsn, true));
			return this;
		}

		/**
		 * Append while the snapshot is being written.
		 */
		Application snapshotBesideAppend() {
			this.store.write((out) -> {
				var content = this.state.content();
				append(30);
				Lsn lsn = content.writeTo(out);
				append(40, SyncPolicy.none());
				return lsn;
			});
			return this;
		}

		Application checkpoint() {
			this.log.rotate();
			this.log.checkpoint(this.store.releasedLsn());
			return this;
		}

		Application script() {
			start().append(10).snapshot().checkpoint().append(20).append(30, SyncPolicy.none()).snapshot();
			checkpoint().append(500).snapshotBesideAppend().checkpoint();
			return append(700, SyncPolicy.none()).snapshot().checkpoint().append(1);
		}

	}

}
