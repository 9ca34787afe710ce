// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.QuietLog;
import dev.wal.testing.crash.RecordedRun;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFault;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that have the first call to the disk fail, then the second, and so on until a
 * whole scenario goes through untouched.
 */
@ExtendWith(QuietLog.class)
@Timeout(120)
class FailNthCallTests {

	private static final WalOptions ONE_SEGMENT = RecordedRun.options((builder) -> builder);

	private static final WalOptions SMALL_SEGMENTS = RecordedRun.options((builder) -> builder.segmentSize(12 * 1024));

	private static final WalOptions PREALLOCATED = RecordedRun
		.options((builder) -> builder.segmentSize(16 * 1024).preallocate(true));

	private static final Set<Kind> OPENS = EnumSet.of(Kind.CREATE, Kind.OPEN, Kind.OPEN_FOR_READING, Kind.LOCK);

	private static final Set<Kind> ALL = EnumSet.complementOf(EnumSet.of(Kind.CLOSE, Kind.UNLOCK));

	@Test
	@Tag("R45")
	@Tag("R46")
	@Tag("D7")
	void inputOutputErrorAnywhere() {
		failEach(ALL, DiskFaults::inputOutputError);
	}

	@Test
	@Tag("R47")
	@Tag("Rule5")
	void fullDiskAnywhere() {
		failEach(ALL, DiskFaults::noSpace);
	}

	@Test
	@Tag("R56")
	@Tag("D6")
	void tooManyOpenFilesAnywhere() {
		failEach(OPENS, DiskFaults::tooManyOpenFiles);
	}

	@Test
	@Tag("D8")
	void writeThatIsCutShortThenFailsAnywhere() {
		for (WalOptions options : List.of(ONE_SEGMENT, SMALL_SEGMENTS, PREALLOCATED)) {
			for (int nth = 1;; nth++) {
				HalfWrite fault = new HalfWrite(nth);
				new Attempt(options, fault).run();
				if (!fault.struck) {
					break;
				}
			}
		}
	}

	private static void failEach(Set<Kind> kinds, Supplier<IOException> failure) {
		for (WalOptions options : List.of(ONE_SEGMENT, SMALL_SEGMENTS, PREALLOCATED)) {
			for (int nth = 1;; nth++) {
				DiskFaults.Once fault = DiskFaults.once(nth, (call) -> kinds.contains(call.kind()), failure);
				try {
					new Attempt(options, fault).run();
				}
				catch (RuntimeException | AssertionError ex) {
					throw new AssertionError("Call " + nth + " failed: " + fault.struck() + ", with " + options, ex);
				}
				if (fault.struck() == null) {
					break;
				}
			}
		}
	}

	/**
	 * Half of a write is executed, the rest fails.
	 */
	private static final class HalfWrite implements DiskFault {

		private final int nth;

		private int count;

		private volatile boolean struck;

		HalfWrite(int nth) {
			this.nth = nth;
		}

		@Override
		public synchronized int before(DiskCall call) throws IOException {
			if (call.kind() == Kind.WRITE) {
				this.count++;
				if (this.count == this.nth) {
					this.struck = true;
					return (int) (call.length() / 2);
				}
				if (this.count == this.nth + 1) {
					throw DiskFaults.inputOutputError();
				}
			}
			return NONE;
		}

	}

	/**
	 * Takes all steps of a scenario, whatever becomes of them, and remembers what was
	 * promised.
	 */
	private static final class Attempt {

		private final SimulatedDisk disk = new SimulatedDisk();

		private final WalOptions options;

		private final Map<Long, Integer> acknowledged = new HashMap<>();

		private final Set<Integer> refused = new HashSet<>();

		private final Set<Integer> unforced = new HashSet<>();

		private SegmentedLog log;

		private boolean failed;

		private int next;

		private long checkpoint;

		Attempt(WalOptions options, DiskFault fault) {
			this.options = options;
			this.disk.inject(fault);
		}

		void run() {
			tryTo(this::open);
			append(100);
			append(3000);
			append(10);
			tryTo(() -> this.log.rotate());
			append(500);
			appendWithoutForce(200);
			append(9000);
			tryTo(() -> this.log.sync());
			tryTo(() -> checkpoint(this.log.durableLsn()));
			append(600);
			tryTo(this::reopen);
			append(700);
			append(3500);
			tryTo(() -> checkpoint(new Lsn(Math.min(4, this.log.durableLsn().value()))));
			append(3);
			tryTo(this::close);
			this.disk.heal();
			SimulatedDisk killed = this.disk.processCrash();
			Random random = new Random(1);
			check(this.disk.powerLossOfEverythingUnforced());
			check(this.disk.powerLoss(random));
			check(this.disk.powerLoss(random));
			Map<Long, Integer> found = check(killed);
			// What a recovery returned stays; what a checkpoint released may come back.
			assertThat(check(killed.powerLossOfEverythingUnforced())).containsAllEntriesOf(found);
		}

