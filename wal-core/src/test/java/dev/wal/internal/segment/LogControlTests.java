// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.time.Clock;
import java.util.UUID;

import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.testing.TestWaits;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for what an open log notes in its control file.
 */
@Tag("R90")
class LogControlTests {

	private static final ControlRecord NEW_LOG = ControlRecord.ofNewLog(new UUID(1, 2), "orders", 0);

	private final SimulatedDisk disk = new SimulatedDisk();

	private final DurableEnd end = new DurableEnd(0, segment(1), Format.SEGMENT_HEADER_SIZE);

	private boolean failed;

	private LogControl control;

	@BeforeEach
	void createControlFile() throws IOException {
		this.disk.create();
		ControlFile file = ControlFile.create(new LogDirectory(this.disk), NEW_LOG);
		this.control = new LogControl(this.disk.directory(), file, this.end, Clock.systemUTC());
		this.control.begin(() -> this.failed);
	}

	private static Segment segment(long number) {
		SegmentHeader header = new SegmentHeader(Format.VERSION, NEW_LOG.logId(), number, number, 0, "", 0, 0,
				Format.SEGMENT_HEADER_SIZE);
		return new Segment(header, 1, 0, Format.SEGMENT_HEADER_SIZE, Format.SEGMENT_HEADER_SIZE);
	}

	private ControlRecord written() throws IOException {
		return ControlFile.read(this.disk).record();
	}

	@Test
	void anUpdateNotesUpToWhereTheLogIsDurable() throws IOException {
		this.end.set(5, segment(1), 9000);
		this.control.update();
		assertThat(written().end()).isEqualTo(new ControlRecord.End(5, 1, 1, 9000));
	}

	@Test
	void aRotationIsNotedInTheBackground() throws IOException {
		this.end.set(0, segment(2), 9000);
		TestWaits.await().until(() -> {
			this.control.turn();
			return written().end().segment() == 2;
		});
	}

	@Test
	@Tag("R83")
	void aCheckpointNeverGoesBack() throws IOException {
		this.control.checkpoint(4);
		this.control.checkpoint(2);
		assertThat(written().checkpointLsn()).isEqualTo(4);
	}

	@Test
	@Tag("R46")
	void aLogThatHasFailedNotesNothingMore() throws IOException {
		this.failed = true;
		this.end.closed(true);
		assertThatIOException().isThrownBy(this.control::update).withMessageContaining("the log has failed");
		assertThatIOException().isThrownBy(() -> this.control.checkpoint(1));
		this.control.close(() -> {
		});
		assertThat(written()).isEqualTo(NEW_LOG);
	}

	@Test
	@Tag("R101")
	void aCleanCloseIsNotedWithTheEnd() throws IOException {
		this.end.set(5, segment(1), 9000);
		this.end.closed(true);
		this.control.close(() -> assertThat(written().closed()).isFalse());
		assertThat(written()).isEqualTo(NEW_LOG.closedAt(this.end.get()).numbered(1));
	}

	@Test
	@Tag("R101")
	void aCloseThatIsNotCleanIsNotNoted() throws IOException {
		this.control.close(() -> {
		});
		assertThat(written().closed()).isFalse();
	}

	@Test
	@Tag("R101")
	void aCloseThatFailsIsNotNoted() throws IOException {
		this.end.closed(true);
		assertThatIOException().isThrownBy(() -> this.control.close(() -> {
			throw new IOException("planted");
		}));
		assertThat(written().closed()).isFalse();
	}

}
