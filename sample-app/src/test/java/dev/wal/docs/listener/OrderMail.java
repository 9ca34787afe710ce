// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.listener;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.wal.WalRecord;
import dev.wal.WalRecordListener;

import org.springframework.stereotype.Component;

@Component
class OrderMail implements WalRecordListener {

	private final Queue<String> sent = new ConcurrentLinkedQueue<>();

	// Durable, in the order of the log.
	@Override
	public void onRecord(WalRecord record) {
		this.sent.add("order " + record.lsn() + ": " + record.toText());
	}

	Queue<String> sent() {
		return this.sent;
	}

}
