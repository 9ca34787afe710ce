// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.nio.file.Path;
import java.util.List;

import dev.wal.CorruptionPolicy;
import dev.wal.LsnRange;

/**
 * What an older log holds, file by file, and what was taken over from it.
 *
 * @param layout the layout of the older log
 * @param version the version of that layout, 1 unless there are several
 * @param source where the older log is
 * @param policy what was done about damage
 * @param files the files of the log, in the order in which they were read
 * @param ignored the names beside them that are no part of the log
 * @param imported the LSNs of the import in the new log, its {@link LegacyOrigin origin
 * records} included; {@link LsnRange#EMPTY} if nothing was imported
 */
public record LegacyImportReport(LegacyLayout layout, int version, Path source, CorruptionPolicy policy,
		List<LegacyFileReport> files, List<String> ignored, LsnRange imported) {

	/**
	 * Create a report.
	 * @param layout the layout of the older log
	 * @param version the version of that layout, 1 unless there are several
	 * @param source where the older log is
	 * @param policy what was done about damage
	 * @param files the files of the log, in the order in which they were read
	 * @param ignored the names beside them that are no part of the log
	 * @param imported the LSNs of the import in the new log, its {@link LegacyOrigin
	 * origin records} included; {@link LsnRange#EMPTY} if nothing was imported
	 */
	public LegacyImportReport {
		files = List.copyOf(files);
		ignored = List.copyOf(ignored);
	}

	/**
	 * Return the number of good records.
	 * @return the sum over all files
	 */
	public long records() {
		return this.files.stream().mapToLong(LegacyFileReport::records).sum();
	}

	/**
	 * Return the size of all payloads.
	 * @return the sum over all files, in bytes
	 */
	public long payloadBytes() {
		return this.files.stream().mapToLong(LegacyFileReport::payloadBytes).sum();
	}

	/**
	 * Return what was found besides good records.
	 * @return the findings of all files, in order
	 */
	public List<LegacyFinding> findings() {
		return this.files.stream().flatMap((file) -> file.findings().stream()).toList();
	}

	/**
	 * Return the findings of one kind.
	 * @param kind the kind
	 * @return the findings of all files, in order
	 */
	public List<LegacyFinding> findings(LegacyFinding.Kind kind) {
		return findings().stream().filter((finding) -> finding.kind() == kind).toList();
	}

	/**
	 * Return whether there is no damage. A torn tail is none.
	 * @return {@code true} if everything that was acknowledged can be read, as far as the
	 * layout can tell
	 */
	public boolean isIntact() {
		return findings(LegacyFinding.Kind.DAMAGE).isEmpty();
	}

	LegacyImportReport withImported(LsnRange range) {
		return new LegacyImportReport(this.layout, this.version, this.source, this.policy, this.files, this.ignored,
				range);
	}

}
