// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.wal.CorruptionPolicy;
import dev.wal.LocalWalView;
import dev.wal.Lsn;
import dev.wal.RecoveryScan;
import dev.wal.WalException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.testing.QuietLog;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.testing.fuzz.FuzzedLog;
import dev.wal.tools.TestVerification;
import dev.wal.tools.VerificationReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes all that lies in a directory: whatever it is, verifying and reading it end in
 * records or a typed error and change nothing, and a log that opens stays as it was read.
 */
@ExtendWith(QuietLog.class)
class DirectoryFuzzTests {

	private static final List<CorruptionPolicy> POLICIES = List.of(CorruptionPolicy.values());

	static Stream<byte[]> seeds() {
		byte[] stores = { FuzzedLog.SEALED, 0x15, 16, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x22, 8, 0, 3, 0, 0, 0 };
		byte[] files = { FuzzedLog.KILLED, 0x1B, 0, 0, 0, 0x2C, 0, 0, 4, 0x0D, 0, 0, 3 };
		byte[] cuts = { FuzzedLog.KILLED, 0x39, 100, 0, 0, 0x3A, 0, 0, 9, 0x28, 0, 1, 20 };
		byte[] raw = Arrays.copyOf(new byte[] { FuzzedLog.RAW | FuzzedLog.SEALED, 1, 80, 0, 'W', 'B', 'L', 'K', 2 },
				160);
		byte[] checkpoint = { FuzzedLog.SEALED, 4, 32, 0, -1, -1, -1, -1, -1, -1, -1, 127 };
		byte[] predecessor = { FuzzedLog.SEALED, 0x34, 64, 0, -1, -1, -1, -1, -1, -1, -1, 127, 0 };
		return Stream.of(new byte[] { FuzzedLog.CLOSED }, new byte[] { FuzzedLog.KILLED }, stores, files, cuts, raw,
				checkpoint, predecessor);
	}

	@MethodSource("seeds")
	@FuzzTest
	@Tag("R61")
	@Tag("D31")
	@Tag("Rule12")
	void anyDirectoryIsALogOrATypedError(byte[] input) {
		Map<String, byte[]> files = FuzzedLog.decode(input);
		BytesStorage storage = new BytesStorage(files);
		verify(storage);
		for (CorruptionPolicy policy : POLICIES) {
			readOnly(storage, policy);
		}
		assertThat(storage.changes()).isZero();
		open(storage, POLICIES.get(input.length % POLICIES.size()));
	}

	private static void verify(BytesStorage storage) {
		try {
			VerificationReport report = TestVerification.verify(storage);
			assertThat(report.records()).isNotNegative();
		}
		catch (WalException ex) {
			checked(ex);
		}
	}

	private static void readOnly(BytesStorage storage, CorruptionPolicy policy) {
		for (RecoveryScan scan : List.of(RecoveryScan.FULL, RecoveryScan.HEADERS)) {
			try (LocalWalView view = ReadOnlyLog.open(storage, TestLogs.builder(policy).recoveryScan(scan).options())) {
				read(view);
			}
			catch (WalException ex) {
				checked(ex);
			}
		}
	}

	private static void open(BytesStorage storage, CorruptionPolicy policy) {
		List<String> found;
		Lsn appended;
		try (SegmentedLog wal = TestLogs.open(storage, policy)) {
			found = read(wal);
			appended = wal.append(new byte[] { 1, 2, 3 });
		}
		catch (WalException ex) {
			checked(ex);
			return;
		}
		try (SegmentedLog wal = TestLogs.open(storage, policy)) {
			List<String> again = read(wal);
			assertThat(again).hasSize(found.size() + 1);
			assertThat(again.subList(0, found.size())).isEqualTo(found);
			assertThat(wal.lastLsn()).isEqualTo(appended);
		}
	}

	private static List<String> read(LocalWalView wal) {
		List<String> records = new ArrayList<>();
		if (wal.firstLsn().isNone()) {
			return records;
		}
		long last = 0;
		try (WalReader reader = wal.read(wal.firstLsn())) {
			for (WalRecord record : reader) {
				assertThat(record.lsn().value()).isGreaterThan(last);
				last = record.lsn().value();
				records.add(last + " " + record.type() + " " + Arrays.hashCode(record.bytes()));
			}
		}
		assertThat(last).isLessThanOrEqualTo(wal.lastLsn().value());
		return records;
	}

	private static void checked(WalException ex) {
		assertThat(ex).hasMessageContaining("memory");
	}

}
