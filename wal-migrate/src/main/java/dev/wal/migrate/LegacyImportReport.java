// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import dev.wal.CorruptionPolicy;
import dev.wal.LsnRange;

/**
 * What an older log holds, file by file, and what was imported from it.
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
	 * Return the number of places with damage, also of those that are not among the
	 * {@link #findings()} as there are too many.
	 * @return the sum over all files
	 */
	public long damageCount() {
		return this.files.stream().mapToLong(LegacyFileReport::damageCount).sum();
	}

	/**
	 * Return what was found besides good records.
	 * @return the findings of all files, in order, up to
	 * {@link LegacyFileReport#MAX_FINDINGS} of each
	 */
	public List<LegacyFinding> findings() {
		return this.files.stream().flatMap((file) -> file.findings().stream()).toList();
	}

	/**
	 * Return the findings of one kind.
	 * @param kind the kind
	 * @return the findings of all files, in order, up to
	 * {@link LegacyFileReport#MAX_FINDINGS} of each
	 */
	public List<LegacyFinding> findings(LegacyFinding.Kind kind) {
		return findings().stream().filter((finding) -> finding.kind() == kind).toList();
	}

	/**
	 * Return whether there is no damage. A torn tail is none.
	 * @return {@code true} if everything that was acknowledged can be read; the layout
	 * cannot tell more
	 */
	public boolean isIntact() {
		return damageCount() == 0;
	}

	/**
	 * Describe the damage.
	 * @return a sentence without its full stop, naming the first place and how many
	 * others there are; empty if there is no damage
	 */
	public Optional<String> damage() {
		String others = (damageCount() > 1) ? ", and in " + (damageCount() - 1) + " other place(s)" : "";
		return findings(LegacyFinding.Kind.DAMAGE).stream()
			.findFirst()
			.map((first) -> "The " + this.layout + " log in " + this.source + " is damaged: " + first + others);
	}

	LegacyImportReport withImported(LsnRange range) {
		return new LegacyImportReport(this.layout, this.version, this.source, this.policy, this.files, this.ignored,
				range);
	}

}
