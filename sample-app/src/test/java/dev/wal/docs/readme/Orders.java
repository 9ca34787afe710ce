// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.readme;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.spring.replay.WalReplayHandler;

import org.springframework.stereotype.Service;

@Service
public class Orders implements WalReplayHandler {

	private final Map<Lsn, String> orders = new ConcurrentSkipListMap<>();

	private final WriteAheadLog wal;

	Orders(WriteAheadLog wal) {
		this.wal = wal;
	}

	public Lsn place(String order) {
		// On the disk when it returns.
		Lsn lsn = this.wal.append(order.getBytes(StandardCharsets.UTF_8));
		this.orders.put(lsn, order);
		return lsn;
	}

	// At the next start: each record, in order, before traffic.
	@Override
	public void onRecord(WalRecord record) {
		this.orders.put(record.lsn(), record.toText());
	}

	public Map<Lsn, String> all() {
		return Map.copyOf(this.orders);
	}

}
