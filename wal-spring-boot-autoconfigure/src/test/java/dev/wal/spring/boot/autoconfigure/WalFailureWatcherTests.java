// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalFailedException;
import dev.wal.WalObserver;
import dev.wal.WalState;
import dev.wal.WriteAheadLog;
import dev.wal.spring.WalFailedEvent;
import dev.wal.spring.boot.health.TestStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.Mockito;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WalFailureWatcher}.
 */
class WalFailureWatcherTests {

	@TempDir
	Path temp;

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(WalAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"));
	}

	@Test
	@Tag("R98")
	void aLogThatFailsTakesTheApplicationOutOfTraffic() {
		List<Object> events = new CopyOnWriteArrayList<>();
		IOException cause = new IOException("the disk is gone");
		this.runner.withInitializer((context) -> context
			.addApplicationListener((ApplicationListener<PayloadApplicationEvent<?>>) (event) -> {
				if (event.getPayload() instanceof WalFailedEvent) {
					events.add(event.getPayload());
					throw new IllegalStateException("a listener that throws");
				}
			})).run((context) -> {
				ApplicationAvailability availability = context.getBean(ApplicationAvailability.class);
				AvailabilityChangeEvent.publish(context.getSourceApplicationContext(),
						ReadinessState.ACCEPTING_TRAFFIC);
				assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
				// The log tells its observers while it holds its locks.
				WalObserver observer = context.getBean(LocalWriteAheadLog.class).options().log().observer();
				observer.failed(cause);
				await().until(() -> availability.getReadinessState() == ReadinessState.REFUSING_TRAFFIC);
				await().until(() -> events.equals(List.of(new WalFailedEvent(cause))));
			});
	}

	@ParameterizedTest
	@EnumSource(names = { "FULL", "REJECTING" })
	@Tag("R98")
	void aLogThatRejectsAppendsGetsTrafficBackWhenItAcceptsThem(WalState rejecting) {
		this.runner.run((context) -> {
			List<Object> told = readinessOf(context);
			WalObserver observer = observerOf(context);
			accept(context);
			observer.stateChanged(rejecting);
			await()
				.until(() -> told.equals(List.of(ReadinessState.ACCEPTING_TRAFFIC, ReadinessState.REFUSING_TRAFFIC)));
			observer.stateChanged(WalState.OPEN);
			await().until(() -> told.equals(List.of(ReadinessState.ACCEPTING_TRAFFIC, ReadinessState.REFUSING_TRAFFIC,
					ReadinessState.ACCEPTING_TRAFFIC)));
			assertThat(availabilityOf(context)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
		});
	}

	@Test
	@Tag("R98")
	@Tag("R82")
	void aStartThatEndsWhileTheDiskIsFullGetsNoTraffic() {
		this.runner.run((context) -> {
			WalObserver observer = observerOf(context);
			observer.stateChanged(WalState.FULL);
			accept(context);
			assertThat(availabilityOf(context)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			observer.stateChanged(WalState.OPEN);
			await().until(() -> availabilityOf(context) == ReadinessState.ACCEPTING_TRAFFIC);
		});
	}

	@Test
	@Tag("R98")
	@Tag("R82")
	void spaceIsNoReasonForTrafficThatSomethingElseRefuses() {
		this.runner.run((context) -> {
			List<Object> told = readinessOf(context);
			WalObserver observer = observerOf(context);
			// The replay is not finished.
			observer.stateChanged(WalState.FULL);
			observer.stateChanged(WalState.OPEN);
			accept(context);
			observer.stateChanged(WalState.FULL);
			await().until(() -> availabilityOf(context) == ReadinessState.REFUSING_TRAFFIC);
			// The application shuts down.
			AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), ReadinessState.REFUSING_TRAFFIC);
			observer.stateChanged(WalState.OPEN);
			observer.stateChanged(WalState.FULL);
			accept(context);
			assertThat(availabilityOf(context)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			// Two times by this test, and never by the log.
			assertThat(told)
				.startsWith(ReadinessState.ACCEPTING_TRAFFIC, ReadinessState.REFUSING_TRAFFIC,
						ReadinessState.REFUSING_TRAFFIC)
				.filteredOn(ReadinessState.ACCEPTING_TRAFFIC::equals)
				.hasSize(2);
		});
	}

	@Test
	@Tag("R98")
	void nothingBringsTrafficToALogThatHasFailed() {
		this.runner.run((context) -> {
			accept(context);
			observerOf(context).failed(new IOException("the disk is gone"));
			await().until(() -> availabilityOf(context) == ReadinessState.REFUSING_TRAFFIC);
			accept(context);
			assertThat(availabilityOf(context)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
		});
	}

	private static void accept(AssertableApplicationContext context) {
		AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), ReadinessState.ACCEPTING_TRAFFIC);
	}

