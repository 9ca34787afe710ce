// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.replay.WalSnapshotHandler;
import dev.wal.trace.TraceJournal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * Rebuilds the state at a start, from the newest snapshot and the orders of the log above
 * it. Writes the snapshots, with one order a line, as JSON.
 * <p>
 * There is no snapshot at shutdown. A start after a stop and a start after a crash run
 * the same code, so this code is used every day.
 */
@Component
class OrderReplay implements WalSnapshotHandler {

	private static final Logger logger = LoggerFactory.getLogger(OrderReplay.class);

	private final WriteAheadLog wal;

	private final WalTemplate template;

	private final OrderBook book;

	private final Recovery recovery;

	private final Clock clock;

	/** A separate mapper, so that {@code spring.jackson.*} does not change the files. */
	private final JsonMapper json = JsonMapper.builder().build();

	private long began;

	private long snapshotLsn;

	private long fromSnapshot;

	private long replayed;

	private long lost;

	OrderReplay(WriteAheadLog wal, WalTemplate template, OrderBook book, Recovery recovery, Clock clock) {
		this.wal = wal;
		this.template = template;
		this.book = book;
		this.recovery = recovery;
		this.clock = clock;
	}

	@Override
	public String snapshotName() {
		return "orders";
	}

	/**
	 * Orders up to this LSN never change, so appends do not wait for the snapshot.
	 */
	@Override
	public Lsn writeSnapshot(OutputStream out) throws IOException {
		long lsn = this.book.appliedLsn();
		for (Order order : this.book.upTo(lsn)) {
			out.write(this.json.writeValueAsBytes(order));
			out.write('\n');
		}
		return Lsn.of(lsn);
	}

	@Override
	public void restoreSnapshot(InputStream in, Lsn lsn) {
		this.began = System.nanoTime();
		BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
		List<Order> orders = lines.lines().map((line) -> this.json.readValue(line, Order.class)).toList();
		this.book.restore(orders, lsn.value());
		this.snapshotLsn = lsn.value();
		this.fromSnapshot = orders.size();
	}

	@Override
	public void replayStarted(Lsn from, Lsn to) {
		if (this.snapshotLsn == 0) {
			this.began = System.nanoTime();
		}
	}

	@Override
	public void onRecord(WalRecord record) {
		long lsn = record.lsn().value();
		if (record.type() == TraceJournal.RECORD_TYPE) {
			passOver(lsn - 1);
			this.book.noOrder(lsn);
			return;
		}
		passOver(lsn - 1);
		if (!(this.template.read(record).value() instanceof OrderPlaced placed)) {
			throw new IllegalStateException(record + " is not an order. No other application may append to this log.");
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
				totals.lastLsn(), this.snapshotLsn, this.fromSnapshot, this.replayed, this.lost,
				this.wal.recoveryReport());
		this.recovery.complete(summary);
		logger.info("{}", summary.toText());
	}

	/**
	 * The log delivers every order that it has. A missing order was damaged, and the
	 * corruption policy skipped it.
	 */
	private void passOver(long last) {
		long first = this.book.appliedLsn() + 1;
		if (first <= last) {
			logger.warn(
					"The orders from LSN {} to {} are lost: they are damaged, and 'wal.corruption-policy' continues without them",
					first, last);
			this.book.passOver(last);
			this.lost += last - first + 1;
		}
	}

}
