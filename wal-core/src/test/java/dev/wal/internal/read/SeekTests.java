// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.read;

import java.util.Arrays;
import java.util.Map;

import dev.wal.Lsn;
import dev.wal.RecoveryScan;
import dev.wal.SyncPolicy;
import dev.wal.WalOptions;
import dev.wal.WalReader;
import dev.wal.internal.format.Format;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the way to a record in the middle of a large segment.
 */
class SeekTests {

	private static final int RECORDS = 1000;

	private static final WalOptions LARGE = TestLogs.builder()
		.segmentSize(4 << 20)
		.recoveryScan(RecoveryScan.HEADERS)
		.options();

	private static void append(SegmentedLog wal, byte[] payload) {
		wal.append(payload, SyncPolicy.none());
	}

	private static byte[] payload(int i) {
		byte[] payload = new byte[1000];
		Arrays.fill(payload, (byte) i);
		return payload;
	}

	private static void assertReadable(SegmentedLog wal, long from, byte[] expected) {
		try (WalReader reader = wal.read(Lsn.of(from))) {
			dev.wal.WalRecord record = reader.iterator().next();
			assertThat(record.lsn()).isEqualTo(Lsn.of(from));
			assertThat(record.bytes()).isEqualTo(expected);
		}
	}

	@Test
	@Tag("R75")
	void aSeekDoesNotReadTheBlocksBeforeItsRecord() {
		BytesStorage storage = new BytesStorage();
		try (SegmentedLog wal = LogOpener.open(LARGE, storage)) {
			for (int i = 1; i <= RECORDS; i++) {
				append(wal, payload(i));
			}
			wal.sync();
			Map<String, byte[]> files = storage.files();
			byte[] damaged = files.get(SegmentName.of(1));
			Arrays.fill(damaged, 16_384, 128 * 1024, (byte) 1);
			storage.put(SegmentName.of(1), damaged);
			for (int from = 300; from <= RECORDS; from += 7) {
				assertReadable(wal, from, payload(from));
			}
		}
	}

	@Test
	@Tag("R75")
	void copiesOfBlocksInPayloadsMisleadNobody() {
		BytesStorage storage = new BytesStorage();
		try (SegmentedLog wal = LogOpener.open(LARGE, storage)) {
			for (int i = 1; i <= 300; i++) {
				append(wal, payload(i));
			}
			wal.sync();
			byte[] file = storage.files().get(SegmentName.of(1));
			// A payload begins 61 bytes behind its block, and blocks at multiples of 8.
			byte[] copy = Arrays.copyOfRange(file, Format.SEGMENT_HEADER_SIZE - 3, file.length);
			append(wal, copy);
			append(wal, copy);
			for (int i = 303; i <= 400; i++) {
				append(wal, payload(i));
			}
			wal.sync();
			assertThat(wal.segmentCount()).isEqualTo(1);
			for (int from = 1; from <= 400; from++) {
				assertReadable(wal, from, (from == 301 || from == 302) ? copy : payload(from));
			}
			try (WalReader reader = wal.read(Lsn.of(150))) {
				assertThat(reader).hasSize(251);
			}
		}
	}

	@Test
	@Tag("R75")
	void aRecordAmongLargeOnesIsFound() {
		BytesStorage storage = new BytesStorage();
		try (SegmentedLog wal = LogOpener.open(LARGE, storage)) {
			for (int i = 1; i <= 9; i++) {
				append(wal, new byte[300_000 + i]);
				wal.flush();
			}
			wal.sync();
			for (int from = 1; from <= 9; from++) {
				assertReadable(wal, from, new byte[300_000 + from]);
			}
		}
	}

}
