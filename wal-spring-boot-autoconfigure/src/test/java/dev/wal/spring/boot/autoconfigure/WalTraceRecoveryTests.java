// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.spring.checkpoint.WalCheckpointSource;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.checkpoint.WalCheckpointer.Outcome;
import dev.wal.spring.replay.WalReplayHandler;
import dev.wal.spring.workflow.WalTraceHandler;
import dev.wal.spring.workflow.WalTraceRecoverer;
import dev.wal.spring.workflow.WalTraceRecovery;
import dev.wal.spring.workflow.WalTracesRecoveredEvent;
import dev.wal.trace.OutputLocation;
import dev.wal.trace.RecoveryAction;
import dev.wal.trace.RecoveryAction.AwaitResume;
import dev.wal.trace.RecoveryAction.Restart;
import dev.wal.trace.RecoveryAction.ResumeFrom;
import dev.wal.trace.RecoveryAction.RetryNodes;
import dev.wal.trace.RecoveryAction.Skip;
import dev.wal.trace.Trace;
import dev.wal.trace.TraceJournal;
import dev.wal.trace.TraceRecoveryReport;
import dev.wal.trace.TraceState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the journal of traces as a bean, and for {@link WalTraceRecoverer}.
 */
@ExtendWith(OutputCaptureExtension.class)
class WalTraceRecoveryTests {

	private static final String SECRET = "secret-data";

