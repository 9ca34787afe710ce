// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.crash.RecordedRun;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFault;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import dev.wal.testing.fault.FaultColumn;
import dev.wal.tools.TestVerification;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that what is in a record goes to the log's files and to its readers, and nowhere
 * else: to no log line, no exception and no text of a value, however things go wrong.
 */
class SecrecyTests {

	private static final String SECRET = "s3cr3t";

	private static final byte[] PAYLOAD = SECRET.repeat(20).getBytes(StandardCharsets.UTF_8);

	private static final String FIRST = SegmentName.of(1);

	private final SimulatedDisk disk = new SimulatedDisk();

	private final Logger logger = (Logger) LoggerFactory.getLogger("dev.wal");

	private final ListAppender<ILoggingEvent> events = new ListAppender<>();

	/** All that was thrown or can be printed. */
	private final List<String> said = new ArrayList<>();

	private Level level;

	@BeforeEach
	void listen() {
		this.level = this.logger.getLevel();
		this.logger.setLevel(Level.TRACE);
		this.logger.setAdditive(false);
		this.events.start();
		this.logger.addAppender(this.events);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.events);
		this.logger.setAdditive(true);
		this.logger.setLevel(this.level);
	}

	private static WalOptions options(CorruptionPolicy policy) {
		return RecordedRun.options(
				(builder) -> builder.segmentSize(12 * 1024).corruptionPolicy(policy).recoveryScan(RecoveryScan.FULL));
	}

	private void attempt(Runnable step) {
		try {
			step.run();
		}
		catch (WalException | OutOfMemoryError ex) {
			this.said.add(text(ex));
		}
	}

	private static String text(Throwable ex) {
		StringWriter text = new StringWriter();
		ex.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	private void live(SegmentedLog log) {
		attempt(() -> log.append(PAYLOAD));
		attempt(() -> log.append(PAYLOAD, SyncPolicy.none()));
		attempt(() -> log.appendAll(List.of(PAYLOAD, PAYLOAD)));
		this.said
			.add(String.valueOf(log.appendAsync(PAYLOAD).handle((lsn, ex) -> (ex != null) ? text(ex) : lsn).join()));
		attempt(log::rotate);
		attempt(() -> log.checkpoint(new Lsn(1)));
		attempt(() -> {
			try (WalReader reader = log.read(log.firstLsn())) {
				for (WalRecord record : reader) {
					this.said.add(record.toString());
				}
			}
		});
		this.said.add(String.valueOf(log.status()));
		this.said
			.add(log.recoveryReport() + " " + log.tailState() + " " + log.segments() + " " + log + " " + log.options());
		attempt(log::close);
	}

	private void assertNothingSaid() {
		for (ILoggingEvent event : this.events.list) {
			this.said.add(event.getFormattedMessage());
			if (event.getThrowableProxy() instanceof ThrowableProxy proxy) {
				this.said.add(text(proxy.getThrowable()));
			}
		}
		String hex = HexFormat.of().formatHex(SECRET.getBytes(StandardCharsets.UTF_8));
		assertThat(this.events.list).isNotEmpty();
		assertThat(this.said)
			.allSatisfy((text) -> assertThat(text).doesNotContain(SECRET).doesNotContainIgnoringCase(hex));
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "KILL", "POWER_LOSS", "INTERRUPT" })
	@Tag("R104")
	void failureOfAnyCallSaysNothingOfAPayload(FaultColumn fault) {
		for (Kind kind : List.of(Kind.WRITE, Kind.FORCE, Kind.CREATE, Kind.RENAME, Kind.DELETE, Kind.FORCE_DIRECTORY,
				Kind.OPEN_FOR_READING)) {
			SimulatedDisk disk = new SimulatedDisk();
			SegmentedLog log = LogOpener.open(options(CorruptionPolicy.FAIL), disk);
			attempt(() -> log.append(PAYLOAD));
			disk.inject(new Failing(kind, fault));
			live(log);
			attempt(() -> live(LogOpener.open(options(CorruptionPolicy.FAIL), disk)));
			disk.heal();
			attempt(() -> live(LogOpener.open(options(CorruptionPolicy.FAIL), disk)));
		}
		assertNothingSaid();
	}

	@ParameterizedTest
	@EnumSource
	@Tag("R104")
	void damageToAPayloadSaysNothingOfIt(CorruptionPolicy policy) {
		SegmentedLog log = LogOpener.open(options(CorruptionPolicy.FAIL), this.disk);
		this.disk.inject((call) -> {
			if (call.is(Kind.WRITE, FIRST)) {
				call.flipBit();
			}
			return DiskFault.NONE;
		});
		log.append(PAYLOAD);
		this.disk.heal();
		log.append(PAYLOAD);
		log.close();
		this.said.add(TestVerification.verify(this.disk).toString());
		attempt(() -> live(LogOpener.open(options(policy), this.disk)));
		assertNothingSaid();
	}

	@Test
	@Tag("R104")
	void tornTailSaysNothingOfAPayload() {
		SegmentedLog log = LogOpener.open(options(CorruptionPolicy.FAIL), this.disk);
		log.append(PAYLOAD);
		this.disk.inject(DiskFaults.shortWrites(60))
			.inject(DiskFaults.once(3, (call) -> call.is(Kind.WRITE, FIRST), DiskFaults::inputOutputError));
		attempt(() -> log.append(PAYLOAD));
		attempt(log::close);
		this.disk.heal();
		live(LogOpener.open(options(CorruptionPolicy.FAIL), this.disk));
		assertNothingSaid();
	}

	@Test
	@Tag("R104")
	void textOfABatchSaysNothingOfItsPayloads() {
		WalBatch batch = new WalBatch().add(PAYLOAD);
		this.said.add(batch.entries().toString());
		LogOpener.open(options(CorruptionPolicy.FAIL), this.disk).close();
		assertNothingSaid();
	}

	/**
	 * Every call of a kind fails.
	 */
	private static final class Failing implements DiskFault {

		private final Kind kind;

		private final FaultColumn fault;

		private int time;

		Failing(Kind kind, FaultColumn fault) {
			this.kind = kind;
			this.fault = fault;
		}

		@Override
		public synchronized int before(DiskCall call) throws java.io.IOException {
			if (call.kind() != this.kind || (this.fault == FaultColumn.FLIPPED_BIT && this.kind != Kind.WRITE)) {
				return NONE;
			}
			this.time++;
			return this.fault.strike(call, this.time);
		}

	}

}
