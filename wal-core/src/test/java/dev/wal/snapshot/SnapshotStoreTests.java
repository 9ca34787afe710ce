// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalClosedException;
import dev.wal.WalConfigurationException;
import dev.wal.WalIoException;
import dev.wal.WalLockedException;
import dev.wal.WalPositionException;
import dev.wal.testing.TestFiles;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SnapshotStore}.
 */
class SnapshotStoreTests extends AbstractSnapshotStoreTests {

	@Test
	@Tag("R87")
	void newestSnapshotIsReadBackByAnotherStore() throws IOException {
		appendAndSnapshot(store(2));
		SnapshotInfo written = appendAndSnapshot(store(2));
		Snapshot snapshot = store(2).newest().orElseThrow();
		assertThat(snapshot.info()).isEqualTo(written);
		assertThat(snapshot.lsn()).isEqualTo(Lsn.of(2));
		assertThat(text(snapshot)).isEqualTo("state at 2");
		assertThat(text(snapshot)).as("read a second time").isEqualTo("state at 2");
		assertThat(written.file()).isEqualTo(directory().resolve("snapshot-00000000000000000002.snap"))
			.hasSize(64 + written.length());
	}

	@Test
	@Tag("R87")
	void withoutASnapshotTheLogIsEnough() {
		assertThat(store(1).newest()).isEmpty();
		this.wal.append(new byte[1]);
		assertThat(store(1).newest()).isEmpty();
	}

	@Test
	@Tag("R87")
	@Tag("D29")
	void newestOnesAreKeptAndTheOldestOfThemHoldsTheLogBack() {
		SnapshotStore store = store(3);
		assertThat(store.releasedLsn()).isEqualTo(Lsn.NONE);
		for (int i = 1; i <= 6; i++) {
			appendAndSnapshot(store);
			assertThat(store.snapshots()).hasSize(Math.min(i, 3));
			assertThat(store.releasedLsn()).isEqualTo((i < 3) ? Lsn.NONE : Lsn.of(i - 2));
		}
		assertThat(TestFiles.names(directory())).containsExactly("snapshot-00000000000000000004.snap",
				"snapshot-00000000000000000005.snap", "snapshot-00000000000000000006.snap");
		assertThat(store(3).snapshots()).isEqualTo(store.snapshots());
		assertThat(store(4).releasedLsn()).as("more are to be kept than there are").isEqualTo(Lsn.NONE);
		assertThat(store(1).releasedLsn()).isEqualTo(Lsn.of(6));
	}

	@Test
	@Tag("R71")
	@Tag("D20")
	void otherNamesAreIgnored() throws IOException {
		appendAndSnapshot(store(1));
		for (String name : List.of("snapshot-2.snap", "snapshot-0000000000000000000x.snap", "snapshot.snap",
				"snapshot-00000000000000000000.snap", "snapshot-99999999999999999999.snap", "x.tmp",
				"snapshot-00000000000000000002.snap.new")) {
			Files.createFile(directory().resolve(name));
		}
		var before = TestFiles.names(directory());
		SnapshotStore store = store(1);
		assertThat(store.snapshots()).hasSize(1);
		assertThat(store.damaged()).isEmpty();
		assertThat(TestFiles.names(directory())).isEqualTo(before);
	}

	@Test
	@Tag("R87")
	void unfinishedSnapshotIsDeleted() throws IOException {
		Files.createDirectories(directory());
		Files.createFile(directory().resolve("snapshot.new"));
		assertThat(store(1).snapshots()).isEmpty();
		assertThat(TestFiles.names(directory())).isEmpty();
	}

