// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import dev.wal.Lsn;
import dev.wal.WalFullException;
import dev.wal.spring.WalTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

/**
 * Tests for {@link OrderService}.
 */
class OrderServiceTests {

	private final WalTemplate wal = mock(WalTemplate.class);

	private final OrderBook book = new OrderBook();

	private final Recovery recovery = new Recovery();

	private final OrderService service = new OrderService(this.wal, this.book, this.recovery, Clock.systemUTC(),
			new StaticListableBeanFactory().getBeanProvider(Fulfilment.class));

	private final AtomicLong lastLsn = new AtomicLong();

	private final ExecutorService threads = Executors.newFixedThreadPool(8);

	@BeforeEach
	void appendsSucceed() {
		given(this.wal.append(any(OrderPlaced.class))).willAnswer((call) -> Lsn.of(this.lastLsn.incrementAndGet()));
	}

	@AfterEach
	void endThreads() {
		this.threads.shutdownNow();
	}

	@Test
	void nothingIsTakenOrShownUntilRecoveryIsComplete() {
		assertThatExceptionOfType(NotRecoveredException.class).isThrownBy(() -> this.service.place(Orders.request(1)));
		assertThatExceptionOfType(NotRecoveredException.class).isThrownBy(() -> this.service.find(1));
		assertThatExceptionOfType(NotRecoveredException.class).isThrownBy(() -> this.service.page(0, 1));
		assertThatExceptionOfType(NotRecoveredException.class).isThrownBy(this.service::summary);
		then(this.wal).should(never()).append(any());
	}

	@Test
	void orderThatTheLogRefusesLeavesNoTrace() {
		recovered();
		given(this.wal.append(any(OrderPlaced.class))).willThrow(new WalFullException(Path.of("wal"), 4096, 0, null));
		assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> this.service.place(Orders.request(1)));
		assertThat(this.service.summary().count()).isZero();
		assertThat(this.book.findByClientOrderId("client-1")).isNull();
	}

	@Test
	void refusedOrderCanBeSentAgain() {
		recovered();
		given(this.wal.append(any(OrderPlaced.class))).willThrow(new WalFullException(Path.of("wal"), 4096, 0, null))
			.willReturn(Lsn.FIRST);
		assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> this.service.place(Orders.request(1)));
		assertThat(this.service.place(Orders.request(1)).created()).isTrue();
	}

	@Test
	void sameClientOrderIdGivesTheSameOrder() {
		recovered();
		OrderService.Placement first = this.service.place(Orders.request(1));
		OrderService.Placement second = this.service.place(Orders.request(1));
		assertThat(first.created()).isTrue();
		assertThat(second.created()).isFalse();
		assertThat(second.order()).isEqualTo(first.order());
		then(this.wal).should(times(1)).append(any());
	}

	@Test
	void sameClientOrderIdForAnotherOrderIsAConflict() {
		recovered();
		this.service.place(Orders.request(1));
		OrderRequest other = new OrderRequest("Customer 1", "Another item", 1, 1L, "client-1");
		assertThatExceptionOfType(OrderConflictException.class).isThrownBy(() -> this.service.place(other))
			.withMessageContaining("order 1");
		assertThat(this.service.summary().count()).isOne();
	}

	@Test
	void ordersWithoutClientOrderIdAreAllDifferent() {
		recovered();
		OrderRequest request = new OrderRequest("Ada", "Tape", 1, 1L, null);
		assertThat(this.service.place(request).order().id()).isEqualTo(1);
		assertThat(this.service.place(request).order().id()).isEqualTo(2);
	}

	@Test
	void concurrentRequestsWithOneClientOrderIdBecomeOneOrder() throws Exception {
		recovered();
		CountDownLatch disk = new CountDownLatch(1);
		given(this.wal.append(any(OrderPlaced.class))).willAnswer((call) -> {
			disk.await();
			return Lsn.of(this.lastLsn.incrementAndGet());
		});
		List<Future<OrderService.Placement>> answers = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			answers.add(this.threads.submit(() -> this.service.place(Orders.request(1))));
		}
		disk.countDown();
		int created = 0;
		for (Future<OrderService.Placement> answer : answers) {
			assertThat(answer.get().order().id()).isOne();
			created += answer.get().created() ? 1 : 0;
		}
		assertThat(created).isOne();
		then(this.wal).should(times(1)).append(any());
	}

	private void recovered() {
		this.recovery.complete(Orders.nothingRecovered());
	}

}
