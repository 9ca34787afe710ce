// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Appends as fast as a log allows, first to warm up, then to be measured.
 */
final class Load {

	private static final long MAX_LATENCY = TimeUnit.SECONDS.toNanos(60);

	/**
	 * How many appends come between two looks at the clock where they take below 1 us.
	 */
	private static final int STRIDE = 256;

	private final Settings settings;

	private final Device device;

	Load(Settings settings, Device device) {
		this.settings = settings;
		this.device = device;
	}

	/**
	 * Return content that does not compress.
	 */
	static byte[] payload(int size) {
		byte[] payload = new byte[size];
		new Random(size).nextBytes(payload);
		return payload;
	}

	/**
	 * Append with a number of platform threads, each of which waits for its append.
	 */
	Measurement closedLoop(Subject.Log log, int threads, int payloadSize) throws Exception {
		return closedLoop(log, threads, payloadSize, this.settings.warmUp(), this.settings.measure());
	}

	Measurement closedLoop(Subject.Log log, int threads, int payloadSize, Duration warmUp, Duration measure)
			throws Exception {
		Stage stage = new Stage();
		List<Writer> writers = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			Writer writer = new Writer(log, payload(payloadSize), stage, i);
			writers.add(writer);
			writer.start();
		}
		Thread.sleep(warmUp.toMillis());
		Gauges begin = Gauges.take(this.device, log);
		stage.current = Stage.MEASURE;
		awaitEnd(measure, writers);
		stage.current = Stage.KEEP_GOING;
		Gauges end = Gauges.take(this.device, log);
		stage.current = Stage.END;
		Histogram latencies = new Histogram(MAX_LATENCY, 3);
		for (Writer writer : writers) {
			writer.join();
			writer.check();
			latencies.add(writer.latencies);
		}
		long appends = latencies.getTotalCount();
		double rate = appends / begin.seconds(end);
		return begin.spent(end, appends)
			.with(latencies)
			.with(Metric.RATE, rate)
			.with(Metric.THROUGHPUT, rate * payloadSize / 1e6);
	}

	/**
	 * Wait as long as is to be measured, and on a disk that stalls until there is
	 * anything to measure.
	 */
	private static void awaitEnd(Duration measure, List<Writer> writers) throws InterruptedException {
		Thread.sleep(measure.toMillis());
		long deadline = System.nanoTime() + MAX_LATENCY;
		while (writers.stream().noneMatch((writer) -> writer.measured || writer.failure != null)
				&& System.nanoTime() - deadline < 0) {
			Thread.sleep(1);
		}
	}

	/**
	 * Append with one thread that waits for nothing, until all is durable at the end.
	 */
	Measurement stream(Subject.Log log, int payloadSize) throws Exception {
		byte[] payload = payload(payloadSize);
		stream(log, payload, this.settings.warmUp());
		log.sync();
		Gauges begin = Gauges.take(this.device, log);
		long appends = stream(log, payload, this.settings.measure());
		log.sync();
		Gauges end = Gauges.take(this.device, log);
		double rate = appends / begin.seconds(end);
		return begin.spent(end, appends)
			.with(Metric.RATE, rate)
			.with(Metric.THROUGHPUT, rate * payloadSize / 1e6)
			// It is this thread that appends, and what it allocates was left out.
			.without(Metric.ALLOCATED);
	}

	private static long stream(Subject.Log log, byte[] payload, Duration duration) throws Exception {
		long deadline = System.nanoTime() + duration.toNanos();
		long appends = 0;
		do {
			for (int i = 0; i < STRIDE; i++) {
				log.append(payload);
			}
			appends += STRIDE;
		}
		while (System.nanoTime() - deadline < 0);
		return appends;
	}

	/**
	 * Append with one thread that never has more than a number of asynchronous appends in
	 * flight, until all is durable at the end.
	 */
	Measurement pipeline(WalSubject.WalLog log, int inFlight, int payloadSize) {
		byte[] payload = payload(payloadSize);
		pipeline(log.wal(), inFlight, payload, this.settings.warmUp());
		Gauges begin = Gauges.take(this.device, log);
		long appends = pipeline(log.wal(), inFlight, payload, this.settings.measure());
		Gauges end = Gauges.take(this.device, log);
		double rate = appends / begin.seconds(end);
		return begin.spent(end, appends)
			.with(Metric.RATE, rate)
			.with(Metric.THROUGHPUT, rate * payloadSize / 1e6)
			.without(Metric.ALLOCATED);
	}

	private static long pipeline(LocalWriteAheadLog wal, int inFlight, byte[] payload, Duration duration) {
		Pipeline pipeline = new Pipeline(wal, inFlight);
		long deadline = System.nanoTime() + duration.toNanos();
		do {
			for (int i = 0; i < STRIDE; i++) {
				pipeline.append(payload);
			}
		}
		while (System.nanoTime() - deadline < 0);
		return pipeline.complete();
	}

	/**
	 * Asynchronous appends, of which never more than a number are in flight.
	 */
	static final class Pipeline {

		private final LocalWriteAheadLog wal;

		private final List<CompletableFuture<Lsn>> window;

		private long appended;

		Pipeline(LocalWriteAheadLog wal, int inFlight) {
			this.wal = wal;
			this.window = new ArrayList<>(inFlight);
			for (int i = 0; i < inFlight; i++) {
				this.window.add(CompletableFuture.completedFuture(Lsn.NONE));
			}
		}

		void append(byte[] payload) {
			int slot = (int) (this.appended++ % this.window.size());
			this.window.get(slot).join();
			this.window.set(slot, this.wal.appendAsync(payload));
		}

		/**
		 * Wait for all of them.
		 * @return the number of records appended
		 */
		long complete() {
			this.window.forEach(CompletableFuture::join);
			return this.appended;
		}

	}

	/**
	 * Where all writers of a cell are.
	 */
	private static final class Stage {

		static final int WARM_UP = 0;

		static final int MEASURE = 1;

		static final int KEEP_GOING = 2;

		static final int END = 3;

		volatile int current = WARM_UP;

	}

	/**
	 * Appends until the end. Allocates nothing itself: what is allocated is the log's.
	 */
	private static final class Writer extends Thread {

		private final Subject.Log log;

		private final byte[] payload;

		private final Stage stage;

		private final Histogram latencies = new Histogram(MAX_LATENCY, 3);

		private volatile boolean measured;

		private volatile @Nullable Throwable failure;

		Writer(Subject.Log log, byte[] payload, Stage stage, int number) {
			super("writer-" + number);
			this.log = log;
			this.payload = payload;
			this.stage = stage;
			setDaemon(true);
		}

		@Override
		public void run() {
			try {
				long began = System.nanoTime();
				for (int now = this.stage.current; now != Stage.END; now = this.stage.current) {
					this.log.append(this.payload);
					long ended = System.nanoTime();
					if (this.stage.current == Stage.MEASURE) {
						this.latencies.recordValue(Math.min(ended - began, MAX_LATENCY));
						if (!this.measured) {
							this.measured = true;
						}
					}
					began = ended;
				}
			}
			catch (Throwable ex) {
				this.failure = ex;
			}
		}

		void check() {
			Throwable failure = this.failure;
			if (failure != null) {
				throw new IllegalStateException(getName() + " failed: " + failure, failure);
			}
		}

	}

}
