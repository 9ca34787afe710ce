// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.wal.CorruptionPolicy;
import dev.wal.LocalWalView;
import dev.wal.Lsn;
import dev.wal.WalException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.testing.QuietLog;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.testing.fuzz.FuzzedLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes what a reader meets when the files change after the log was opened: nothing that
 * the opening found out can then be relied on.
 */
@ExtendWith(QuietLog.class)
class LiveFilesFuzzTests {

	static Stream<byte[]> seeds() {
		return Stream.of(new byte[] { 0 }, new byte[] { 3, 0x15, 16, 0, 1, 0, 0, 0, 0, 0, 0, 0 },
				new byte[] { 6, 0x12, (byte) 0x90, 0, 9, 0, 0, 0 }, new byte[] { 5, 0x29, 40, 0, 0 });
	}

	@MethodSource("seeds")
	@FuzzTest
	@Tag("D31")
	void anyChangeUnderAReaderIsRecordsOrATypedError(byte[] input) {
		ByteBuffer bytes = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
		int mode = bytes.hasRemaining() ? bytes.get() : 0;
		Map<String, byte[]> files = FuzzedLog.intact();
		BytesStorage storage = new BytesStorage(files);
		CorruptionPolicy policy = ((mode & 1) != 0) ? CorruptionPolicy.SKIP : CorruptionPolicy.FAIL;
		try (LocalWalView view = ReadOnlyLog.open(storage, TestLogs.builder(policy).options())) {
			while (bytes.remaining() >= 4 && !files.isEmpty()) {
				FuzzedLog.change(bytes, files);
			}
			if ((mode & 2) != 0) {
				FuzzedLog.seal(files);
			}
			files.forEach(storage::put);
			read(view, 1 + (mode >> 2 & 7));
		}
	}

	private static void read(LocalWalView view, long from) {
		long last = from - 1;
		try (WalReader reader = view.read(Lsn.of(from))) {
			for (WalRecord record : reader) {
				assertThat(record.lsn().value()).isGreaterThan(last).isLessThanOrEqualTo(12);
				last = record.lsn().value();
			}
		}
		catch (WalException ex) {
			assertThat(ex).hasMessageContaining("memory");
		}
	}

}
