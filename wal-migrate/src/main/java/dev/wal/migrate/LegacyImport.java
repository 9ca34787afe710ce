// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWriteAheadLog;
import dev.wal.LogSettings;
import dev.wal.WalConfigurationException;
import dev.wal.WalException;
import dev.wal.WalIoException;
import dev.wal.WalRecord;
import dev.wal.WalRecordTooLargeException;
import dev.wal.trace.TraceJournal;

/**
 * Imports the records of an older log, or only reads them. The older log is never
 * changed: no file of it is opened for writing, nothing is repaired, cut or renamed.
 * <pre class="code">
 * LegacyImportReport report = LegacyImport.of(LegacyLayout.WALOGS, Path.of("old")).into(wal);
 * </pre>
 * <p>
 * The older log has to be closed. Not thread-safe.
 */
public final class LegacyImport {

	private static final int DEFAULT_MAX_RECORD_SIZE = 16 << 20;

	private final LegacyLayout layout;

	private final Path path;

	private CorruptionPolicy policy = CorruptionPolicy.FAIL;

	private int maxRecordSize = DEFAULT_MAX_RECORD_SIZE;

	private int recordType;

	private OptionalLong node = OptionalLong.empty();

	private LegacyImport(LegacyLayout layout, Path path) {
		this.layout = layout;
		this.path = path;
		this.recordType = layout.recordType();
	}

	/**
	 * Choose an older log.
	 * @param layout its layout
	 * @param source the directory with its files; for {@link LegacyLayout#WAVEKV} its
	 * file, or a directory with one {@code node_<id>.wal}
	 * @return an import with default settings
	 */
	public static LegacyImport of(LegacyLayout layout, Path source) {
		Objects.requireNonNull(layout, "layout must not be null");
		Objects.requireNonNull(source, "source must not be null");
		return new LegacyImport(layout, source);
	}

	/**
	 * Tell by the names of its files which layout an older log has. No file is opened.
	 * @param source the directory with its files, or the file of a wavekv log
	 * @return the layouts that have such names, several only if files of several logs are
	 * there
	 * @throws WalIoException if the directory cannot be read
	 */
	public static Set<LegacyLayout> layoutsIn(Path source) {
		Objects.requireNonNull(source, "source must not be null");
		return LegacySource.layoutsIn(source);
	}

	/**
	 * Set what happens if the older log is damaged. Under {@link CorruptionPolicy#FAIL}
	 * nothing is imported. Under {@link CorruptionPolicy#TRUNCATE} it is what stands
	 * before the first damage. Under {@link CorruptionPolicy#SKIP} it is every record
	 * that can be read: after damage, reading continues where the length of the bad
	 * record says if a good one begins there, else with the first bytes that are a good
	 * record. In a payload that itself holds records of the same layout this may find
	 * those. No policy imports a torn tail. The report names all that was found.
	 * @param policy {@link CorruptionPolicy#FAIL} by default
	 * @return this import
	 */
	public LegacyImport onDamage(CorruptionPolicy policy) {
		this.policy = Objects.requireNonNull(policy, "policy must not be null");
		return this;
	}

	/**
	 * Set the largest payload that is accepted. A larger one is damage: where lengths are
	 * not protected, a wrong one looks like that.
	 * @param bytes from 1 to {@link LogSettings#MAX_SIZE}; 16 MiB by default
	 * @return this import
	 */
	public LegacyImport maxRecordSize(int bytes) {
		if (bytes < 1 || bytes > LogSettings.MAX_SIZE) {
			throw new WalConfigurationException("max-record-size", bytes,
					"must be from 1 to " + LogSettings.MAX_SIZE + " bytes");
		}
		this.maxRecordSize = bytes;
		return this;
	}

	/**
	 * Set the type that the imported records get in the new log.
	 * @param type a number from 0 to {@value WalRecord#MAX_USER_TYPE}, or
	 * {@value TraceJournal#RECORD_TYPE} for records of a trace journal;
	 * {@link LegacyLayout#recordType()} by default
	 * @return this import
	 */
	public LegacyImport recordType(int type) {
		if (type != TraceJournal.RECORD_TYPE && (type < 0 || type > WalRecord.MAX_USER_TYPE)) {
			throw new WalConfigurationException("record-type", type, "must be from 0 to " + WalRecord.MAX_USER_TYPE
					+ ", or " + TraceJournal.RECORD_TYPE + " for records of a trace journal");
		}
		this.recordType = type;
		return this;
	}

