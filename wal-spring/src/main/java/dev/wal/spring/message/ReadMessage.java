// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.message.MessageEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * A message that was read.
 */
record ReadMessage<T>(WalRecord record, Supplier<UUID> logId, MessageEnvelope envelope,
		T value) implements WalMessage<T> {

	@Override
	public Lsn lsn() {
		return this.record.lsn();
	}

	@Override
	public String id() {
		return this.logId.get() + "/" + this.record.lsn();
	}

	@Override
	public Instant timestamp() {
		return this.record.timestamp();
	}

	@Override
	public String type() {
		return this.envelope.type();
	}

	@Override
	public int version() {
		return this.envelope.version();
	}

	@Override
	public @Nullable String key() {
		return this.envelope.key();
	}

	@Override
	public Map<String, String> headers() {
		return this.envelope.headers();
	}

	/** Never shows the content. */
	@Override
	public String toString() {
		return "WalMessage[lsn=" + this.record.lsn() + ", " + this.envelope + "]";
	}

}
