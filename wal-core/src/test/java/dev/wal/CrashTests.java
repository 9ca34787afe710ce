// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.time.Duration;
import java.util.Arrays;

import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.QuietLog;
import dev.wal.testing.crash.CrashExplorer;
import dev.wal.testing.crash.RecordedRun;
import dev.wal.testing.disk.DiskCall;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that crash the log at every call to the disk.
 */
@ExtendWith(QuietLog.class)
@Timeout(300)
class CrashTests {

	/** How many states to explore in all, at least. */
	private static final long TARGET = Long.getLong("wal.crash.target", 50_000);

	private static final WalOptions ONE_SEGMENT = RecordedRun.options((builder) -> builder);

	private static final WalOptions SMALL_SEGMENTS = RecordedRun.options((builder) -> builder.segmentSize(8192));

	private static final WalOptions PREALLOCATED = RecordedRun
		.options((builder) -> builder.segmentSize(12 * 1024).preallocate(true));

	private static final SyncPolicy RARELY = SyncPolicy.interval(Duration.ofHours(1));

	@AfterAll
	static void printSummary() {
		System.out.println(CrashExplorer.summary());
	}

	@Test
	@Tag("D17")
	void creation() {
		CrashExplorer.explore("creation", ONE_SEGMENT, (run) -> run.open().append(5));
	}

	@Test
	@Tag("Rule1")
	void appends() {
		CrashExplorer.explore("appends", ONE_SEGMENT,
				(run) -> run.open().append(0).append(1).append(300).append(511).append(2000).append(7));
	}

	@Test
	@Tag("R39")
	void appendsWithoutForce() {
		CrashExplorer.explore("appends without force", ONE_SEGMENT,
				(run) -> run.open()
					.append(100, SyncPolicy.none())
					.append(600, SyncPolicy.none())
					.append(30, RARELY)
					.append(900, SyncPolicy.none())
					.sync()
					.append(900, RARELY)
					.append(90));
	}

	@Test
	@Tag("R29")
	void batchIsCompleteOrAbsent() {
		CrashExplorer.explore("batches", ONE_SEGMENT,
				(run) -> run.open().appendAll(100, 200, 900).append(3).appendAll(1, 0, 1500, 3000).appendAll(5, 6));
	}

	@Test
	@Tag("R25")
	void recordLargerThanSegment() {
		CrashExplorer.explore("oversize records", SMALL_SEGMENTS,
				(run) -> run.open().append(10).append(9000).append(9000).append(10));
	}

	@Test
	@Tag("R55")
	void rotation() {
		CrashExplorer.explore("rotation", SMALL_SEGMENTS,
				(run) -> run.open().append(2000).append(1500).append(1500).append(2500).append(2500));
	}

	@Test
	@Tag("D10")
	void rotationWithoutForce() {
		CrashExplorer.explore("rotation without force", SMALL_SEGMENTS,
				(run) -> run.open()
					.append(1000, SyncPolicy.none())
					.append(1500, SyncPolicy.none())
					.append(2000, SyncPolicy.none())
					.append(1500, SyncPolicy.none())
					.sync()
					.append(2500, SyncPolicy.none())
					.append(1000, SyncPolicy.none()));
	}

	@Test
	@Tag("R53")
	void manualRotation() {
		CrashExplorer.explore("manual rotation", ONE_SEGMENT,
				(run) -> run.open().append(10).rotate().rotate().append(900).append(10, SyncPolicy.none()).rotate());
	}

	@Test
	@Tag("R83")
	@Tag("R84")
	@Tag("D16")
	void checkpoint() {
		CrashExplorer.explore("checkpoint", ONE_SEGMENT,
				(run) -> run.open()
					.append(10)
					.rotate()
					.append(20)
					.append(20)
					.rotate()
					.append(30)
					.checkpoint(2)
					.append(40)
					.rotate()
					.checkpoint(5)
					.append(50));
	}

	@Test
	@Tag("R85")
	@Tag("D13")
	@Tag("D16")
	void retentionLimits() {
		CrashExplorer.explore("retention limits",
				RecordedRun.options((builder) -> builder.retention(RetentionPolicy.releaseAtOnce().withMaxSegments(2))),
				(run) -> run.open()
					.append(10)
					.rotate()
					.append(20)
					.rotate()
					.append(30)
					.checkpoint(3)
					.rotate()
					.append(40)
					.checkpoint(3)
					.checkpoint(4)
					.append(50));
	}

	@Test
	@Tag("R86")
	@Tag("D5")
	void reset() {
		CrashExplorer.explore("reset", ONE_SEGMENT,
				(run) -> run.open().append(10).append(600).reset().append(10).reset().append(20));
	}

	@Test
	@Tag("R101")
	@Tag("D3")
	void closeAndReopen() {
		CrashExplorer.explore("close and reopen", ONE_SEGMENT,
				(run) -> run.open()
					.append(10)
					.append(600)
					.close()
					.open()
					.append(70)
					.append(20, SyncPolicy.none())
					.close()
					.open()
					.close()
					.open()
					.append(1));
	}

	@Test
	@Tag("D35")
	void closeWithoutForce() {
		CrashExplorer.explore("close without force", ONE_SEGMENT,
				(run) -> run.open().append(10, SyncPolicy.none()).append(2600, SyncPolicy.none()).close());
	}

	@Test
	@Tag("R44")
	void preallocatedSegments() {
		CrashExplorer.explore("preallocated segments", PREALLOCATED,
				(run) -> run.open()
					.append(2000)
					.append(3000)
					.append(3000, SyncPolicy.none())
					.append(3000)
					.append(200)
					.close()
					.open()
					.append(100));
	}

	@Test
	@Tag("R44")
	@Tag("R83")
	@Tag("D16")
	void segmentsUsedAgain() {
		CrashExplorer.explore("segments used again", PREALLOCATED, (run) -> {
			run.open().append(5000).append(5000).append(5000).checkpoint(2).append(2000);
			awaitBlank(run);
			run.append(5000).append(5000).append(5000).append(100, SyncPolicy.none()).checkpoint(5).append(3000);
			awaitBlank(run);
			run.append(5000).append(5000).close().open().append(100);
		});
	}

	/**
	 * Wait until the files of released segments are ready to be used again. The log may
	 * have used one already: then none has the name of an unfinished file any more.
	 */
	private static void awaitBlank(RecordedRun run) {
		assertThat(run.disk().calls())
			.anyMatch((call) -> call.kind() == DiskCall.Kind.RENAME && call.target().endsWith(".log.new"));
		// A file may get its next name between the look at the names and the one at its
		// content.
		await().ignoreExceptions()
			.until(() -> run.disk().list().stream().filter((name) -> name.endsWith(".log.new")).allMatch((name) -> {
				byte[] content = run.disk().content(name);
				return content.length == PREALLOCATED.files().segmentSize()
						&& Arrays.equals(content, new byte[content.length]);
			}));
	}

	@Test
	@Tag("R48")
	@Tag("R69")
	void randomRuns() {
		CrashExplorer.exploreRandom(TARGET / 2, ONE_SEGMENT);
		CrashExplorer.exploreRandom(TARGET * 3 / 4, SMALL_SEGMENTS);
		CrashExplorer.exploreRandom(TARGET, PREALLOCATED);
	}

	@Test
	@Tag("D8")
	void payloadsThatContainBlocks() {
		CrashExplorer.explore("payloads that contain blocks", ONE_SEGMENT, (run) -> {
			run.open().append(10).append(300);
			run.append(run.disk().content(SegmentName.of(1)));
			run.append(run.disk().content(SegmentName.of(1))).append(1);
		});
	}

}
