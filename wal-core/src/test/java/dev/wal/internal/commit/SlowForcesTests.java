// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.util.List;
import java.util.concurrent.TimeUnit;

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
 * Tests for {@link SlowForces}.
 */
@Tag("R103")
class SlowForcesTests {

	private static final String SEGMENT = "wal-00000000000000000001.log";

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private final Logger logger = (Logger) LoggerFactory.getLogger(SlowForces.class);

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	@BeforeEach
	void setUp() {
		this.lines.start();
		this.logger.setLevel(Level.WARN);
		this.logger.addAppender(this.lines);
	}

	@AfterEach
	void tearDown() {
		this.logger.detachAppender(this.lines);
		this.logger.setLevel(null);
	}

	@Test
	void aForceAboveASecondIsLoggedWithFileTimeAndRecords() {
		SlowForces forces = new SlowForces();
		forces.ended(SEGMENT, 2 * SECOND, 5);
		assertThat(lines()).singleElement()
			.asString()
			.contains("A force of " + SEGMENT + " took 2000 ms, and 5 record(s) waited for it");
	}

	@Test
	void slowForcesAreLoggedOnceAMinute() {
		SlowForces forces = new SlowForces();
		for (int i = 0; i < 10; i++) {
			forces.ended(SEGMENT, 2 * SECOND, 1);
		}
		assertThat(lines()).hasSize(1);
		SlowForces withoutPause = new SlowForces(0);
		withoutPause.ended(SEGMENT, SECOND, 1);
		withoutPause.ended(SEGMENT, SECOND, 1);
		assertThat(lines()).hasSize(3);
	}

	private List<String> lines() {
		return this.lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

}
