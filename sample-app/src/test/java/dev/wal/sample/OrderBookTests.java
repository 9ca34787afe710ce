// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link OrderBook}.
 */
class OrderBookTests {

	private final OrderBook book = new OrderBook();

	@Test
	void orderIsAppliedOnce() {
		assertThat(this.book.apply(Orders.order(1))).isTrue();
		assertThat(this.book.apply(Orders.order(1))).isFalse();
		assertThat(this.book.totals()).isEqualTo(new OrderBook.Totals(1, 10, 1));
	}

	@Test
	void appliedLsnStopsBelowTheFirstMissingOrder() {
		this.book.apply(Orders.order(1));
		this.book.apply(Orders.order(3));
		this.book.apply(Orders.order(4));
		assertThat(this.book.appliedLsn()).isEqualTo(1);
		this.book.apply(Orders.order(2));
		assertThat(this.book.appliedLsn()).isEqualTo(4);
	}

	@Test
	void pageEndsWhereAnOrderIsMissingSoThatAClientSkipsNone() {
		this.book.apply(Orders.order(1));
		this.book.apply(Orders.order(3));
		assertThat(this.book.page(0, 10)).extracting(Order::id).containsExactly(1L);
		assertThat(this.book.page(1, 10)).isEmpty();
		assertThat(this.book.find(3)).isNotNull();
		this.book.apply(Orders.order(2));
		assertThat(this.book.page(1, 10)).extracting(Order::id).containsExactly(2L, 3L);
		assertThat(this.book.page(Long.MAX_VALUE, 10)).isEmpty();
	}

	@Test
	void ordersUpToAnLsnAreExactWhileOthersAreApplied() throws Exception {
		int count = 4000;
		List<Long> lsns = new ArrayList<>(LongStream.rangeClosed(1, count).boxed().toList());
		// As appends end: roughly in order.
		Random random = new Random(7);
		for (int i = 0; i < count; i += 8) {
			Collections.shuffle(lsns.subList(i, i + 8), random);
		}
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			List<Future<?>> writers = new ArrayList<>();
			for (int writer = 0; writer < 4; writer++) {
				int first = writer;
				writers.add(threads.submit(() -> {
					for (int i = first; i < count; i += 4) {
						this.book.apply(Orders.order(lsns.get(i)));
					}
				}));
			}
			long applied;
			do {
				applied = this.book.appliedLsn();
				assertThat(this.book.upTo(applied).stream().mapToLong(Order::id).toArray())
					.isEqualTo(LongStream.rangeClosed(1, applied).toArray());
			}
			while (applied < count && !writers.stream().allMatch(Future::isDone));
			for (Future<?> writer : writers) {
				writer.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(this.book.appliedLsn()).isEqualTo(count);
		assertThat(this.book.totals()).isEqualTo(new OrderBook.Totals(count, 10L * count * (count + 1) / 2, count));
	}

	@Test
	void ordersOfTheSnapshotAreNotAppliedAgain() {
		this.book.restore(List.of(Orders.order(1), Orders.order(2)), 2);
		assertThat(this.book.apply(Orders.order(1))).isFalse();
		assertThat(this.book.apply(Orders.order(2))).isFalse();
		assertThat(this.book.apply(Orders.order(3))).isTrue();
		assertThat(this.book.totals()).isEqualTo(new OrderBook.Totals(3, 60, 3));
		assertThat(this.book.findByClientOrderId("client-2")).isEqualTo(Orders.order(2));
	}

	@Test
	void ordersThatNeverComeBackHoldNothingUp() {
		this.book.apply(Orders.order(1));
		this.book.passOver(3);
		this.book.apply(Orders.order(4));
		assertThat(this.book.appliedLsn()).isEqualTo(4);
		assertThat(this.book.page(0, 10)).extracting(Order::id).containsExactly(1L, 4L);
		OrderBook restored = new OrderBook();
		restored.restore(List.copyOf(this.book.upTo(4)), 4);
		assertThat(restored.appliedLsn()).isEqualTo(4);
		assertThat(restored.totals()).isEqualTo(this.book.totals());
	}

	@Test
	void snapshotIsOnlyRestoredIntoAnEmptyBook() {
		this.book.apply(Orders.order(1));
		assertThatIllegalStateException().isThrownBy(() -> this.book.restore(List.of(Orders.order(1)), 1));
	}

}
