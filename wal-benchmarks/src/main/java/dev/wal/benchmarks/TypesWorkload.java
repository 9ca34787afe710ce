// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.wal.message.MessageEnvelope;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.message.WalJson;
import dev.wal.spring.message.WalKey;
import dev.wal.spring.message.WalMessageConverter;
import dev.wal.spring.message.WalMessageConverter.SkippedTypes;
import dev.wal.spring.message.WalType;
import dev.wal.spring.message.WalTypes;

/**
 * What it costs to append values instead of bytes: the same messages, as bytes that are
 * there already, as values, and as values whose bytes are read back before.
 */
final class TypesWorkload implements Workload {

	private static final String BYTES = "bytes";

	private static final String VALUES = "values";

	private static final String VERIFIED = "values, verified";

	private static final Order ORDER = new Order("order-4711", 17, Instant.parse("2026-03-01T12:17:00Z"), "ACCEPTED",
			List.of(new Line("SKU-1234", 2, 1999), new Line("SKU-77", 1, 14_950), new Line("SKU-4321", 9, 250)));

	private final int writers;

	private final Settings settings;

	private final Load load;

	TypesWorkload(int writers, Settings settings, Load load) {
		this.writers = writers;
		this.settings = settings;
		this.load = load;
	}

	@Override
	public String name() {
		return "types-" + this.writers;
	}

	@Override
	public String description() {
		return "orders in JSON, " + converter(false).toPayload(ORDER).length + " B with their envelope, " + this.writers
				+ ((this.writers == 1) ? " writer" : " writers") + ", durable";
	}

	@Override
	public List<Cell> cells() {
		WalMessageConverter converter = converter(false);
		byte[] message = converter.toPayload(ORDER);
		List<Cell> cells = new ArrayList<>();
		cells
			.add(cell(BYTES, (log) -> new Appender(log, () -> log.wal().append(MessageEnvelope.RECORD_TYPE, message))));
		cells.add(cell(VALUES, (log) -> values(log, converter)));
		cells.add(cell(VERIFIED, (log) -> values(log, converter(true))));
		return cells;
	}

	private static Appender values(WalSubject.WalLog log, WalMessageConverter converter) {
		WalTemplate template = new WalTemplate(log.wal(), converter);
		return new Appender(log, () -> template.append(ORDER));
	}

	private Cell cell(String name, Appenders appenders) {
		int size = converter(false).toPayload(ORDER).length;
		return new Cell(name, this.settings.cellSeconds(), (Path directory) -> {
			try (WalSubject.WalLog log = WalSubject.withDefaults().open(directory, size)) {
				return this.load.closedLoop(appenders.on(log), this.writers, size);
			}
		});
	}

	private static WalMessageConverter converter(boolean verify) {
		WalTypes types = WalTypes.builder().add(Order.class).build();
		WalJson json = new WalJson(List.of(), verify);
		return new WalMessageConverter(types, List.of(), json.codec(), json.upcasting(types, List.of()),
				SkippedTypes.NONE);
	}

	@Override
	public List<Row> rows(Results results) {
		String writers = this.writers + ((this.writers == 1) ? " writer" : " writers");
		return List.of(
				Row.atLeast("values, verified: appends/s / those of bytes, " + writers,
						results.ratio(name(), VERIFIED, BYTES, Metric.RATE), "", 0.5),
				Row.atLeast("values: appends/s verified / not verified, " + writers,
						results.ratio(name(), VERIFIED, VALUES, Metric.RATE), "", 0.7));
	}

	@FunctionalInterface
	private interface Appenders {

		Appender on(WalSubject.WalLog log);

	}

	/**
	 * Appends the order, whatever it is given.
	 */
	private record Appender(WalSubject.WalLog log, Runnable append) implements Subject.Log {

		@Override
		public void append(byte[] payload) {
			this.append.run();
		}

		@Override
		public Subject.Counts counts() {
			return this.log.counts();
		}

		@Override
		public void close() throws IOException {
			this.log.close();
		}

	}

	/**
	 * What is appended.
	 */
	@WalType("order.placed")
	record Order(@WalKey String orderId, long customerId, Instant createdAt, String status, List<Line> lines) {
	}

	/**
	 * A part of it.
	 */
	record Line(String sku, int quantity, long unitPriceCents) {
	}

}
