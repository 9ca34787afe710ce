package dev.wal.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

import dev.wal.Lsn;
import dev.wal.WalState;
import dev.wal.WalStatistics;
import dev.wal.WalStatus;
import dev.wal.WriteAheadLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link SnapshotSchedule}.
 */
class SnapshotScheduleTests {

	@TempDir
	Path data;

	private final WriteAheadLog wal = mock(WriteAheadLog.class);

	private final OrderBook book = new OrderBook();

	private final Recovery recovery = new Recovery();

	private SampleProperties properties;

	private SnapshotStore store;

	private SnapshotSchedule schedule;

	@BeforeEach
	void createSchedule() {
		this.properties = new SampleProperties(this.data, new SampleProperties.Snapshot(2, Duration.ofDays(1)),
				new SampleProperties.Fulfilment(false, Duration.ZERO));
		this.store = new SnapshotStore(this.properties);
		this.schedule = new SnapshotSchedule(this.wal, this.book, this.store, this.recovery, this.properties);
		WalStatistics statistics = new WalStatistics(0, 0, 0, 0, 0, Duration.ZERO, 0, 0, 0, 0);
		given(this.wal.status()).willReturn(new WalStatus(this.data, new UUID(1, 2), WalState.OPEN, Lsn.NONE, Lsn.NONE,
				Lsn.NONE, Lsn.NONE, 0, 0, Duration.ZERO, 0, 0, 0, null, statistics));
	}

	@Test
	void snapshotEndsBelowAnOrderThatIsStillMissing() throws IOException {
		this.recovery.complete(Orders.nothingRecovered());
		given(this.wal.durableLsn()).willReturn(Lsn.of(5));
		apply(1, 2, 4, 5);
		this.schedule.saveIfDue();
		assertThat(savedOrders()).containsExactly(1L, 2L);
		apply(3);
		this.schedule.saveIfDue();
		assertThat(savedOrders()).containsExactly(1L, 2L, 3L, 4L, 5L);
		assertThat(this.schedule.appliedLsn()).isEqualTo(Lsn.of(2));
	}

	@Test
	void snapshotNeverHasMoreThanTheDiskHasOfTheLog() throws IOException {
		this.recovery.complete(Orders.nothingRecovered());
		given(this.wal.durableLsn()).willReturn(Lsn.of(2));
		apply(1, 2, 3);
		this.schedule.saveIfDue();
		assertThat(savedOrders()).containsExactly(1L, 2L);
	}

	@Test
	void nothingIsSavedUntilRecoveryIsComplete() throws IOException {
		given(this.wal.durableLsn()).willReturn(Lsn.of(3));
		apply(1, 2, 3);
		this.schedule.saveIfDue();
		assertThat(this.store.loadNewest()).isEmpty();
		assertThat(this.schedule.appliedLsn()).isEqualTo(Lsn.NONE);
	}

	@Test
	void nothingIsSavedUntilItIsDue() throws IOException {
		this.recovery.complete(Orders.nothingRecovered());
		given(this.wal.durableLsn()).willReturn(Lsn.of(1));
		apply(1);
		this.schedule.saveIfDue();
		assertThat(this.store.loadNewest()).isEmpty();
	}

	@Test
	void snapshotThatCouldNotBeSavedIsTriedAgain() throws IOException {
		this.recovery.complete(Orders.nothingRecovered());
		given(this.wal.durableLsn()).willReturn(Lsn.of(2));
		apply(1, 2);
		Path inTheWay = Files.createFile(this.properties.snapshotDirectory());
		assertThatIOException().isThrownBy(this.schedule::saveIfDue);
		assertThat(this.schedule.savedLsn()).isZero();
		Files.delete(inTheWay);
		this.schedule.saveIfDue();
		assertThat(savedOrders()).containsExactly(1L, 2L);
	}

	private void apply(long... lsns) {
		for (long lsn : lsns) {
			this.book.apply(Orders.order(lsn));
		}
	}

	private long[] savedOrders() throws IOException {
		Snapshot snapshot = this.store.loadNewest().orElseThrow();
		assertThat(snapshot.lsn()).isEqualTo(this.schedule.savedLsn());
		return snapshot.orders().stream().mapToLong(Order::id).toArray();
	}

}
