// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalConfigurationException;
import dev.wal.WalState;
import dev.wal.WriteAheadLog;
import dev.wal.snapshot.Snapshot;
import dev.wal.snapshot.SnapshotInfo;
import dev.wal.snapshot.SnapshotStore;
import dev.wal.snapshot.WalSnapshotException;
import dev.wal.spring.lifecycle.BeanNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Restores the state of the handlers before the replay, and lets them write snapshots
 * after it.
 */
public final class WalSnapshotTask implements WalSnapshotter {

	private static final Logger logger = LoggerFactory.getLogger(WalSnapshotTask.class);

	private final WriteAheadLog wal;

	private final ListableBeanFactory beanFactory;

	private final ObjectProvider<WalSnapshotHandler> handlers;

	private final @Nullable Path directory;

	private final int kept;

	private final Attempts attempts = new Attempts();

	private volatile @Nullable SnapshotStore store;

	private volatile boolean replayed;

	private volatile long writtenCount;

	private volatile Duration writtenTime = Duration.ZERO;

	/**
	 * Create the task.
	 * @param wal the log
	 * @param beanFactory where the handlers are found
	 * @param directory the directory of the snapshots, or {@code null} for a directory
	 * below the log
	 * @param kept the number of snapshots to keep
	 */
	public WalSnapshotTask(WriteAheadLog wal, ListableBeanFactory beanFactory, @Nullable Path directory, int kept) {
		this.wal = wal;
		this.beanFactory = beanFactory;
		this.handlers = beanFactory.getBeanProvider(WalSnapshotHandler.class);
		this.directory = directory;
		this.kept = kept;
	}

	private List<WalSnapshotHandler> handlers() {
		return this.handlers.orderedStream().toList();
	}

	@Override
	public boolean hasHandlers() {
		return this.handlers.iterator().hasNext();
	}

	/**
	 * Restore what the handlers wrote to the newest snapshot. Opens no directory if there
	 * is no handler.
	 * @return the LSN of the last record that each handler has, by the name of its
	 * snapshot
	 * @throws WalSnapshotException if the snapshots and the log together do not give the
	 * whole state
	 */
	Map<String, Lsn> restore() {
		List<WalSnapshotHandler> handlers = handlers();
		if (handlers.isEmpty()) {
			return Map.of();
		}
		checkNames(handlers);
		Path directory = directory();
		SnapshotStore before = this.store;
		if (before != null) {
			// Of the log as it was before it was stopped.
			before.close();
		}
		SnapshotStore store = SnapshotStore.open(directory, this.kept, this.wal);
		this.store = store;
		Lsn without = handlers.stream().map(WalSnapshotHandler::initialLsn).min(Lsn::compareTo).orElse(Lsn.NONE);
		Optional<Snapshot> snapshot = store.newest(without);
		Map<String, Lsn> parts = snapshot.map(this::index).orElseGet(HashMap::new);
		for (WalSnapshotHandler handler : handlers) {
			parts.computeIfAbsent(handler.snapshotName(), (name) -> initial(handler, directory));
		}
		snapshot.ifPresent((newest) -> restore(newest, handlers));
		return parts;
	}

	private void checkNames(List<WalSnapshotHandler> handlers) {
		Set<String> names = new HashSet<>();
		for (WalSnapshotHandler handler : handlers) {
			if (!names.add(handler.snapshotName())) {
				throw new IllegalStateException(
						"Two WalSnapshotHandler beans have the snapshot name '" + handler.snapshotName()
								+ "'; one of them is '" + nameOf(handler) + "'. Give each handler another name.");
			}
		}
	}

	private Map<String, Lsn> index(Snapshot snapshot) {
		try (InputStream in = snapshot.content()) {
			return SnapshotParts.index(in);
		}
		catch (IOException ex) {
			throw new WalRestoreException(snapshot.info().file(), "the snapshot reader", ex);
		}
	}

	private Path directory() {
		Path directory = this.directory;
		if (directory != null) {
			return directory;
		}
		return this.wal.unwrap(LocalWriteAheadLog.class)
			.map((log) -> log.options().directory().resolve("snapshots"))
			.orElseThrow(() -> new WalConfigurationException("snapshot.directory", "",
					"must be set, since the log in " + this.wal.status().location() + " has no directory"));
	}

	/**
	 * Return the LSN of a state that is in no snapshot.
	 */
	private Lsn initial(WalSnapshotHandler handler, Path directory) {
		Lsn initial = handler.initialLsn();
		Lsn first = this.wal.firstLsn();
		Lsn begins = first.isNone() ? this.wal.lastLsn().next() : first;
		if (begins.isAfter(initial.next())) {
			throw new WalSnapshotException(
					"The state of '" + nameOf(handler) + "' cannot be rebuilt: no snapshot in " + directory
							+ " has a part named '" + handler.snapshotName() + "', and the log starts at LSN " + begins
							+ ". If the snapshot name of the handler has changed, restore the old name.",
					snapshots().stream().map(SnapshotInfo::file).toList());
		}
		return initial;
	}