		private void tryTo(Runnable step) {
			if (this.log == null && this.next > 0) {
				return;
			}
			try {
				step.run();
			}
			catch (WalFailedException ex) {
				this.failed = true;
			}
			catch (WalFullException | WalIoException | WalDirectoryException ex) {
				// Nothing happened.
			}
		}

		private void open() {
			this.log = null;
			this.failed = false;
			for (int i = 0; this.log == null; i++) {
				try {
					this.log = LogOpener.open(this.options, this.disk);
				}
				catch (WalFullException | WalIoException | WalDirectoryException ex) {
					assertThat(i).as("failed opens").isZero();
					assertThat(this.disk.openFiles()).isZero();
				}
			}
		}

		private void reopen() {
			try {
				close();
			}
			catch (WalException ex) {
				// Closed all the same.
			}
			open();
		}

		private void close() {
			try {
				this.log.close();
			}
			finally {
				assertThat(this.disk.openFiles()).isZero();
				assertThat(this.disk.isLocked()).isFalse();
				checkNothingAfterFailure();
			}
		}

		private void checkpoint(Lsn lsn) {
			this.checkpoint = Math.max(this.checkpoint, lsn.value());
			this.log.checkpoint(lsn);
		}

		private void append(int size) {
			append(size, SyncPolicy.always());
		}

		private void appendWithoutForce(int size) {
			append(size, SyncPolicy.none());
		}

		private void append(int size, SyncPolicy policy) {
			int id = this.next++;
			byte[] payload = ByteBuffer.allocate(size + 4).putInt(id).array();
			try {
				long lsn = this.log.append(payload, policy).value();
				assertThat(this.failed).as("acknowledged after a failure").isFalse();
				if (policy.mode() == SyncPolicy.Mode.ALWAYS) {
					assertThat(this.acknowledged.put(lsn, id)).as("who had LSN " + lsn + " before").isNull();
				}
				else {
					this.unforced.add(id);
				}
			}
			catch (WalFailedException ex) {
				this.failed = true;
			}
			catch (WalFullException | WalIoException ex) {
				this.refused.add(id);
			}
		}

		private Map<Long, Integer> check(SimulatedDisk after) {
			try (SegmentedLog recovered = LogOpener.open(this.options, after)) {
				Map<Long, Integer> found = read(recovered);
				long first = recovered.firstLsn().isNone() ? recovered.lastLsn().value() + 1
						: recovered.firstLsn().value();
				assertThat(first).isLessThanOrEqualTo(this.checkpoint + 1);
				this.acknowledged.forEach((lsn, id) -> {
					if (lsn >= first) {
						assertThat(found).containsEntry(lsn, id);
					}
				});
				assertThat(found.values()).doesNotHaveDuplicates().allMatch((id) -> id < this.next);
				assertThat(found.values()).as("records, none of which was refused").noneMatch(this.refused::contains);
				long last = recovered.lastLsn().value();
				assertThat(recovered.append(new byte[] { -1, 0, 0, 0 })).isEqualTo(new Lsn(last + 1));
				return found;
			}
		}

		private static Map<Long, Integer> read(SegmentedLog log) {
			Map<Long, Integer> found = new HashMap<>();
			if (!log.firstLsn().isNone()) {
				try (WalReader reader = log.read(log.firstLsn())) {
					for (WalRecord record : reader) {
						int id = record.payload().getInt();
						if (id >= 0) {
							found.put(record.lsn().value(), id);
						}
					}
				}
			}
			return found;
		}

		/**
		 * After a write or a force of a segment failed for good, the file is not touched
		 * again before the log is opened again.
		 */
		private void checkNothingAfterFailure() {
			List<String> failedFiles = new ArrayList<>();
			for (DiskCall call : this.disk.calls()) {
				if (call.kind() == Kind.LOCK) {
					failedFiles.clear();
				}
				if (call.kind() == Kind.RENAME) {
					failedFiles.remove(call.target());
				}
				boolean segment = SegmentName.parse(call.name()).isPresent();
				if (segment && call.kind() == Kind.FORCE) {
					assertThat(failedFiles).as("files of which a force failed before").doesNotContain(call.name());
					if (call.failed()) {
						failedFiles.add(call.name());
					}
				}
			}
		}

	}

}
