// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.read;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeliveryLog}.
 */
@Tag("R94")
class DeliveryLogTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(DeliveryLog.class);

	private final ListAppender<ILoggingEvent> events = new ListAppender<>();

	private final AtomicLong time = new AtomicLong();

	private final DeliveryLog log = new DeliveryLog("Mail", this.time::get);

	@BeforeEach
	void listen() {
		this.logger.setLevel(Level.INFO);
		this.events.start();
		this.logger.addAppender(this.events);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.events);
		this.logger.setLevel(null);
	}

	private List<String> lines() {
		return this.events.list.stream().map((event) -> event.getLevel() + " " + event.getFormattedMessage()).toList();
	}

	@Test
	@Tag("R103")
	void eachKindOfFailureIsLoggedOnceAndItsEnd() {
		for (int i = 0; i < 5; i++) {
			this.log.failed(7, new IOException("attempt " + i));
			this.log.failed(7, new IllegalStateException("attempt " + i));
		}
		this.log.delivered(7);
		this.log.delivered(8);
		assertThat(lines()).satisfiesExactly((line) -> assertThat(line).startsWith("WARN Mail failed at LSN 7"),
				(line) -> assertThat(line).startsWith("WARN Mail failed at LSN 7"), (line) -> assertThat(line)
					.isEqualTo("INFO Mail gets records again: LSN 7 was delivered after 10 failure(s)"));
		assertThat(this.events.list.get(0).getThrowableProxy().getMessage()).isEqualTo("attempt 0");
	}

	@Test
	@Tag("R103")
	void listenerThatFailsAtEveryRecordIsLoggedOnceAMinute() {
		for (int lsn = 1; lsn <= 1000; lsn++) {
			this.log.failed(lsn, new IOException("record " + lsn));
			this.log.delivered(lsn);
		}
		assertThat(lines()).hasSize(2);
		this.time.addAndGet(Duration.ofMinutes(1).toNanos());
		this.log.failed(1001, new IOException("again"));
		assertThat(lines()).last().asString().startsWith("WARN Mail failed at LSN 1001");
	}

	@Test
	void recordThatCannotBeReadIsLoggedOnceAndItsEnd() {
		for (int i = 0; i < 5; i++) {
			this.log.unreadable(7, new IOException("Too many open files"));
		}
		this.log.delivered(7);
		assertThat(lines()).containsExactly("WARN Could not read LSN 7 for Mail; retrying: Too many open files",
				"INFO Mail gets records again: LSN 7 was delivered after 5 failure(s)");
	}

}
