// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import dev.wal.migrate.LegacyFileReport.Outcome;
import dev.wal.migrate.LegacyFinding.Kind;

/**
 * Gathers what is found in one file, and decides whether damage ends the reading.
 */
final class FileProgress {

	private final String file;

	private final boolean goesPastDamage;

	private final List<LegacyFinding> findings = new ArrayList<>();

	private long findingCount;

	private long damageCount;

	private long size;

	private long records;

	private long payloadBytes;

	private OptionalLong firstId = OptionalLong.empty();

	private OptionalLong lastId = OptionalLong.empty();

	private Outcome outcome = Outcome.NOT_READ;

	FileProgress(String file, boolean goesPastDamage) {
		this.file = file;
		this.goesPastDamage = goesPastDamage;
	}

	String file() {
		return this.file;
	}

	void opened(long size) {
		this.size = size;
	}

	void delivered(LegacyRecord record) {
		this.records++;
		this.payloadBytes += record.payload().remaining();
		if (this.firstId.isEmpty()) {
			this.firstId = record.id();
		}
		this.lastId = record.id();
	}

	/**
	 * Report damage.
	 * @return whether to go on after it
	 */
	boolean damage(long offset, long length, String reason) {
		this.damageCount++;
		add(Kind.DAMAGE, offset, length, reason);
		if (!this.goesPastDamage) {
			this.outcome = Outcome.STOPPED;
		}
		return this.goesPastDamage;
	}

	void tornTail(long offset, long length, String reason) {
		add(Kind.TORN_TAIL, offset, length, reason);
	}

	void notice(long offset, String reason) {
		add(Kind.NOTICE, offset, 0, reason);
	}

	private void add(Kind kind, long offset, long length, String reason) {
		this.findingCount++;
		if (this.findings.size() < LegacyFileReport.MAX_FINDINGS) {
			this.findings.add(new LegacyFinding(kind, this.file, offset, length, reason));
		}
	}

	boolean isStopped() {
		return this.outcome == Outcome.STOPPED;
	}

	void finished() {
		if (!isStopped()) {
			this.outcome = Outcome.READ;
		}
	}

	LegacyFileReport report() {
		return new LegacyFileReport(this.file, this.size, this.outcome, this.records, this.payloadBytes, this.firstId,
				this.lastId, this.findings, this.findingCount, this.damageCount);
	}

}
