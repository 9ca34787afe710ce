// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWalView;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.RecoveryScan;
import dev.wal.SyncPolicy;
import dev.wal.WalBuilder;
import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.WalFollower;
import dev.wal.WalPositionException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.internal.recovery.InspectedLog;
import dev.wal.internal.recovery.Inspection;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.Damage;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.tools.VerificationReport;
import dev.wal.tools.WalDirectory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests on real files that looking at a log neither changes it nor is confused by a live
 * writer.
 */
class LiveReadingTests {

	private static final Duration TIME = Duration.ofSeconds(1);

	@TempDir
	private Path directory;

	private WalBuilder builder() {
		return WriteAheadLog.builder(this.directory).segmentSize(TestLogs.SEGMENT_SIZE).writeBufferSize(4096);
	}

	@Test
	@Tag("D33")
	@Tag("R77")
	@Tag("R14")
	void aLiveLogLooksIntactToReadersOpenersAndVerify() throws Exception {
		lookBeside(builder().syncPolicy(SyncPolicy.none()), 40, false);
	}

	@Test
	@Tag("D33")
	@Tag("R78")
	void rotationAndCheckpointsLookIntactToReadersAndVerify() throws Exception {
		lookBeside(builder().syncPolicy(SyncPolicy.none()), 40, true);
	}

	@Test
	@Tag("D33")
	void aLargeSegmentThatGrowsFastWhileItIsLookedAtIsIntact() throws Exception {
		// Larger than what is read at once: the end is read long before what comes after.
		lookBeside(builder().segmentSize(32 << 20).writeBufferSize(1 << 20).syncPolicy(SyncPolicy.always()), 20_000,
				true);
	}