	/**
	 * Set the node that a {@link LegacyLayout#WAVEKV} log has to belong to. By default
	 * the log of any node is read.
	 * @param id the number of the node, from 0 to 2^32-1
	 * @return this import
	 * @throws WalConfigurationException if the layout knows no nodes, or there is no such
	 * number
	 */
	public LegacyImport node(long id) {
		if (this.layout != LegacyLayout.WAVEKV) {
			throw new WalConfigurationException("node", id, "a log of " + this.layout + " belongs to no node");
		}
		if (id >>> Integer.SIZE != 0) {
			throw new WalConfigurationException("node", id, "must be from 0 to " + 0xFFFF_FFFFL);
		}
		this.node = OptionalLong.of(id);
		return this;
	}

	/**
	 * Read the older log under the policy of this import, importing nothing.
	 * @return a reader, to be closed
	 * @throws LegacyFormatException if there is no such log, or more than one
	 * @throws WalIoException if the directory cannot be read
	 */
	public LegacyLogReader read() {
		return open(this.policy);
	}

	/**
	 * Check the older log to its end. Damage does not stop it, and nothing is imported.
	 * @return what it holds, and what is wrong with it
	 * @throws LegacyFormatException if it is not a log of the layout
	 * @throws WalIoException if a file cannot be read
	 */
	public LegacyImportReport inspect() {
		return check(CorruptionPolicy.SKIP, Integer.MAX_VALUE);
	}

	/**
	 * Import the older log into a new one. It is read twice: the first time to decide
	 * whether it can be imported, so that a refusal leaves the new log as it was. When
	 * this method returns, everything that it imported is durable, under every policy of
	 * the new log. See {@link LegacyOrigin} for what is written besides the records.
	 * @param target the new log, to which nothing was ever appended
	 * @return what was imported, and what was not
	 * @throws LegacyDamagedException if the older log is damaged and the policy is
	 * {@link CorruptionPolicy#FAIL}; nothing was imported
	 * @throws LegacyFormatException if it is not a log of the layout; nothing was
	 * imported
	 * @throws WalRecordTooLargeException if a record is larger than the new log allows;
	 * nothing was imported
	 * @throws WalConfigurationException if the new log is not empty
	 * @throws WalException if reading or appending fails; the new log is then a part of
	 * an import, to be deleted
	 */
	public LegacyImportReport into(LocalWriteAheadLog target) {
		if (!target.lastLsn().isNone()) {
			throw new WalConfigurationException("target", target.options().directory(),
					"has to be a log to which nothing was ever appended: an import is not mixed with other records");
		}
		boolean refusesDamage = this.policy == CorruptionPolicy.FAIL;
		LegacyImportReport expected = check(refusesDamage ? CorruptionPolicy.SKIP : this.policy,
				target.options().log().maxRecordSize());
		if (refusesDamage && !expected.isIntact()) {
			throw new LegacyDamagedException(expected);
		}
		LegacyCopy copy = new LegacyCopy(target, this.recordType, expected);
		try (LegacyLogReader reader = read()) {
			for (LegacyRecord record : reader) {
				copy.add(record);
			}
			return copy.complete(reader.report());
		}
	}

	private LegacyImportReport check(CorruptionPolicy policy, int largest) {
		try (LegacyLogReader reader = open(policy)) {
			for (LegacyRecord record : reader) {
				int size = record.payload().remaining();
				if (size > largest) {
					throw new WalRecordTooLargeException(
							"The record in " + record.file() + " at offset " + record.offset(), size, largest,
							"max-record-size of the new log");
				}
			}
			return reader.report();
		}
	}

	private LegacyLogReader open(CorruptionPolicy policy) {
		return new LegacyLogReader(LegacySource.locate(this.layout, this.path), policy, this.maxRecordSize, this.node);
	}

}
