// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import dev.wal.testing.QuietLog;
import dev.wal.testing.schedule.ScheduledRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests of threads that meet, each under many schedules: a seed decides in which order
 * their calls to the disk take place. Whatever the order, what was acknowledged or shown
 * to a reader is on the disk at that moment, even if all that is not forced is lost. A
 * failure names the seed; {@code -Dwal.schedules.seed=} repeats it, and
 * {@code -Dwal.schedules=} sets how many are tried.
 */
@ExtendWith(QuietLog.class)
class ScheduleTests {

	private static final int SCHEDULES = Integer.getInteger("wal.schedules", 40);

	private static final Long SEED = Long.getLong("wal.schedules.seed");

	@Test
	@Tag("R41")
	@Tag("Rule1")
	@Tag("Rule3")
	void appendsOfManyThreadsAreForcedBeforeTheyReturn() throws Exception {
		explore((run) -> {
			run.appender("a", 3, SyncPolicy.always());
			run.appender("b", 3, SyncPolicy.always());
			run.batches("c", 2);
			run.appender("d", 2, SyncPolicy.none());
			run.syncer(2);
		});
	}

	@Test
	@Tag("R41")
	@Tag("Rule1")
	@Tag("Rule7")
	void appendsAcrossRotationsAreForcedBeforeTheyReturn() throws Exception {
		explore((run) -> {
			run.appender("a", 4, SyncPolicy.always());
			run.appender("b", 4, SyncPolicy.none());
			run.batches("c", 2);
			run.rotator(2);
		});
	}

	@Test
	@Tag("R56")
	@Tag("I22")
	void closeMeetsAppendsAndNothingAcknowledgedIsLost() throws Exception {
		explore((run) -> {
			run.appender("a", 3, SyncPolicy.always());
			run.appender("b", 3, SyncPolicy.none());
			run.asynchronous("c", 3);
			run.closer();
		});
	}

	@Test
	@Tag("Rule8")
	@Tag("I23")
	void aFollowerSeesDurableRecordsInOrderAcrossRotations() throws Exception {
		explore((run) -> {
			run.appender("a", 4, SyncPolicy.always());
			run.appender("b", 3, SyncPolicy.none());
			run.rotator(2);
			run.follower(4);
			run.reader(2);
		});
	}

	@Test
	@Tag("R84")
	@Tag("Rule10")
	void aCheckpointMeetsReadersAndDeletesNothingTheyNeed() throws Exception {
		explore((run) -> {
			run.history(3);
			run.appender("a", 2, SyncPolicy.always());
			run.rotator(1);
			run.checkpointer(2);
			run.reader(2);
			run.follower(5);
		});
	}

	@Test
	@Tag("Rule4")
	@Tag("I5")
	void aFailedForceReachesAllWhoWaitAndNothingIsAcknowledgedAfterIt() throws Exception {
		explore((run) -> {
			run.failForce();
			run.appender("a", 3, SyncPolicy.always());
			run.appender("b", 3, SyncPolicy.always());
			run.asynchronous("c", 2);
			run.rotator(1);
			run.syncer(2);
		});
	}

	@Test
	@Tag("Rule4")
	@Tag("I22")
	void aFailedForceMeetsCloseAndNoThreadHangs() throws Exception {
		explore((run) -> {
			run.failForce();
			run.appender("a", 2, SyncPolicy.always());
			run.asynchronous("b", 2);
			run.follower(3);
			run.closer();
		});
	}

	private static void explore(Cast cast) throws Exception {
		if (SEED != null) {
			explore(SEED, cast);
			return;
		}
		for (long seed = 1; seed <= SCHEDULES; seed++) {
			explore(seed, cast);
		}
	}

	private static void explore(long seed, Cast cast) throws Exception {
		ScheduledRun run = new ScheduledRun(seed);
		try {
			cast.take(run);
			run.play();
		}
		catch (Throwable ex) {
			throw new AssertionError("Seed " + seed + " failed after " + run.taken(), ex);
		}
	}

	/**
	 * Says who takes part.
	 */
	@FunctionalInterface
	private interface Cast {

		void take(ScheduledRun run) throws Exception;

	}

}