	private static ReadinessState availabilityOf(AssertableApplicationContext context) {
		return context.getBean(ApplicationAvailability.class).getReadinessState();
	}

	private static WalObserver observerOf(AssertableApplicationContext context) {
		return context.getBean(LocalWriteAheadLog.class).options().log().observer();
	}

	private static List<Object> readinessOf(AssertableApplicationContext context) {
		List<Object> told = new CopyOnWriteArrayList<>();
		context.getSourceApplicationContext()
			.addApplicationListener((ApplicationListener<PayloadApplicationEvent<?>>) (event) -> {
				if (event.getPayload() instanceof ReadinessState state) {
					told.add(state);
				}
			});
		return told;
	}

	@Test
	@Tag("R98")
	@Tag("property:wal.break-liveness-on-failure")
	void aLogThatFailsBreaksLivenessOnlyWhereThatIsSet() {
		assertThat(livenessAfterFailure("wal.break-liveness-on-failure=false")).isEqualTo(LivenessState.CORRECT);
		assertThat(livenessAfterFailure("wal.break-liveness-on-failure=true")).isEqualTo(LivenessState.BROKEN);
	}

	private @Nullable LivenessState livenessAfterFailure(String property) {
		AtomicReference<LivenessState> state = new AtomicReference<>();
		this.runner.withPropertyValues(property).run((context) -> {
			CountDownLatch told = new CountDownLatch(1);
			context.getSourceApplicationContext()
				.addApplicationListener((ApplicationListener<PayloadApplicationEvent<?>>) (event) -> {
					if (event.getPayload() instanceof WalFailedEvent) {
						told.countDown();
					}
				});
			ApplicationAvailability availability = context.getBean(ApplicationAvailability.class);
			AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), LivenessState.CORRECT);
			context.getBean(LocalWriteAheadLog.class).options().log().observer().failed(new IOException("gone"));
			told.await();
			state.set(availability.getLivenessState());
		});
		return state.get();
	}

	@Test
	@Tag("R102")
	void anApplicationWhoseLogFailedWhileItWasStartingDoesNotStart() {
		IOException cause = new IOException("the disk is gone");
		WriteAheadLog wal = Mockito.mock(WriteAheadLog.class);
		Mockito.when(wal.status()).thenReturn(TestStatus.of(WalState.FAILED, cause));
		this.runner.run((context) -> {
			WalFailureWatcher watcher = new WalFailureWatcher(context.getSourceApplicationContext(),
					new SingleProvider(wal), false, context.getBeanProvider(ApplicationAvailability.class));
			assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> watcher.run(null))
				.withCause(cause)
				.satisfies((ex) -> assertThat(ex.durableLsn()).isEqualTo(Lsn.of(7)));
			context.getBean(WalFailureWatcher.class).run(null);
		});
	}

	private record SingleProvider(
			WriteAheadLog wal) implements org.springframework.beans.factory.ObjectProvider<WriteAheadLog> {

		@Override
		public WriteAheadLog getObject() {
			return this.wal;
		}

	}

}
