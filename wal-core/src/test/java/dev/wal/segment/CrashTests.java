package dev.wal.segment;

import java.time.Duration;
import java.util.Arrays;

import dev.wal.RetentionPolicy;
import dev.wal.SyncPolicy;
import dev.wal.WalOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

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
	void creationD17() {
		CrashExplorer.explore("creation", ONE_SEGMENT, (run) -> run.open().append(5));
	}

	@Test
	void appendsRule1() {
		CrashExplorer.explore("appends", ONE_SEGMENT,
				(run) -> run.open().append(0).append(1).append(300).append(511).append(2000).append(7));
	}

	@Test
	void appendsWithoutForceR39() {
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
	void batchIsWholeOrAbsentR29() {
		CrashExplorer.explore("batches", ONE_SEGMENT,
				(run) -> run.open().appendAll(100, 200, 900).append(3).appendAll(1, 0, 1500, 3000).appendAll(5, 6));
	}

	@Test
	void recordLargerThanSegmentR25() {
		CrashExplorer.explore("oversize records", SMALL_SEGMENTS,
				(run) -> run.open().append(10).append(9000).append(9000).append(10));
	}

	@Test
	void rotationR55() {
		CrashExplorer.explore("rotation", SMALL_SEGMENTS,
				(run) -> run.open().append(2000).append(1500).append(1500).append(2500).append(2500));
	}

	@Test
	void rotationWithoutForceD10() {
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
	void manualRotationR53() {
		CrashExplorer.explore("manual rotation", ONE_SEGMENT,
				(run) -> run.open().append(10).rotate().rotate().append(900).append(10, SyncPolicy.none()).rotate());
	}

	@Test
	void checkpointR83R84D16() {
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
	void retentionLimitsR85D13D16() {
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
	void resetR86D5() {
		CrashExplorer.explore("reset", ONE_SEGMENT,
				(run) -> run.open().append(10).append(600).reset().append(10).reset().append(20));
	}

	@Test
	void closeAndReopenR101D3() {
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
	void closeWithoutForceD35() {
		CrashExplorer.explore("close without force", ONE_SEGMENT,
				(run) -> run.open().append(10, SyncPolicy.none()).append(2600, SyncPolicy.none()).close());
	}

	@Test
	void preallocatedSegmentsR44() {
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
	void segmentsUsedAgainR44R83D16() {
		CrashExplorer.explore("segments used again", PREALLOCATED, (run) -> {
			run.open().append(5000).append(5000).append(5000).checkpoint(2).append(2000);
			awaitBlank(run);
			run.append(5000).append(5000).append(5000).append(100, SyncPolicy.none()).checkpoint(5).append(3000);
			awaitBlank(run);
			run.append(5000).append(5000).close().open().append(100);
		});
	}

	/**
	 * Wait until a segment that was let go of is ready for another life.
	 */
	private static void awaitBlank(RecordedRun run) {
		await().until(() -> run.disk().list().stream().filter((name) -> name.endsWith(".log.new")).anyMatch((name) -> {
			byte[] content = run.disk().content(name);
			return content.length == PREALLOCATED.segmentSize() && Arrays.equals(content, new byte[content.length]);
		}));
	}

	@Test
	void randomRunsR48R69() {
		CrashExplorer.exploreRandom(TARGET / 2, ONE_SEGMENT);
		CrashExplorer.exploreRandom(TARGET * 3 / 4, SMALL_SEGMENTS);
		CrashExplorer.exploreRandom(TARGET, PREALLOCATED);
	}

	@Test
	void payloadsThatContainBlocksD8() {
		CrashExplorer.explore("payloads that contain blocks", ONE_SEGMENT, (run) -> {
			run.open().append(10).append(300);
			run.append(run.disk().content(SegmentName.of(1)));
			run.append(run.disk().content(SegmentName.of(1))).append(1);
		});
	}

}
