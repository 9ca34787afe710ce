// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.util.List;

import dev.wal.WalFailedException;
import dev.wal.WalFullException;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestRecords;
import dev.wal.testing.TestWaits;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFaults;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that the metadata of a file is forced where a file is created or its size
 * changes.
 */
@Tag("R43")
class ForcedMetadataTests extends AbstractFaultTests {

	private static final String FIRST = SegmentName.of(1);

	@Test
	void aNewFileIsForcedWithItsMetadata() {
		try (SegmentedLog log = open(SMALL_SEGMENTS)) {
			log.append(TestRecords.text("a"));
			log.rotate();
		}
		assertForcedWithMetadataAfter(Kind.CREATE, SegmentName.CONTROL + SegmentName.NEW);
		assertForcedWithMetadataAfter(Kind.CREATE, FIRST + SegmentName.NEW);
		assertForcedWithMetadataAfter(Kind.CREATE, SegmentName.of(2) + SegmentName.NEW);
	}

	@Test
	void aSealedSegmentIsForcedWithItsMetadata() {
		try (SegmentedLog log = open(PREALLOCATED)) {
			log.append(TestRecords.text("a"));
			TestWaits.await().until(() -> this.disk.content(FIRST).length == 64 * 1024);
			log.rotate();
			log.append(TestRecords.text("b"));
			TestWaits.await().until(() -> this.disk.content(SegmentName.of(2)).length == 64 * 1024);
		}
		assertForcedWithMetadataAfter(Kind.TRUNCATE, FIRST);
		assertForcedWithMetadataAfter(Kind.TRUNCATE, SegmentName.of(2));
	}

	@Test
	void aBlockThatIsTakenBackIsForcedWithItsMetadata() {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			log.append(TestRecords.text("a"));
			this.disk.room(50);
			assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> log.append(new byte[100]));
			assertForcedWithMetadataAfter(Kind.TRUNCATE, FIRST);
			this.disk.capacity(Long.MAX_VALUE);
		}
	}

	@Test
	void aTornTailIsCutWithMetadata() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(TestRecords.text("a"));
		this.disk.inject(DiskFaults.shortWrites(20))
			.inject(DiskFaults.once(3, DiskCall.matching(Kind.WRITE, FIRST), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(TestRecords.text("b")));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
		this.disk.heal();
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(reopened.tailState().isClean()).isFalse();
			assertForcedWithMetadataAfter(Kind.TRUNCATE, FIRST);
			assertForcedWithMetadataAfter(Kind.CREATE, reopened.tailState().savedAs());
		}
	}

	/**
	 * Check that every call of a kind for a file is followed by a force of the file that
	 * includes its metadata, before any that does not.
	 */
	private void assertForcedWithMetadataAfter(Kind kind, String file) {
		List<DiskCall> calls = this.disk.calls().stream().filter((call) -> call.name().equals(file)).toList();
		assertThat(calls).anyMatch((call) -> call.kind() == kind);
		for (int i = 0; i < calls.size(); i++) {
			if (calls.get(i).kind() == kind) {
				assertThat(
						calls.subList(i, calls.size()).stream().filter((call) -> call.kind() == Kind.FORCE).findFirst())
					.as("force after %s", calls.get(i))
					.hasValueSatisfying((force) -> assertThat(force.metadata()).isTrue());
			}
		}
	}

}