	private void restore(Snapshot snapshot, List<WalSnapshotHandler> handlers) {
		long began = System.nanoTime();
		Map<String, Lsn> index = index(snapshot);
		List<String> unknown = new ArrayList<>();
		String[] current = { "the snapshot reader" };
		try (InputStream in = snapshot.content()) {
			SnapshotParts.read(in, (name, content) -> {
				Optional<WalSnapshotHandler> handler = handlers.stream()
					.filter((candidate) -> candidate.snapshotName().equals(name))
					.findFirst();
				if (handler.isPresent()) {
					current[0] = nameOf(handler.get());
					handler.get().restoreSnapshot(content, index.getOrDefault(name, Lsn.NONE));
				}
				else {
					unknown.add(name);
				}
			});
		}
		catch (Exception ex) {
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			throw new WalRestoreException(snapshot.info().file(), current[0], ex);
		}
		logger.info("Restored the snapshot at LSN {} ({} bytes) in {} ms", snapshot.lsn(), snapshot.info().length(),
				Duration.ofNanos(System.nanoTime() - began).toMillis());
		if (!unknown.isEmpty()) {
			logger
				.warn("The snapshot has parts named {}, but no WalSnapshotHandler bean has one of these names. The next"
						+ " snapshot will not contain them", unknown);
		}
	}

	/**
	 * Allow snapshots from now on, because the replay has finished.
	 */
	void replayed() {
		this.replayed = true;
	}

	@Override
	public Result snapshot() {
		return this.attempts.make(this::write,
				(result) -> result.outcome() == Outcome.WRITTEN || result.outcome() == Outcome.UNCHANGED);
	}

	private Result write() {
		List<WalSnapshotHandler> handlers = handlers();
		if (handlers.isEmpty()) {
			return new Result(Outcome.NO_HANDLER, Lsn.NONE);
		}
		SnapshotStore store = this.store;
		if (!this.replayed || store == null || this.wal.status().state() == WalState.CLOSED) {
			return new Result(Outcome.NOT_READY, newestLsn());
		}
		Lsn before = newestLsn();
		if (before.equals(this.wal.lastLsn())) {
			return new Result(Outcome.UNCHANGED, before);
		}
		long began = System.nanoTime();
		try {
			SnapshotInfo written = store.write((out) -> write(handlers, out));
			if (written.lsn().equals(before)) {
				return new Result(Outcome.UNCHANGED, before);
			}
			long count = this.writtenCount;
			this.writtenTime = this.writtenTime.plusNanos(System.nanoTime() - began);
			this.writtenCount = count + 1;
			return new Result(Outcome.WRITTEN, written.lsn());
		}
		catch (NothingAppliedException ex) {
			return new Result(Outcome.UNCHANGED, before);
		}
	}

	private Lsn write(List<WalSnapshotHandler> handlers, OutputStream out) throws IOException {
		DataOutputStream data = new DataOutputStream(out);
		Lsn lowest = null;
		for (WalSnapshotHandler handler : handlers) {
			Lsn lsn = write(handler, data);
			lowest = (lowest == null || lowest.isAfter(lsn)) ? lsn : lowest;
			if (lsn.isNone()) {
				throw new NothingAppliedException();
			}
			if (lsn.isAfter(this.wal.lastLsn())) {
				throw new IllegalStateException("'" + nameOf(handler) + "' returned LSN " + lsn
						+ " for its snapshot, but the last record has LSN " + this.wal.lastLsn());
			}
		}
		SnapshotParts.end(data);
		if (this.wal.durableLsn().value() < this.wal.lastLsn().value()) {
			// The store forces up to the lowest LSN; other handlers may have returned a
			// higher one.
			this.wal.sync();
		}
		return (lowest != null) ? lowest : Lsn.NONE;
	}

	private Lsn write(WalSnapshotHandler handler, DataOutputStream data) throws IOException {
		try {
			return SnapshotParts.write(data, handler.snapshotName(), handler::writeSnapshot);
		}
		catch (IOException | RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			throw new IllegalStateException("'" + nameOf(handler) + "' could not write its snapshot", ex);
		}
	}

	private Lsn newestLsn() {
		List<SnapshotInfo> all = snapshots();
		return all.isEmpty() ? Lsn.NONE : all.get(all.size() - 1).lsn();
	}

	@Override
	public Lsn releasedLsn() {
		SnapshotStore store = this.store;
		return (store != null) ? store.releasedLsn() : Lsn.NONE;
	}

	@Override
	public List<SnapshotInfo> snapshots() {
		SnapshotStore store = this.store;
		return (store != null) ? store.snapshots() : List.of();
	}

	@Override
	public List<Path> damaged() {
		SnapshotStore store = this.store;
		return (store != null) ? store.damaged() : List.of();
	}

	@Override
	public long writtenCount() {
		return this.writtenCount;
	}

	@Override
	public Duration writtenTime() {
		return this.writtenTime;
	}

	@Override
	public WalTaskReport report() {
		return this.attempts.report();
	}

	private String nameOf(WalSnapshotHandler handler) {
		return BeanNames.of(this.beanFactory, WalSnapshotHandler.class, handler);
	}

	/** A handler has applied no record, so that there is nothing to write. */
	private static final class NothingAppliedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		NothingAppliedException() {
			super(null, null, false, false);
		}

	}

}