	@Test
	@Tag("D33")
	void whatCouldNotBeReadOnceIsReadAgainAndIsNoDamage() {
		BytesStorage storage = new BytesStorage();
		try (SegmentedLog wal = LogOpener.open(TestLogs.builder().segmentSize(1 << 20).options(), storage)) {
			for (int i = 1; i <= 6; i++) {
				byte[] payload = new byte[100_000];
				Arrays.fill(payload, (byte) i);
				wal.append(payload);
			}
			try (WalReader reader = wal.read(Lsn.FIRST)) {
				assertThat(reader.iterator().next().bytes()).containsOnly(1);
				assertThat(reader.iterator().next().bytes()).containsOnly(2);
				storage.beforeRead((position) -> {
					throw new UncheckedIOException(new IOException("no answer"));
				});
				assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> reader.iterator().next());
				storage.beforeRead((position) -> {
				});
				for (int i = 3; i <= 6; i++) {
					assertThat(reader.iterator().next().bytes()).containsOnly(i);
				}
			}
		}
	}

	@Test
	@Tag("D33")
	@Tag("R77")
	void aBlockThatWasReadBeforeItWasCompleteIsNoDamage() throws Exception {
		BytesStorage storage = new BytesStorage();
		WalBuilder builder = TestLogs.builder().segmentSize(1 << 20);
		String name = SegmentName.of(1);
		byte[] early;
		byte[] late;
		byte[] control;
		try (LocalWriteAheadLog wal = LogOpener.open(builder.options(), storage)) {
			TestLogs.append(wal, 3);
			early = storage.files().get(name);
			control = storage.files().get(SegmentName.CONTROL);
			wal.append(new byte[500_000]);
			wal.append(new byte[100]);
			late = storage.files().get(name);
		}
		for (int torn = early.length; torn < early.length + 100; torn += 7) {
			// The first of the two blocks was on its way when it was looked at.
			byte[] growing = Arrays.copyOf(Arrays.copyOf(late, torn), late.length);
			BytesStorage beside = new BytesStorage(Map.of(name, growing, SegmentName.CONTROL, control));
			beside.beforeRead((position) -> {
				if (position > 100_000) {
					beside.put(name, late);
				}
			});
			// Once: a view inspects again, which would hide it.
			InspectedLog inspected = Inspection.of(beside, null, CorruptionPolicy.SKIP, RecoveryScan.FULL);
			assertThat(inspected.damage()).isEmpty();
			assertThat(inspected.lastLsn()).isEqualTo(5);
		}
	}

	private void lookBeside(WalBuilder builder, int size, boolean checkpoints) throws Exception {
		AtomicBoolean done = new AtomicBoolean();
		int looks = 0;
		try (LocalWriteAheadLog wal = builder.open()) {
			wal.append(payload(1, size));
			wal.sync();
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
				for (long lsn = 2; !done.get(); lsn++) {
					wal.append(payload(lsn, size));
					if (lsn % 100 == 0) {
						wal.sync();
						if (checkpoints) {
							wal.checkpoint(Lsn.of(lsn - 50));
						}
					}
				}
			});
			long end = System.nanoTime() + TIME.toNanos();
			while (System.nanoTime() < end) {
				looks++;
				long durable = wal.durableLsn().value();
				VerificationReport report = WalDirectory.of(this.directory).verify();
				assertThat(report.damage()).isEmpty();
				assertThat(report.lastLsn().value()).isGreaterThanOrEqualTo(durable);
				durable = wal.durableLsn().value();
				try (LocalWalView view = builder.openReadOnly()) {
					assertThat(view.lastLsn().value()).isGreaterThanOrEqualTo(durable);
					readTo(view, view.lastLsn().value(), checkpoints);
				}
				readTo(wal, wal.durableLsn().value(), checkpoints);
			}
			done.set(true);
			writer.get(30, TimeUnit.SECONDS);
		}
		assertThat(looks).isPositive();
	}

	private static void readTo(LocalWalView view, long bound, boolean checkpoints) {
		long expected;
		try (WalReader reader = view.read(view.firstLsn())) {
			expected = reader.position().value();
			for (WalRecord record : reader) {
				assertThat(record.lsn().value()).isEqualTo(expected);
				assertThat(record.payload().getLong(0)).isEqualTo(expected);
				expected++;
			}
			assertThat(expected).isGreaterThan(bound);
		}
		catch (WalPositionException ex) {
			// A checkpoint was faster.
			assertThat(checkpoints).isTrue();
		}
	}

	private static byte[] payload(long lsn, int size) {
		return ByteBuffer.allocate(size).putLong(lsn).array();
	}

	@Test
	@Tag("D33")
	@Tag("R81")
	void aFollowerBesideRotationDeliversEveryRecordOnce() throws Exception {
		try (LocalWriteAheadLog wal = builder().syncPolicy(SyncPolicy.none()).open();
				WalFollower follower = wal.follow(Lsn.FIRST)) {
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
				for (long lsn = 1; lsn <= 5000; lsn++) {
					wal.append(payload(lsn, 40));
				}
				wal.sync();
			});
			for (long lsn = 1; lsn <= 5000; lsn++) {
				WalRecord record = follower.poll(Duration.ofSeconds(20));
				assertThat(record).isNotNull();
				assertThat(record.payload().getLong(0)).isEqualTo(lsn);
			}
			writer.get(20, TimeUnit.SECONDS);
		}
	}

	@Test
	@Tag("D30")
	@Tag("R14")
	void lookingAtALogOfAnyKindChangesNoByte() throws Exception {
		List<Map<String, byte[]>> logs = new ArrayList<>(List.of(TestLogs.closed(), TestLogs.killed()));
		Damage.all().forEach((damage) -> logs.add(damage.apply(TestLogs.closed())));
		Map<String, byte[]> torn = TestLogs.killed();
		torn.computeIfPresent(SegmentName.of(3), (name, bytes) -> Arrays.copyOf(bytes, bytes.length - 3));
		torn.put(SegmentName.of(4) + SegmentName.NEW, new byte[7]);
		logs.add(torn);
		for (Map<String, byte[]> log : logs) {
			write(log);
			Map<String, String> before = hashes();
			for (CorruptionPolicy policy : CorruptionPolicy.values()) {
				try (LocalWalView view = builder().corruptionPolicy(policy).openReadOnly()) {
					TestLogs.read(view);
				}
				catch (WalCorruptedException ex) {
					assertThat(policy).isEqualTo(CorruptionPolicy.FAIL);
				}
			}
			WalDirectory.of(this.directory).verify();
			assertThat(hashes()).isEqualTo(before);
		}
	}

	@Test
	@Tag("R64")
	@Tag("D19")
	void aRefusedOpenChangesNoByteOnTheDisk() throws Exception {
		List<Map<String, byte[]>> logs = new ArrayList<>();
		Damage.all().forEach((damage) -> logs.add(damage.apply(TestLogs.closed())));
		for (Map<String, byte[]> log : logs) {
			write(log);
			Files.deleteIfExists(this.directory.resolve(SegmentName.LOCK));
			Map<String, String> before = hashes();
			assertThatExceptionOfType(WalException.class)
				.isThrownBy(() -> builder().recoveryScan(RecoveryScan.FULL).open());
			assertThat(hashes()).isEqualTo(before);
		}
	}

	private void write(Map<String, byte[]> log) throws Exception {
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.toList()) {
				Files.delete(file);
			}
		}
		for (Map.Entry<String, byte[]> file : log.entrySet()) {
			Files.write(this.directory.resolve(file.getKey()), file.getValue());
		}
	}

	private Map<String, String> hashes() throws Exception {
		Map<String, String> hashes = new TreeMap<>();
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.toList()) {
				byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
				hashes.put(file.getFileName() + " of " + Files.size(file) + " bytes",
						java.util.HexFormat.of().formatHex(hash) + Files.getLastModifiedTime(file));
			}
		}
		return hashes;
	}

}
