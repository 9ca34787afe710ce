// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import dev.wal.CorruptionPolicy;
import dev.wal.DamagedRange;
import dev.wal.LocalWalView;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.RecoveryScan;
import dev.wal.SyncPolicy;
import dev.wal.WalBuilder;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.internal.format.BlockHeader;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.disk.BytesStorage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Small logs in memory, whose every record can be told by its LSN.
 */
public final class TestLogs {

	public static final int SEGMENT_SIZE = 12 * 1024;

	private TestLogs() {
	}

	public static WalBuilder builder() {
		return builder(CorruptionPolicy.FAIL);
	}

	public static WalBuilder builder(CorruptionPolicy policy) {
		return WriteAheadLog.builder(Path.of("memory"))
			.segmentSize(SEGMENT_SIZE)
			.writeBufferSize(4096)
			.preallocate(false)
			.recoveryScan(RecoveryScan.FULL)
			.corruptionPolicy(policy);
	}

	public static SegmentedLog open(BytesStorage storage) {
		return open(storage, CorruptionPolicy.FAIL);
	}

	public static SegmentedLog open(BytesStorage storage, CorruptionPolicy policy) {
		return LogOpener.open(builder(policy).options(), storage);
	}

	public static byte[] payload(long lsn) {
		return ("record " + lsn + "#".repeat((int) (lsn * 7 % 23))).getBytes(StandardCharsets.UTF_8);
	}

	public static void append(LocalWriteAheadLog wal, int count) {
		append(wal, count, SyncPolicy.always());
	}

	public static void append(LocalWriteAheadLog wal, int count, SyncPolicy policy) {
		for (int i = 0; i < count; i++) {
			long lsn = wal.lastLsn().value() + 1;
			assertThat(wal.append(type(lsn), payload(lsn), policy).value()).isEqualTo(lsn);
		}
	}

	private static int type(long lsn) {
		return (int) (lsn % (WalRecord.MAX_USER_TYPE + 1));
	}

	/**
	 * Return a log of three segments, LSN 1 to 4, 5 to 8 and 9 to 12, with a checkpoint
	 * at 2, as it was closed.
	 */
	public static Map<String, byte[]> closed() {
		return build(true);
	}

	/**
	 * Return the same log as a killed process leaves it.
	 */
	public static Map<String, byte[]> killed() {
		return build(false);
	}

	private static Map<String, byte[]> build(boolean close) {
		return build(close, (wal) -> {
			append(wal, 4);
			wal.rotate();
			append(wal, 4);
			wal.checkpoint(Lsn.of(2));
			wal.rotate();
			append(wal, 4);
		});
	}

	public static Map<String, byte[]> build(boolean close, Consumer<SegmentedLog> content) {
		BytesStorage storage = new BytesStorage();
		SegmentedLog wal = open(storage);
		Map<String, byte[]> killed;
		try {
			content.accept(wal);
			killed = storage.files();
		}
		finally {
			wal.close();
		}
		return close ? storage.files() : withoutSpare(killed);
	}

	/**
	 * Leave out the next segment, of which the log's thread may have written any part.
	 */
	private static Map<String, byte[]> withoutSpare(Map<String, byte[]> files) {
		files.entrySet()
			.removeIf((file) -> !file.getKey().equals(SegmentName.CONTROL)
					&& file.getValue().length <= Format.SEGMENT_HEADER_SIZE);
		return files;
	}

	public static Map<String, byte[]> copy(Map<String, byte[]> files) {
		Map<String, byte[]> copy = new TreeMap<>();
		files.forEach((name, bytes) -> copy.put(name, bytes.clone()));
		return copy;
	}

	/**
	 * Return a copy with one file changed.
	 */
	public static Map<String, byte[]> with(Map<String, byte[]> files, String name, Consumer<byte[]> change) {
		Map<String, byte[]> copy = copy(files);
		change.accept(copy.get(name));
		return copy;
	}

	/**
	 * Read all records, and check each against its LSN.
	 * @return the LSNs
	 */
	public static List<Long> read(LocalWalView wal) {
		return wal.firstLsn().isNone() ? new ArrayList<>() : read(wal, wal.firstLsn().value());
	}

	public static List<Long> read(LocalWalView wal, long from) {
		List<Long> lsns = new ArrayList<>();
		try (WalReader reader = wal.read(Lsn.of(from))) {
			for (WalRecord record : reader) {
				long lsn = record.lsn().value();
				assertThat(bytes(record.payload())).isEqualTo(payload(lsn));
				assertThat(record.type()).isEqualTo(type(lsn));
				lsns.add(lsn);
			}
		}
		return lsns;
	}

	public static byte[] bytes(ByteBuffer buffer) {
		byte[] bytes = new byte[buffer.remaining()];
		buffer.duplicate().get(bytes);
		return bytes;
	}

	public static List<Long> range(long first, long last) {
		List<Long> lsns = new ArrayList<>();
		for (long lsn = first; lsn <= last; lsn++) {
			lsns.add(lsn);
		}
		return lsns;
	}

	public static List<Long> lost(List<DamagedRange> damage) {
		List<Long> lsns = new ArrayList<>();
		for (DamagedRange range : damage) {
			if (!range.firstLsn().isNone()) {
				lsns.addAll(range(range.firstLsn().value(), range.lastLsn().value()));
			}
		}
		lsns.sort(Comparator.naturalOrder());
		return lsns;
	}

	public static long salt(byte[] segment) {
		return ByteBuffer.wrap(segment).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(40);
	}

	/**
	 * Return the blocks of an intact segment.
	 */
	public static List<Block> blocks(byte[] segment) {
		List<Block> blocks = new ArrayList<>();
		ByteBuffer buffer = ByteBuffer.wrap(segment).order(java.nio.ByteOrder.LITTLE_ENDIAN);
		BlockHeader header = new BlockHeader();
		Checksum checksum = new Checksum();
		int at = Format.SEGMENT_HEADER_SIZE;
		while (at + Format.BLOCK_HEADER_SIZE <= segment.length && header.decode(buffer, at, salt(segment), checksum)) {
			blocks.add(new Block(at, header.size(), header.kind, header.firstLsn, header.count));
			at += header.size();
		}
		return blocks;
	}

	/**
	 * Return the block of a segment that begins with an LSN.
	 */
	public static Block block(byte[] segment, long firstLsn) {
		return blocks(segment).stream()
			.filter((block) -> block.kind() == Format.KIND_DATA && block.firstLsn() == firstLsn)
			.findFirst()
			.orElseThrow();
	}

	public static void flip(byte[] bytes, long bit) {
		bytes[(int) (bit >> 3)] ^= (byte) (1 << (bit & 7));
	}

	/**
	 * Return a log whose checkpoint is another one.
	 */
	public static Map<String, byte[]> checkpointed(Map<String, byte[]> log, long lsn) {
		return TestControl.with(log, (record) -> record.withCheckpoint(lsn, 0));
	}

	/**
	 * A block of a segment.
	 */
	public record Block(int offset, int size, byte kind, long firstLsn, int count) {

		public int end() {
			return this.offset + this.size;
		}

	}

}