	@Test
	@Tag("R87")
	void filesAreReadableByTheUserAloneAndNoLinks() throws IOException {
		Path file = appendAndSnapshot(store(1)).file();
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory()))).isEqualTo("rwx------");
		Path elsewhere = Files.move(file, this.temp.resolve("elsewhere"));
		Files.createSymbolicLink(file, elsewhere);
		assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> store(1));
	}

	@Test
	@Tag("R83")
	@Tag("R87")
	void recordsThatASnapshotReflectsAreForcedFirst() {
		SimulatedDisk disk = new SimulatedDisk();
		Lsn lsn = this.wal.append(new byte[10], SyncPolicy.none());
		SnapshotStore store = SnapshotStore.open(disk, 1, this.wal);
		assertThat(this.wal.durableLsn()).isEqualTo(Lsn.NONE);
		disk.inject(DiskFaults.failing((call) -> {
			assertThat(call.kind() == Kind.RENAME && this.wal.durableLsn().isNone()).isFalse();
			return false;
		}, DiskFaults::inputOutputError));
		assertThat(store.write(content(lsn)).lsn()).isEqualTo(lsn);
		assertThat(this.wal.durableLsn()).isEqualTo(lsn);
	}

	@Test
	@Tag("R83")
	@Tag("R87")
	void positionsThatNoSnapshotCanHaveAreRefused() {
		SnapshotStore store = store(1);
		this.wal.append(new byte[1]);
		appendAndSnapshot(store);
		for (long lsn : new long[] { 0, 1, 3, Long.MAX_VALUE }) {
			assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> store.write(content(Lsn.of(lsn))));
		}
		assertThat(TestFiles.names(directory())).containsExactly("snapshot-00000000000000000002.snap");
	}

	@Test
	@Tag("R87")
	void snapshotThatExistsIsNotReplaced() throws IOException {
		SnapshotStore store = store(1);
		SnapshotInfo first = appendAndSnapshot(store);
		assertThat(store.write((out) -> Lsn.of(1))).isEqualTo(first);
		assertThat(text(store.newest().orElseThrow())).isEqualTo("state at 1");
		assertThat(TestFiles.names(directory())).hasSize(1);
	}

	@Test
	@Tag("R87")
	void contentThatFailsLeavesNothing() {
		SnapshotStore store = store(1);
		SnapshotInfo first = appendAndSnapshot(store);
		assertThatIllegalStateException().isThrownBy(() -> store.write((out) -> {
			out.write(1);
			throw new IllegalStateException();
		}));
		assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> store.write((out) -> {
			throw new IOException("nothing to write");
		})).withMessageContainingAll("snapshot", "nothing to write");
		assertThat(TestFiles.list(directory())).containsExactly(first.file());
	}

	@Test
	@Tag("R87")
	void streamTakesNothingOnceTheSnapshotIsComplete() {
		OutputStream[] kept = new OutputStream[1];
		Lsn lsn = this.wal.append(new byte[1]);
		store(1).write((out) -> {
			kept[0] = out;
			return lsn;
		});
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> kept[0].write(1));
	}

	@Test
	@Tag("R76")
	@Tag("R87")
	void contentOfAnySizeGoesThroughSmallBuffers() throws IOException {
		SimulatedDisk disk = new SimulatedDisk();
		SnapshotStore store = SnapshotStore.open(disk, 1, this.wal);
		Lsn lsn = this.wal.append(new byte[1]);
		byte[] content = new byte[3 << 20];
		new Random(7).nextBytes(content);
		store.write((out) -> {
			out.write(content, 0, 1 << 20);
			for (int i = 1 << 20; i < (1 << 20) + 1000; i++) {
				out.write(content[i]);
			}
			out.write(content, (1 << 20) + 1000, content.length - (1 << 20) - 1000);
			return lsn;
		});
		Optional<Snapshot> snapshot = store.newest();
		try (InputStream in = snapshot.orElseThrow().content()) {
			assertThat(in.readNBytes(1000)).isEqualTo(Arrays.copyOf(content, 1000));
			in.skipNBytes(1_000_000);
			assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 1_001_000, content.length));
			assertThat(in.read()).isEqualTo(-1);
			assertThat(in.skip(10)).isZero();
		}
		assertThat(disk.calls()).filteredOn((call) -> call.kind() == Kind.WRITE)
			.hasSizeGreaterThan(10)
			.allSatisfy((call) -> assertThat(call.length()).isLessThanOrEqualTo(256 * 1024));
		assertThat(disk.openFiles()).isZero();
	}

	@Test
	@Tag("R2")
	@Tag("R87")
	@Tag("D11")
	void aSnapshotAndItsNameAreForcedBeforeOlderOnesAreDeleted() {
		SimulatedDisk disk = new SimulatedDisk();
		SnapshotStore store = SnapshotStore.open(disk, 1, this.wal);
		appendAndSnapshot(store);
		int from = disk.position();
		appendAndSnapshot(store);
		assertThat(disk.calls().subList(from, disk.position())).filteredOn((call) -> call.kind().changes())
			.extracting(DiskCall::kind)
			.containsExactly(Kind.CREATE, Kind.WRITE, Kind.WRITE, Kind.FORCE, Kind.RENAME, Kind.FORCE_DIRECTORY,
					Kind.DELETE, Kind.FORCE_DIRECTORY);
	}

	@Test
	@Tag("R15")
	void storeThatKeepsNoneIsRefused() {
		assertThatExceptionOfType(WalConfigurationException.class).isThrownBy(() -> store(0))
			.withMessageContaining("'snapshot.kept'");
	}

	@Test
	@Tag("R87")
	void secondStoreOfADirectoryIsRefusedUntilTheFirstIsClosed() throws IOException {
		SnapshotStore first = store(2);
		assertThatExceptionOfType(WalLockedException.class)
			.isThrownBy(() -> SnapshotStore.open(directory(), 2, this.wal))
			.withMessageContaining("another SnapshotStore");
		appendAndSnapshot(first);
		first.close();
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> appendAndSnapshot(first));
		try (SnapshotStore second = SnapshotStore.open(directory(), 2, this.wal)) {
			assertThat(text(second.newest().orElseThrow())).isEqualTo("state at 1");
		}
	}

	@Test
	@Tag("R87")
	void storeEndsWithItsLog() {
		store(2);
		this.wal.close();
		open();
		try (SnapshotStore next = SnapshotStore.open(directory(), 2, this.wal)) {
			appendAndSnapshot(next);
		}
	}

}
