// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import dev.wal.Compression;
import dev.wal.LocalWriteAheadLog;
import dev.wal.WalBatch;

/**
 * What compression saves and costs for text: batches of orders in JSON, each batch one
 * durable block, appended by one thread.
 */
final class CompressionWorkload implements Workload {

	private static final String NAME = "compression";

	private static final int BATCHES = 64;

	private static final int BATCH = 64;

	private final Settings settings;

	private final Device device;

	CompressionWorkload(Settings settings, Device device) {
		this.settings = settings;
		this.device = device;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public String description() {
		return "durable batches of " + BATCH + " orders in JSON, about 300 B each, 1 writer";
	}

	@Override
	public List<Cell> cells() {
		List<WalBatch> batches = batches();
		List<Cell> cells = new ArrayList<>();
		for (Compression compression : Compression.values()) {
			WalSubject subject = WalSubject.with(compression.name().toLowerCase(Locale.ROOT),
					(builder) -> builder.compression(compression));
			cells.add(new Cell(subject.name(), this.settings.cellSeconds(), (directory) -> {
				try (WalSubject.WalLog log = subject.open(directory, 0)) {
					return measure(log, batches);
				}
			}));
		}
		return cells;
	}

	private Measurement measure(WalSubject.WalLog log, List<WalBatch> batches) {
		append(log.wal(), batches, this.settings.warmUp().toNanos());
		Gauges begin = Gauges.take(this.device, log);
		long records = append(log.wal(), batches, this.settings.measure().toNanos());
		Gauges end = Gauges.take(this.device, log);
		double payload = end.counts().payload() - begin.counts().payload();
		return begin.spent(end, records)
			.with(Metric.RATE, records / begin.seconds(end))
			.with(Metric.THROUGHPUT, payload / begin.seconds(end) / 1e6)
			.without(Metric.ALLOCATED);
	}

	private static long append(LocalWriteAheadLog wal, List<WalBatch> batches, long nanos) {
		long deadline = System.nanoTime() + nanos;
		long records = 0;
		do {
			wal.appendAll(batches.get((int) (records / BATCH) % BATCHES));
			records += BATCH;
		}
		while (System.nanoTime() - deadline < 0);
		return records;
	}

	private static List<WalBatch> batches() {
		Random random = new Random(1);
		List<WalBatch> batches = new ArrayList<>();
		for (int i = 0; i < BATCHES; i++) {
			WalBatch batch = new WalBatch();
			for (int j = 0; j < BATCH; j++) {
				batch.add(order(random).getBytes(StandardCharsets.UTF_8));
			}
			batches.add(batch);
		}
		return batches;
	}

	private static String order(Random random) {
		StringBuilder order = new StringBuilder();
		order.append("{\"orderId\":\"").append(Long.toHexString(random.nextLong())).append("\",\"customerId\":");
		order.append(random.nextInt(100_000)).append(",\"createdAt\":\"2026-03-01T12:").append(random.nextInt(60));
		order.append(":00Z\",\"status\":\"ACCEPTED\",\"lines\":[");
		for (int line = 0; line < 3; line++) {
			order.append((line > 0) ? "," : "").append("{\"sku\":\"SKU-").append(random.nextInt(5000));
			order.append("\",\"quantity\":").append(1 + random.nextInt(9)).append(",\"unitPriceCents\":");
			order.append(random.nextInt(20_000)).append('}');
		}
		return order.append("]}").toString();
	}

	@Override
	public List<Row> rows(Results results) {
		return List.of();
	}

}
