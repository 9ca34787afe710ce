// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.types;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.message.WalMessage;
import dev.wal.spring.replay.WalReplayHandler;

import org.springframework.stereotype.Service;

@Service
class Orders implements WalReplayHandler {

	private final Map<String, OrderPlaced> orders = new ConcurrentHashMap<>();

	private final WalTemplate wal;

	Orders(WalTemplate wal) {
		this.wal = wal;
	}

	Lsn place(OrderPlaced order, String tenant) {
		Lsn lsn = this.wal.append(WalMessage.of(order).header("tenant", tenant));
		this.orders.put(order.orderId(), order);
		return lsn;
	}

	@Override
	public void onRecord(WalRecord record) {
		if (this.wal.read(record).value() instanceof OrderPlaced order) {
			this.orders.put(order.orderId(), order);
		}
	}

	Map<String, OrderPlaced> all() {
		return Map.copyOf(this.orders);
	}

}
