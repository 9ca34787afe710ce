// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

import dev.wal.internal.log.FileBackend;
import org.jspecify.annotations.Nullable;

/**
 * Configures and opens a log. The defaults lose nothing: change them for speed or space.
 * Not thread-safe.
 */
public final class WalBuilder {

	private final Path directory;

	private @Nullable String owner;

	private long segmentSize = 64L << 20;

	private int maxRecordSize = 16 << 20;

	private int maxBatchSize = 64 << 20;

	private int writeBufferSize = 1 << 20;

	private SyncPolicy syncPolicy = SyncPolicy.always();

	private Compression compression = Compression.NONE;

	private boolean preallocate = true;

	private long maxInFlight = 64L << 20;

	private Overflow overflow = Overflow.BLOCK;

	private CorruptionPolicy corruptionPolicy = CorruptionPolicy.FAIL;

	private RecoveryScan recoveryScan = RecoveryScan.HEADERS;

	private long tornBytesKept = 64L << 20;

	private RetentionPolicy retention = RetentionPolicy.releaseAtOnce();

	private boolean temporary;

	private WalObserver observer = new WalObserver() {
	};

	private Clock clock = Clock.systemUTC();

	private Duration closeTimeout = Duration.ofSeconds(10);

	private Duration lockWait = Duration.ZERO;

	private String permissions = FileSettings.OWNER_ONLY;

	WalBuilder(Path directory) {
		this.directory = directory;
	}

	static WalBuilder temporary() {
		WalBuilder builder = new WalBuilder(FileBackend.temporaryDirectory());
		builder.temporary = true;
		return builder.syncPolicy(SyncPolicy.none()).preallocate(false);
	}

	/**
	 * Set the name of the application that owns the log. The name is stored when the log
	 * is created; opening it under another name is refused before anything is changed. By
	 * default any log is accepted.
	 * @param owner the name, 1 to 255 bytes in UTF-8, or {@code null} for any
	 * @return this builder
	 */
	public WalBuilder owner(@Nullable String owner) {
		this.owner = owner;
		return this;
	}

	/**
	 * Set the size at which the log starts a new segment. Only a record that is larger
	 * than a segment makes a segment larger.
	 * @param bytes from 8 KiB to 1 GiB, or 0 to rotate only on
	 * {@link LocalWriteAheadLog#rotate()} (preallocation must then be off); 64 MiB by
	 * default
	 * @return this builder
	 */
	public WalBuilder segmentSize(long bytes) {
		this.segmentSize = bytes;
		return this;
	}

	/**
	 * Set the largest payload of a record that is accepted. Larger records that are
	 * already in the log can still be read.
	 * @param bytes from 1; 16 MiB by default
	 * @return this builder
	 */
	public WalBuilder maxRecordSize(int bytes) {
		this.maxRecordSize = bytes;
		return this;
	}

	/**
	 * Set the largest batch that is accepted, all payloads and 5 bytes for each taken
	 * together.
	 * @param bytes at least the largest record; 64 MiB by default
	 * @return this builder
	 */
	public WalBuilder maxBatchSize(int bytes) {
		this.maxBatchSize = bytes;
		return this;
	}

	/**
	 * Set how many bytes one group commit gathers before further appends wait. The log
	 * uses two direct buffers of this size.
	 * @param bytes from 4 KiB to 256 MiB; 1 MiB by default
	 * @return this builder
	 */
	public WalBuilder writeBufferSize(int bytes) {
		this.writeBufferSize = bytes;
		return this;
	}

	/**
	 * Set what appends wait for.
	 * @param policy the policy; {@link SyncPolicy#always()} by default
	 * @return this builder
	 */
	public WalBuilder syncPolicy(SyncPolicy policy) {
		this.syncPolicy = policy;
		return this;
	}

	/**
	 * Set how blocks are compressed. May change from one opening to the next: existing
	 * blocks stay as they are, and are read under every setting.
	 * @param compression {@link Compression#NONE} by default
	 * @return this builder
	 */
	public WalBuilder compression(Compression compression) {
		this.compression = compression;
		return this;
	}

	/**
	 * Set whether segments are filled with zeros ahead of the appends, and the next one
	 * prepared in the background. A force into such a segment moves data only, no file
	 * size, and a full disk is met there and not in an append. Turn it off on file
	 * systems that never overwrite in place.
	 * @param preallocate {@code true} by default
	 * @return this builder
	 */
	public WalBuilder preallocate(boolean preallocate) {
		this.preallocate = preallocate;
		return this;
	}

	/**
	 * Set how many payload bytes may wait for the disk in asynchronous appends.
	 * @param bytes from 1; 64 MiB by default
	 * @return this builder
	 */
	public WalBuilder maxInFlight(long bytes) {
		this.maxInFlight = bytes;
		return this;
	}

	/**
	 * Set what an asynchronous append does when that many bytes wait.
	 * @param overflow {@link Overflow#BLOCK} by default
	 * @return this builder
	 */
	public WalBuilder overflow(Overflow overflow) {
		this.overflow = overflow;
		return this;
	}

	/**
	 * Set what opening does when acknowledged data is damaged.
	 * @param policy {@link CorruptionPolicy#FAIL} by default
	 * @return this builder
	 */
	public WalBuilder corruptionPolicy(CorruptionPolicy policy) {
		this.corruptionPolicy = policy;
		return this;
	}

	/**
	 * Set how much opening verifies.
	 * @param scan {@link RecoveryScan#HEADERS} by default
	 * @return this builder
	 */
	public WalBuilder recoveryScan(RecoveryScan scan) {
		this.recoveryScan = scan;
		return this;
	}

