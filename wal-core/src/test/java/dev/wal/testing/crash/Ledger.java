// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.crash;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalReader;
import dev.wal.WalRecord;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a log was asked to do and what it promised, and therefore what it must and what it
 * may hold after a crash. Learns it from the marks in a recorded run.
 */
final class Ledger {

	/** The units that the log may hold, by their first LSN. */
	private final TreeMap<Long, Submitted> units = new TreeMap<>();

	private long submittedLsn;

	private long writtenLsn;

	private long durableLsn;

	private long checkpointAsked;

	private long checkpointDone;

	void accept(Object mark) {
		if (mark instanceof Submitted unit) {
			this.units.put(unit.firstLsn(), unit);
			this.submittedLsn = unit.lastLsn();
		}
		else if (mark instanceof Written written) {
			this.writtenLsn = Math.max(this.writtenLsn, written.lsn());
		}
		else if (mark instanceof Durable durable) {
			this.durableLsn = Math.max(this.durableLsn, durable.lsn());
			this.writtenLsn = Math.max(this.writtenLsn, durable.lsn());
		}
		else if (mark instanceof CheckpointAsked asked) {
			this.checkpointAsked = Math.max(this.checkpointAsked, asked.lsn());
		}
		else if (mark instanceof CheckpointDone done) {
			this.checkpointDone = Math.max(this.checkpointDone, done.lsn());
		}
		else if (mark instanceof Opened opened) {
			// What a recovery returned stays, and what it did not return is gone.
			this.units.tailMap(opened.lastLsn(), false).clear();
			this.submittedLsn = opened.lastLsn();
			this.writtenLsn = opened.lastLsn();
			this.durableLsn = opened.lastLsn();
		}
	}

	/**
	 * Return the LSN that a log must have after a crash.
	 * @param powerLost whether more was lost than the process
	 */
	long mustHave(boolean powerLost) {
		return powerLost ? this.durableLsn : this.writtenLsn;
	}

	long submittedLsn() {
		return this.submittedLsn;
	}

	Ledger copy() {
		Ledger copy = new Ledger();
		copy.units.putAll(this.units);
		copy.submittedLsn = this.submittedLsn;
		copy.writtenLsn = this.writtenLsn;
		copy.durableLsn = this.durableLsn;
		copy.checkpointAsked = this.checkpointAsked;
		copy.checkpointDone = this.checkpointDone;
		return copy;
	}

	/**
	 * Check a log that was opened after a crash.
	 * @param powerLost whether more was lost than the process
	 */
	void check(LocalWriteAheadLog log, boolean powerLost) {
		long last = log.lastLsn().value();
		assertThat(last).as("last LSN, of which none that was acknowledged may be missing")
			.isGreaterThanOrEqualTo(mustHave(powerLost));
		assertThat(last).as("last LSN, of which none may be there that was never appended")
			.isLessThanOrEqualTo(this.submittedLsn);
		Map.Entry<Long, Submitted> lastUnit = this.units.floorEntry(last);
		if (lastUnit != null) {
			assertThat(lastUnit.getValue().lastLsn()).as("last LSN, where a unit is whole or absent").isEqualTo(last);
		}
		assertThat(log.durableLsn().value()).as("durable LSN").isEqualTo(last);
		assertThat(log.checkpointLsn().value()).as("checkpoint")
			.isBetween(this.checkpointDone, Math.max(this.checkpointDone, this.checkpointAsked));
		checkRecords(log, last);
	}

	private void checkRecords(LocalWriteAheadLog log, long last) {
		long first = log.firstLsn().value();
		if (first == 0) {
			assertThat(last).as("last LSN of a log without records").isLessThanOrEqualTo(this.checkpointAsked);
			return;
		}
		assertThat(first).as("first LSN, where only a checkpoint releases records")
			.isLessThanOrEqualTo(this.checkpointAsked + 1);
		long next = first;
		try (WalReader reader = log.read(new Lsn(first))) {
			for (WalRecord record : reader) {
				assertThat(record.lsn().value()).as("LSN after " + (next - 1)).isEqualTo(next);
				assertThat(record.bytes()).as("payload of LSN " + next).isEqualTo(payload(next));
				next++;
			}
		}
		assertThat(next - 1).as("last LSN read").isEqualTo(last);
	}

	private byte[] payload(long lsn) {
		Submitted unit = this.units.floorEntry(lsn).getValue();
		return unit.payloads().get((int) (lsn - unit.firstLsn()));
	}

	/**
	 * A unit is about to be appended.
	 */
	record Submitted(long firstLsn, List<byte[]> payloads) {

		long lastLsn() {
			return this.firstLsn + this.payloads.size() - 1;
		}

		@Override
		public String toString() {
			return "submitted " + this.firstLsn + ".." + lastLsn();
		}

	}

	/**
	 * An append returned that promises to survive the process.
	 */
	record Written(long lsn) {
	}

	/**
	 * An append or a sync returned that promises to survive everything.
	 */
	record Durable(long lsn) {
	}

	/**
	 * A checkpoint is about to be taken.
	 */
	record CheckpointAsked(long lsn) {
	}

	/**
	 * A checkpoint was taken.
	 */
	record CheckpointDone(long lsn) {
	}

	/**
	 * The log was opened, and ended here.
	 */
	record Opened(long lastLsn) {
	}

}
