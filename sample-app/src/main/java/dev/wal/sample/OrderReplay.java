package dev.wal.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.spring.WalReplayHandler;
import dev.wal.spring.WalTemplate;
import dev.wal.trace.TraceJournal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Rebuilds the state at a start: the newest snapshot, then every order that the log has
 * above it.
 * <p>
 * The checkpoint of the log is older than the newest snapshot, so replay delivers orders
 * that the snapshot has already. They are recognized by their LSNs and not added again.
 */
@Component
class OrderReplay implements WalReplayHandler {

	private static final Logger logger = LoggerFactory.getLogger(OrderReplay.class);

	private final WriteAheadLog wal;

	private final WalTemplate template;

	private final SnapshotStore snapshots;

	private final OrderBook book;

	private final Recovery recovery;

	private final Clock clock;

	private long began;

	private long snapshotLsn;

	private long fromSnapshot;

	private long replayed;

	private long skipped;

	private long lost;

	OrderReplay(WriteAheadLog wal, WalTemplate template, SnapshotStore snapshots, OrderBook book, Recovery recovery,
			Clock clock) {
		this.wal = wal;
		this.template = template;
		this.snapshots = snapshots;
		this.book = book;
		this.recovery = recovery;
		this.clock = clock;
	}

	@Override
	public void replayStarted(Lsn from, Lsn to) {
		this.began = System.nanoTime();
		Optional<Snapshot> snapshot = loadSnapshot();
		if (snapshot.isPresent()) {
			requireSameLog(snapshot.get());
			this.book.restore(snapshot.get());
			this.snapshotLsn = snapshot.get().lsn();
			this.fromSnapshot = snapshot.get().orders().size();
		}
		if (this.wal.checkpointLsn().value() > this.snapshotLsn) {
			throw new UnusableSnapshotException(
					"The log has let go of the orders up to LSN " + this.wal.checkpointLsn()
							+ ", but the newest snapshot that can be read "
							+ (snapshot.isPresent() ? "ends at LSN " + this.snapshotLsn : "is missing") + ".",
					"Put the missing snapshot file back (one that was damaged lies beside the others as '*.damaged'),"
							+ " or restore the whole data directory from a backup. To begin without any order, move the"
							+ " data directory away.");
		}
	}

	@Override
	public void onRecord(WalRecord record) {
		long lsn = record.lsn().value();
		if (record.type() == TraceJournal.RECORD_TYPE) {
			if (lsn > this.book.appliedLsn()) {
				passOver(lsn - 1);
				this.book.noOrder(lsn);
			}
			return;
		}
		if (lsn <= this.book.appliedLsn()) {
			this.skipped++;
			return;
		}
		passOver(lsn - 1);
		if (!(this.template.read(record) instanceof OrderPlaced placed)) {
			throw new IllegalStateException(record + " is not an order. Only this service may write to its log.");
		}
		this.book.apply(Order.of(record.lsn(), placed));
		this.replayed++;
	}

	@Override
	public void replayCompleted(Lsn from, Lsn to) {
		passOver(this.wal.recoveryReport().lastLsn().value());
		OrderBook.Totals totals = this.book.totals();
		Recovery.Summary summary = new Recovery.Summary(this.clock.instant(),
				Duration.ofNanos(System.nanoTime() - this.began), totals.count(), totals.amountCents(),
				totals.lastLsn(), this.snapshotLsn, this.fromSnapshot, this.replayed, this.skipped, this.lost,
				this.wal.recoveryReport());
		this.recovery.complete(summary);
		logger.info("{}", summary.toText());
	}

	/**
	 * The log delivers every order that it has, so one that is missing is one that it was
	 * told to do without.
	 */
	private void passOver(long last) {
		long first = this.book.appliedLsn() + 1;
		if (first <= last) {
			logger.warn(
					"The orders from LSN {} to {} are lost: they were damaged, and the settings say to go on without them",
					first, last);
			this.book.passOver(last);
			this.lost += last - first + 1;
		}
	}

	private Optional<Snapshot> loadSnapshot() {
		try {
			return this.snapshots.loadNewest();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The snapshots cannot be read: " + ex.getMessage(), ex);
		}
	}

	private void requireSameLog(Snapshot snapshot) {
		boolean sameLog = snapshot.logId().equals(this.wal.status().logId());
		if (!sameLog || snapshot.lsn() > this.wal.lastLsn().value()) {
			throw new UnusableSnapshotException(
					"The newest snapshot (LSN " + snapshot.lsn() + ") was not taken of the log that was opened ("
							+ (sameLog ? "which ends at LSN " + this.wal.lastLsn() : "another one, by its id") + ").",
					"Put the log and the snapshots that belong together back into one data directory. To begin"
							+ " without any order, move both of them away.");
		}
	}

}
