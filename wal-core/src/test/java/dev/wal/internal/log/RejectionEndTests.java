// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

import dev.wal.Lsn;
import dev.wal.WalException;
import dev.wal.WalFullException;
import dev.wal.WalState;
import dev.wal.internal.io.Storage;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestRecords;
import dev.wal.testing.TestWaits;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFaults;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the end of a rejection in a log to which nobody appends.
 */
class RejectionEndTests extends AbstractFaultTests {

	private static final String FIRST = SegmentName.of(1);

	@Test
	@Tag("R47")
	@Tag("R98")
	void fullDiskEndsWithoutAnAppend() {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			this.disk.room(0);
			assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> log.append(TestRecords.text("a")));
			this.disk.room(1000);
			TestWaits.await().until(() -> log.status().state() == WalState.OPEN);
			assertThat(log.status().since()).isNull();
			assertThat(log.append(TestRecords.text("b"))).isEqualTo(Lsn.FIRST);
		}
	}

	@Test
	@Tag("R47")
	@Tag("R98")
	void quotaEndsOnlyWithMoreSpaceThanThereWas() {
		AtomicInteger looks = new AtomicInteger();
		Storage counting = (Storage) Proxy.newProxyInstance(Storage.class.getClassLoader(),
				new Class<?>[] { Storage.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("usableSpace")) {
						looks.incrementAndGet();
					}
					try {
						return method.invoke(this.disk, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
		try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, counting)) {
			this.disk.room(100_000);
			this.disk.inject(DiskFaults.failing(DiskCall.matching(Kind.WRITE, FIRST), DiskFaults::noSpace));
			assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> log.append(TestRecords.text("a")))
				.satisfies((ex) -> assertThat(ex.usableBytes()).isGreaterThan(ex.neededBytes()));
			int before = looks.get();
			TestWaits.await().until(() -> looks.get() >= before + 2);
			assertThat(log.status().state()).isEqualTo(WalState.FULL);
			this.disk.heal();
			this.disk.room(200_000);
			TestWaits.await().until(() -> log.status().state() == WalState.OPEN);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@Tag("R47")
	@Tag("R98")
	void rotationThatWasRefusedEarlyIsTriedWithoutAppend(boolean full) {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			log.append(TestRecords.text("a"));
			this.disk.inject(DiskFaults.failing((call) -> call.kind() == Kind.CREATE,
					full ? DiskFaults::noSpace : DiskFaults::tooManyOpenFiles));
			assertThatExceptionOfType(WalException.class).isThrownBy(log::rotate);
			assertThat(log.status().state()).isEqualTo(full ? WalState.FULL : WalState.REJECTING);
			this.disk.heal();
			TestWaits.await().until(() -> log.status().state() == WalState.OPEN);
			assertThat(log.rotate()).isTrue();
		}
	}

}
