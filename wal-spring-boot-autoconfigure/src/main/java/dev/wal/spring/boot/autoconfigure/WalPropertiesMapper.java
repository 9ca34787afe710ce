// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.wal.RetentionPolicy;
import dev.wal.SyncPolicy;
import dev.wal.WalBuilder;
import dev.wal.WalConfigurationException;
import dev.wal.WriteAheadLog;
import dev.wal.spring.boot.autoconfigure.WalProperties.Checkpoint;
import dev.wal.spring.boot.autoconfigure.WalProperties.Replay;
import dev.wal.spring.boot.autoconfigure.WalProperties.Replay.OnError;
import dev.wal.spring.boot.autoconfigure.WalProperties.Retention;
import dev.wal.spring.boot.autoconfigure.WalProperties.Snapshot;
import dev.wal.spring.boot.autoconfigure.WalProperties.Sync;
import dev.wal.spring.boot.autoconfigure.WalProperties.Types.Unknown;
import dev.wal.spring.checkpoint.Due;
import dev.wal.spring.checkpoint.WalCheckpointTask;
import dev.wal.spring.message.WalMessageConverter.SkippedTypes;
import dev.wal.spring.replay.WalReplayer;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Turns the properties into settings. A value that cannot work is a
 * {@link WalConfigurationException}, which names the property without its {@code wal.}
 * prefix, with or without a validator on the class path.
 */
final class WalPropertiesMapper {

	/** Two letters at least: one is the drive of a path on Windows. */
	private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:");

	private static final Pattern HOME = Pattern.compile("^~(?=$|[/\\\\])");

	private WalPropertiesMapper() {
	}

	static WalBuilder builder(WalProperties properties) {
		WalBuilder builder = WriteAheadLog.builder(path("directory", properties.directory()));
		BuilderSettings.copy(properties, builder);
		return builder.retention(retention(properties.retention()))
			.syncPolicy(syncPolicy(properties.sync()))
			.lockWait(properties.lock().waitTime());
	}

	private static RetentionPolicy retention(Retention retention) {
		DataSize maxSize = retention.maxSize();
		return new RetentionPolicy(retention.maxSegments(), (maxSize != null) ? maxSize.toBytes() : null,
				retention.maxAge());
	}

	private static SyncPolicy syncPolicy(Sync sync) {
		Duration interval = sync.interval();
		if (interval == null) {
			interval = (sync.mode() == SyncPolicy.Mode.INTERVAL) ? Sync.DEFAULT_INTERVAL : Duration.ZERO;
		}
		else {
			// Zero means "none" in a SyncPolicy, but here it is a configured value.
			requirePositive("sync.interval", interval);
		}
		return new SyncPolicy(sync.mode(), interval);
	}

	static @Nullable Path snapshotDirectory(WalProperties properties) {
		String directory = properties.snapshot().directory();
		return (directory != null) ? path("snapshot.directory", directory) : null;
	}

	/**
	 * Not a resource: a relative directory must not be found on the class path or among
	 * the files that a web server serves.
	 */
	private static Path path(String property, String value) {
		require(!URL.matcher(value).lookingAt(), property, value, "must be a path, not a URL");
		require(!value.startsWith("~") || HOME.matcher(value).lookingAt(), property, value,
				"'~' stands for the home directory of the current user only");
		try {
			return Path.of(HOME.matcher(value).replaceFirst(Matcher.quoteReplacement(System.getProperty("user.home"))))
				.normalize();
		}
		catch (InvalidPathException ex) {
			throw new WalConfigurationException(property, value, "is not a path: " + ex.getReason());
		}
	}

	static WalCheckpointTask.Schedule schedule(WalProperties properties) {
		Checkpoint checkpoint = properties.checkpoint();
		Snapshot snapshot = properties.snapshot();
		return new WalCheckpointTask.Schedule(checkpoint.enabled()
				? due("checkpoint", checkpoint.interval(), checkpoint.everyRecords(), checkpoint.everyBytes()) : null,
				snapshot.enabled()
						? due("snapshot", snapshot.interval(), snapshot.everyRecords(), snapshot.everyBytes()) : null);
	}

	private static Due.Settings due(String prefix, Duration interval, @Nullable Long records,
			@Nullable DataSize bytes) {
		requirePositive(prefix + ".interval", interval);
		require(records == null || records > 0, prefix + ".every-records", records, "must be positive");
		require(bytes == null || bytes.toBytes() > 0, prefix + ".every-bytes", bytes, "must be positive");
		return new Due.Settings(interval, records, (bytes != null) ? bytes.toBytes() : null);
	}

	static int snapshotsKept(WalProperties properties) {
		int kept = properties.snapshot().kept();
		require(kept > 0, "snapshot.kept", kept, "must be positive");
		return kept;
	}

	static WalReplayer.Settings replay(WalProperties properties) {
		Replay replay = properties.replay();
		requirePositive("replay.progress-interval", replay.progressInterval());
		if (replay.onError() != OnError.RETRY) {
			requireUnset("replay.max-attempts", replay.maxAttempts());
			requireUnset("replay.backoff", replay.backoff());
			return new WalReplayer.Settings(replay.onError() == OnError.SKIP, 1, Duration.ZERO,
					replay.progressInterval());
		}
		int maxAttempts = (replay.maxAttempts() != null) ? replay.maxAttempts() : Replay.DEFAULT_MAX_ATTEMPTS;
		require(maxAttempts > 0, "replay.max-attempts", maxAttempts, "must be positive");
		Duration backoff = (replay.backoff() != null) ? replay.backoff() : Replay.DEFAULT_BACKOFF;
		require(!backoff.isNegative(), "replay.backoff", backoff, "must not be negative");
		return new WalReplayer.Settings(false, maxAttempts, backoff, replay.progressInterval());
	}

	/**
	 * Without a replay the journal does not know the open traces, and checkpoints would
	 * delete their records.
	 */
	static void requireTraceRecovery(WalProperties properties) {
		require(properties.replay().enabled(), "trace.enabled", properties.trace().enabled(),
				"requires 'replay.enabled' to be true, because the replay finds the open traces");
	}

	static SkippedTypes skippedTypes(WalProperties properties) {
		return new SkippedTypes(properties.types().skipped(), properties.types().unknown() == Unknown.SKIP);
	}

	private static Duration requirePositive(String property, Duration value) {
		require(!value.isNegative() && !value.isZero(), property, value, "must be positive");
		return value;
	}

	private static void requireUnset(String property, @Nullable Object value) {
		require(value == null, property, value, "has no effect unless 'replay.on-error' is 'retry'");
	}

	private static void require(boolean condition, String property, @Nullable Object value, String reason) {
		if (!condition) {
			throw new WalConfigurationException(property, value, reason);
		}
	}

}
