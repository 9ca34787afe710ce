// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.replay;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.WalRecordListener;
import dev.wal.WriteAheadLog;
import dev.wal.spring.checkpoint.WalCheckpointSource;
import dev.wal.spring.replay.WalReplayHandler;

import org.springframework.stereotype.Component;

@Component
class Invoices implements WalReplayHandler, WalRecordListener, WalCheckpointSource {

	private final WriteAheadLog wal;

	private final InvoiceStore store;

	Invoices(WriteAheadLog wal, InvoiceStore store) {
		this.wal = wal;
		this.store = store;
	}

	Lsn send(byte[] invoice) {
		// On the disk: from here on it cannot be lost.
		return this.wal.append(invoice);
	}

	// In the order of the log: replayed at the start, then as they come.
	@Override
	public void onRecord(WalRecord record) {
		// It may be in the store already.
		if (record.lsn().value() > this.store.lastLsn()) {
			this.store.save(record.lsn().value(), record.bytes());
		}
	}

	// Up to here nothing is needed from the log.
	@Override
	public Lsn appliedLsn() {
		return Lsn.of(this.store.lastLsn());
	}

	/**
	 * A table of a database: save stores the LSN and the invoice in one transaction.
	 */
	interface InvoiceStore {

		void save(long lsn, byte[] invoice);

		long lastLsn();

	}

}