	@TempDir
	Path temp;

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		// The phase that a runner of contexts goes through; a SpringApplication has both.
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"), "wal.segment-size=12KB",
					"wal.trace.enabled=true", "wal.replay.phase=before-web-server");
	}

	@Test
	@Tag("R30")
	@Tag("property:wal.trace.enabled")
	void thereIsAJournalOnlyWhereItIsEnabled() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(TraceJournal.class)
			.hasSingleBean(WalTraceRecovery.class));
		this.runner.withPropertyValues("wal.trace.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(TraceJournal.class)
				.doesNotHaveBean(WalTraceRecovery.class));
		this.runner.withPropertyValues("wal.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TraceJournal.class));
	}

	@Test
	@Tag("R30")
	@Tag("R91")
	void theJournalBacksOffAndTheOtherOneIsRecovered() {
		List<TraceState> recovered = new ArrayList<>();
		ApplicationContextRunner own = this.runner
			.withInitializer((context) -> ((GenericApplicationContext) context).registerBean("mine", TraceJournal.class,
					() -> new TraceJournal(context.getBean(WriteAheadLog.class), 9, Clock.systemUTC(), List.of())))
			.withBean(WalTraceHandler.class, () -> (trace, action) -> recovered.add(trace));
		own.run((context) -> {
			assertThat(context).hasSingleBean(TraceJournal.class);
			context.getBean(TraceJournal.class).begin("order", null);
		});
		own.run((context) -> assertThat(recovered).extracting(TraceState::name).containsExactly("order"));
	}

	@Test
	@Tag("R91")
	@Tag("R93")
	void tracesAreRecoveredBeforeTrafficByTheRules() {
		List<UUID> ids = new ArrayList<>();
		this.runner.run((context) -> {
			TraceJournal journal = context.getBean(TraceJournal.class);
			Trace waiting = journal.begin("order", SECRET);
			waiting.suspend(2, "hook");
			Trace running = journal.begin("order", null);
			running.call(1, () -> new OutputLocation(8, 9, 10));
			journal.startNode(running.id(), 2);
			Trace between = journal.begin("order", null);
			between.run(1, () -> ids.clear());
			Trace untouched = journal.begin("order", null);
			journal.begin("order", null).complete();
			ids.addAll(List.of(waiting.id(), running.id(), between.id(), untouched.id()));
		});
		List<UUID> recovered = new ArrayList<>();
		List<RecoveryAction> actions = new ArrayList<>();
		List<ReadinessState> readiness = new ArrayList<>();
		List<TraceRecoveryReport> events = new ArrayList<>();
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("wal.directory=" + this.temp.resolve("wal"), "wal.segment-size=12KB", "wal.trace.enabled=true")
			.initializers((initialized) -> {
				GenericApplicationContext beans = (GenericApplicationContext) initialized;
				beans.registerBean(WalTraceHandler.class, () -> (WalTraceHandler) (trace, action) -> {
					recovered.add(trace.traceId());
					actions.add(action);
					readiness.add(beans.getBean(ApplicationAvailability.class).getReadinessState());
					if (action instanceof RetryNodes) {
						assertThat(trace.completedNodes()).containsEntry(1L, new OutputLocation(8, 9, 10));
					}
				});
				beans.addApplicationListener((ApplicationListener<PayloadApplicationEvent<?>>) (event) -> {
					if (event.getPayload() instanceof WalTracesRecoveredEvent done) {
						events.add(done.report());
					}
				});
			})
			.run()) {
			assertThat(recovered).isEqualTo(ids);
			assertThat(actions).containsExactly(new AwaitResume(2, "hook"), new RetryNodes(Set.of(2L)),
					new ResumeFrom(1), new Restart());
			assertThat(readiness).hasSize(4).containsOnly(ReadinessState.REFUSING_TRAFFIC);
			TraceRecoveryReport report = context.getBean(WalTraceRecovery.class).report();
			assertThat(events).containsExactly(report);
			assertThat(report.recovered()).hasSize(3);
			assertThat(report.awaiting()).hasSize(1);
			assertThat(context.getBean(TraceJournal.class).openCount()).isEqualTo(4);
		}
	}

	@Test
	@Tag("R91")
	void tracesGoOnOnlyWhenAllOtherHandlersHaveFinished() {
		this.runner.run((context) -> context.getBean(TraceJournal.class).begin("order", null));
		List<String> calls = new ArrayList<>();
		this.runner.withBean(WalTraceHandler.class, () -> (trace, action) -> calls.add("trace"))
			.withBean("state", WalReplayHandler.class, () -> new WalReplayHandler() {

				@Override
				public void onRecord(WalRecord record) {
					calls.add("record");
				}

				@Override
				public void replayCompleted(Lsn from, Lsn to) {
					calls.add("completed");
				}

			})
			.run((context) -> assertThat(calls).containsExactly("record", "completed", "trace"));
	}

	@Test
	@Tag("R91")
	void tracesOfThisRunAreNotRecovered() {
		List<TraceState> recovered = new ArrayList<>();
		this.runner.withBean(WalTraceHandler.class, () -> (trace, action) -> recovered.add(trace))
			.withInitializer((context) -> ((GenericApplicationContext) context).registerBean("early", Trace.class,
					() -> context.getBean(TraceJournal.class).begin("order", null)))
			.run((context) -> {
				assertThat(recovered).isEmpty();
				assertThat(context.getBean(TraceJournal.class).openCount()).isEqualTo(1);
			});
	}

	@Test
	@Tag("R93")
	void whatCannotBeRecoveredStaysOpenAndIsReportedWithoutItsData(CapturedOutput output) {
		this.runner.run((context) -> {
			TraceJournal journal = context.getBean(TraceJournal.class);
			journal.begin("unknown", SECRET);
			journal.begin("broken", SECRET);
			journal.begin("stale", SECRET);
			journal.begin("order", SECRET);
		});
		this.runner.withBean("other", WalTraceHandler.class, () -> new WalTraceHandler() {

			@Override
			public boolean supports(TraceState trace) {
				return !"unknown".equals(trace.name());
			}

			@Override
			public RecoveryAction decide(TraceState trace, RecoveryAction proposed) {
				return "stale".equals(trace.name()) ? new Skip("its item is gone") : proposed;
			}

			@Override
			public void recover(TraceState trace, RecoveryAction action) {
				if ("broken".equals(trace.name())) {
					throw new IllegalStateException(SECRET);
				}
			}

		}).run((context) -> {
			TraceRecoveryReport report = context.getBean(WalTraceRecovery.class).report();
			assertThat(report.failed()).extracting((outcome) -> outcome.trace().name())
				.containsExactly("unknown", "broken");
			assertThat(report.skipped()).extracting((outcome) -> outcome.trace().name()).containsExactly("stale");
			assertThat(report.recovered()).extracting((outcome) -> outcome.trace().name()).containsExactly("order");
			assertThat(context.getBean(TraceJournal.class).openTraces(9)).extracting(TraceState::name)
				.containsExactly("unknown", "broken", "order");
		});
		assertThat(output).contains("no WalTraceHandler bean supports it")
			.contains("its recovery threw java.lang.IllegalStateException")
			.contains("its item is gone")
			.contains("1 continue, 0 wait, 1 were given up, 2 stay open")
			.doesNotContain(SECRET);
	}

	@Test
	@Tag("R85")
	@Tag("R91")
	void aCheckpointKeepsWhatAnOpenTraceNeedsAcrossRestarts() {
		ApplicationContextRunner applied = this.runner.withPropertyValues("wal.checkpoint.enabled=false")
			.withInitializer((context) -> ((GenericApplicationContext) context).registerBean("applied",
					WalCheckpointSource.class,
					() -> (WalCheckpointSource) () -> context.getBean(WriteAheadLog.class).durableLsn()));
		List<Long> begun = new ArrayList<>();
		applied.run((context) -> {
			append(context.getBean(WriteAheadLog.class), 20);
			Trace trace = context.getBean(TraceJournal.class).begin("order", "17");
			trace.run(1, () -> begun.add(trace.firstLsn().value()));
			append(context.getBean(WriteAheadLog.class), 40);
			assertThat(context.getBean(WalCheckpointer.class).checkpoint().checkpointLsn())
				.isEqualTo(Lsn.of(begun.get(0) - 1));
			assertThat(context.getBean(WriteAheadLog.class).firstLsn().value()).isGreaterThan(1)
				.isLessThanOrEqualTo(begun.get(0));
			assertThat(context.getBean(WalCheckpointer.class).checkpoint().outcome()).isEqualTo(Outcome.UNCHANGED);
		});
		applied.withBean(WalTraceHandler.class, () -> (trace, action) -> {
			assertThat(trace.data()).isEqualTo("17");
			assertThat(action).isEqualTo(new ResumeFrom(1));
		}).run((context) -> {
			assertThat(context.getBean(WalTraceRecovery.class).report().recovered()).hasSize(1);
			assertThat(context.getBean(WalCheckpointer.class).checkpoint().outcome()).isEqualTo(Outcome.UNCHANGED);
			TraceJournal journal = context.getBean(TraceJournal.class);
			journal.trace(journal.openTraces(1).get(0).traceId()).complete();
			WalCheckpointer.Result result = context.getBean(WalCheckpointer.class).checkpoint();
			assertThat(result.checkpointLsn()).isEqualTo(context.getBean(WriteAheadLog.class).durableLsn());
			assertThat(result.firstLsn()).isGreaterThan(Lsn.FIRST);
		});
	}

	private static void append(WriteAheadLog wal, int records) {
		for (int i = 0; i < records; i++) {
			wal.append(new byte[1000]);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ WalAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class })
	static class Application {

	}

}
