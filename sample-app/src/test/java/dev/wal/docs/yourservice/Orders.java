// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.yourservice;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.spring.replay.WalSnapshotHandler;

import org.springframework.stereotype.Service;

@Service
public class Orders implements WalSnapshotHandler {

	private final ConcurrentNavigableMap<Lsn, String> orders = new ConcurrentSkipListMap<>();

	private final WriteAheadLog wal;

	Orders(WriteAheadLog wal) {
		this.wal = wal;
	}

	Lsn place(String order) {
		// On the disk when it returns.
		Lsn lsn = this.wal.append(order.getBytes(StandardCharsets.UTF_8));
		this.orders.put(lsn, order);
		return lsn;
	}

	Collection<String> all() {
		return this.orders.values();
	}

	// At the start: the records above the snapshot.
	@Override
	public void onRecord(WalRecord record) {
		this.orders.put(record.lsn(), record.toText());
	}

	@Override
	public String snapshotName() {
		// Stored on the disk: never change it.
		return "orders";
	}

	@Override
	public Lsn writeSnapshot(OutputStream out) throws IOException {
		Lsn applied = Lsn.NONE;
		// Up to the first order that is not in the map yet.
		while (this.orders.containsKey(applied.next())) {
			applied = applied.next();
		}
		Map<Lsn, String> upTo = this.orders.headMap(applied, true);
		DataOutputStream data = new DataOutputStream(out);
		data.writeInt(upTo.size());
		for (Map.Entry<Lsn, String> order : upTo.entrySet()) {
			data.writeLong(order.getKey().value());
			data.writeUTF(order.getValue());
		}
		// The content is the state after this record.
		return applied;
	}

	// At the start, before onRecord.
	@Override
	public void restoreSnapshot(InputStream in, Lsn lsn) throws IOException {
		DataInputStream data = new DataInputStream(in);
		for (int count = data.readInt(); count > 0; count--) {
			this.orders.put(Lsn.of(data.readLong()), data.readUTF());
		}
	}

}
