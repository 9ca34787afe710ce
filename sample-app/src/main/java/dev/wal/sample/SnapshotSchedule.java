package dev.wal.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

import dev.wal.Lsn;
import dev.wal.WriteAheadLog;
import dev.wal.spring.WalCheckpointSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Saves the state from time to time, and tells the log what it may therefore forget.
 * <p>
 * There is no snapshot at shutdown: a start after an orderly stop and a start after a
 * crash take the same path, so that the path is known to work.
 */
@Component
class SnapshotSchedule implements WalCheckpointSource {

	private static final Logger logger = LoggerFactory.getLogger(SnapshotSchedule.class);

	private final WriteAheadLog wal;

	private final OrderBook book;

	private final SnapshotStore store;

	private final Recovery recovery;

	private final SampleProperties.Snapshot properties;

	private volatile long savedLsn;

	private long savedAt = System.nanoTime();

	SnapshotSchedule(WriteAheadLog wal, OrderBook book, SnapshotStore store, Recovery recovery,
			SampleProperties properties) {
		this.wal = wal;
		this.book = book;
		this.store = store;
		this.recovery = recovery;
		this.properties = properties.snapshot();
	}

	/**
	 * Save a snapshot if enough orders, or enough time, have passed since the last one.
	 * @throws IOException if the snapshot could not be saved, which costs no order; it is
	 * tried again
	 */
	@Scheduled(fixedDelay = 200)
	synchronized void saveIfDue() throws IOException {
		Recovery.Summary recovered = this.recovery.summary();
		if (recovered == null) {
			return;
		}
		this.savedLsn = Math.max(this.savedLsn, recovered.snapshotLsn());
		long fresh = this.book.appliedLsn() - this.savedLsn;
		Duration age = Duration.ofNanos(System.nanoTime() - this.savedAt);
		if (fresh >= this.properties.every() || (fresh > 0 && age.compareTo(this.properties.interval()) >= 0)) {
			save();
		}
	}

	private void save() throws IOException {
		long began = System.nanoTime();
		// Never beyond what the disk has: under a relaxed sync policy the log could lose
		// orders that the snapshot has, and give their LSNs to others.
		long lsn = Math.min(this.book.appliedLsn(), this.wal.durableLsn().value());
		if (lsn > this.savedLsn) {
			this.store.save(new Snapshot(this.wal.status().logId(), lsn, this.book.upTo(lsn)));
			this.savedLsn = lsn;
			logger.info("Saved a snapshot of all orders up to LSN {} in {} ms", lsn,
					Duration.ofNanos(System.nanoTime() - began).toMillis());
		}
		this.savedAt = System.nanoTime();
	}

	/**
	 * Return the LSN of the newest snapshot.
	 * @return the LSN, 0 if there is none
	 */
	long savedLsn() {
		return this.savedLsn;
	}

	/**
	 * Name the older of the two snapshots that are kept, not the newest: should that one
	 * ever be unreadable, the log still has what is above the other.
	 */
	@Override
	public Lsn appliedLsn() {
		try {
			return Lsn.of(this.store.releasedLsn());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
