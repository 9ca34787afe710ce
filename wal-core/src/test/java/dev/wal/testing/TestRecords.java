// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import dev.wal.LocalWalView;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalReader;
import dev.wal.WalRecord;

/**
 * Payloads for tests, and what a log holds.
 */
public final class TestRecords {

	private TestRecords() {
	}

	/**
	 * Return a payload that depends on nothing but the arguments.
	 */
	public static byte[] payload(int size, long seed) {
		byte[] payload = new byte[size];
		new Random(seed).nextBytes(payload);
		return payload;
	}

	public static byte[] text(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Return all records that can be read.
	 */
	public static List<WalRecord> readAll(LocalWalView wal) {
		return wal.firstLsn().isNone() ? List.of() : readFrom(wal, wal.firstLsn());
	}

	public static List<WalRecord> readFrom(LocalWalView wal, Lsn from) {
		List<WalRecord> records = new ArrayList<>();
		try (WalReader reader = wal.read(from)) {
			reader.forEach(records::add);
		}
		return records;
	}

	public static List<String> texts(LocalWalView wal) {
		return readAll(wal).stream().map(WalRecord::toText).toList();
	}

	public static List<Long> lsns(List<WalRecord> records) {
		return records.stream().map((record) -> record.lsn().value()).toList();
	}

	/**
	 * Append texts {@code from} to {@code to}, both included.
	 */
	public static void appendNumbers(LocalWriteAheadLog wal, int from, int to) {
		for (int i = from; i <= to; i++) {
			wal.append(text(String.valueOf(i)));
		}
	}

	public static List<String> numbers(int from, int to) {
		List<String> numbers = new ArrayList<>();
		for (int i = from; i <= to; i++) {
			numbers.add(String.valueOf(i));
		}
		return numbers;
	}

}