	/**
	 * Set how many bytes of torn tails are kept in side files of the log's directory, all
	 * of them together. A tail that does not fit is removed without being kept.
	 * @param bytes 0 to keep none; 64 MiB by default
	 * @return this builder
	 */
	public WalBuilder tornBytesKept(long bytes) {
		this.tornBytesKept = bytes;
		return this;
	}

	/**
	 * Set how long segments stay that a checkpoint has released.
	 * @param policy {@link RetentionPolicy#releaseAtOnce()} by default
	 * @return this builder
	 */
	public WalBuilder retention(RetentionPolicy policy) {
		this.retention = policy;
		return this;
	}

	/**
	 * Set the observer, which is called for what the log does.
	 * @param observer the observer; none by default
	 * @return this builder
	 */
	public WalBuilder observer(WalObserver observer) {
		this.observer = observer;
		return this;
	}

	/**
	 * Set the source of timestamps. It decides nothing but what
	 * {@link WalRecord#timestamp()} says, and what {@link RetentionPolicy#maxAge()} takes
	 * for old.
	 * @param clock the system clock by default
	 * @return this builder
	 */
	public WalBuilder clock(Clock clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * Set how long {@link WriteAheadLog#close()} waits for code of the application: for
	 * listeners, and for what depends on the futures of asynchronous appends. Then the
	 * log logs what it does not wait for, and closes without it.
	 * @param timeout a positive duration; 10 seconds by default
	 * @return this builder
	 */
	public WalBuilder closeTimeout(Duration timeout) {
		this.closeTimeout = timeout;
		return this;
	}

	/**
	 * Set how long {@link #open()} waits for another process, or another log of this one,
	 * to release the log: as in a rolling update, where the old instance still stops. It
	 * logs at once, and then once a minute, who holds the lock.
	 * @param lockWait not negative; 0 by default, which fails at once
	 * @return this builder
	 */
	public WalBuilder lockWait(Duration lockWait) {
		this.lockWait = lockWait;
		return this;
	}

	/**
	 * Set who may read and write what the log creates, whatever the umask says: its
	 * directory, with all parents that are missing, and its files, which do not get the
	 * right to execute. What exists already keeps what it has. With {@code rwxrwx---},
	 * all users of the directory's group can open the log.
	 * @param permissions in the form of {@code rwxrwx---}; {@code rwx------} by default.
	 * Where there is a right to read, the directory gets the right to execute as well.
	 * @return this builder
	 */
	public WalBuilder permissions(String permissions) {
		this.permissions = permissions;
		return this;
	}

	/**
	 * Trade durability and memory for speed: {@link SyncPolicy#interval} of 100 ms, a
	 * write buffer of 4 MiB and segments of 256 MiB. A power failure may lose what was
	 * appended in the last 100 ms and the force that ends them.
	 * @return this builder
	 */
	public WalBuilder forThroughput() {
		return syncPolicy(SyncPolicy.interval(Duration.ofMillis(100))).writeBufferSize(4 << 20).segmentSize(256L << 20);
	}

	/**
	 * Validate the settings.
	 * @return the options
	 * @throws WalConfigurationException if a setting cannot work, naming it
	 */
	public WalOptions options() {
		return new WalOptions(
				new LogSettings(this.owner, this.maxRecordSize, this.maxBatchSize, this.maxInFlight, this.overflow,
						this.compression, this.observer, this.clock, this.closeTimeout),
				new FileSettings(this.directory, this.segmentSize, this.writeBufferSize, this.syncPolicy,
						this.preallocate, this.corruptionPolicy, this.recoveryScan, this.tornBytesKept, this.retention,
						this.temporary, this.lockWait, this.permissions));
	}

	/**
	 * Open the log, creating it if there is none, and recover it.
	 * @return the log, to be closed
	 * @throws WalConfigurationException if a setting cannot work
	 * @throws WalDirectoryException if the directory cannot be used
	 * @throws WalLockedException if the log is in use
	 * @throws WalForeignLogException if the log belongs to another owner
	 * @throws WalLegacyLayoutException if the directory holds another kind of log
	 * @throws WalFormatVersionException if the log was written by a newer version
	 * @throws WalCorruptedException if acknowledged data is damaged
	 * @throws WalFullException if the disk has no space for a first segment
	 * @throws WalIoException if the file system fails otherwise
	 */
	public LocalWriteAheadLog open() {
		return new FileBackend(options()).open();
	}

	/**
	 * Open the log for reading only: without its lock, without changing a byte, also
	 * beside a live writer. It shows what a recovery at this moment would keep, records
	 * among it that a live writer has written and not yet forced;
	 * {@link WalView#durableLsn()} says up to where the log itself proves to be durable.
	 * @return the log as it is now, to be closed
	 * @throws WalDirectoryException if there is no such directory
	 * @throws WalForeignLogException if the log belongs to another owner
	 * @throws WalFormatVersionException if the log was written by a newer version
	 * @throws WalCorruptedException if acknowledged data is damaged
	 * @throws WalIoException if a file cannot be read
	 */
	public LocalWalView openReadOnly() {
		return new FileBackend(options()).openReadOnly();
	}

	/**
	 * Return the engine that opens this log, for code that chooses between engines.
	 * @return the engine; later changes of this builder do not reach it
	 * @throws WalConfigurationException if a setting cannot work, naming it
	 */
	public WalBackend<LocalWriteAheadLog> backend() {
		return new FileBackend(options());
	}

}
