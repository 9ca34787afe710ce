// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

import dev.wal.WalRecord;
import dev.wal.message.MessageEnvelope;
import dev.wal.spring.message.WalMessageConverter.SkippedTypes;

/**
 * Converters for tests.
 */
final class Converters {

	static final UUID LOG_ID = new UUID(1, 2);

	private Converters() {
	}

	static WalMessageConverter json(Class<?>... types) {
		return of(types(types), new WalJson(List.of(), true), SkippedTypes.NONE);
	}

	static WalMessageConverter of(WalTypes types, WalJson json, SkippedTypes skipped, WalUpcaster... upcasters) {
		return new WalMessageConverter(types, List.of(), json.codec(), json.upcasting(types, List.of(upcasters)),
				skipped);
	}

	static WalMessageConverter withCodecs(WalTypes types, WalCodec... codecs) {
		return new WalMessageConverter(types, List.of(codecs), new WalJson(List.of(), true).codec(),
				UnaryOperator.identity(), SkippedTypes.NONE);
	}

	static WalTypes types(Class<?>... types) {
		WalTypes.Builder builder = WalTypes.builder();
		for (Class<?> type : types) {
			builder.add(type);
		}
		return builder.build();
	}

	static WalRecord record(byte[] payload) {
		return new WalRecord(7, MessageEnvelope.RECORD_TYPE, 0, ByteBuffer.wrap(payload));
	}

	static MessageEnvelope envelope(byte[] payload) {
		return MessageEnvelope.of(record(payload));
	}

	static WalMessage<?> read(WalMessageConverter converter, byte[] payload) {
		return converter.read(record(payload), () -> LOG_ID).orElseThrow();
	}

	static String body(byte[] payload) {
		return StandardCharsets.UTF_8.decode(envelope(payload).body()).toString();
	}

}
