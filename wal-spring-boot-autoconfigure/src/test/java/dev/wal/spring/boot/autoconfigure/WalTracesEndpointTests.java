// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.wal.spring.boot.actuate.endpoint.WalTracesEndpoint;
import dev.wal.spring.workflow.WalTraceHandler;
import dev.wal.trace.OutputLocation;
import dev.wal.trace.Trace;
import dev.wal.trace.TraceJournal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link WalTracesEndpoint}, as HTTP shows it.
 */
class WalTracesEndpointTests {

	private static final String SECRET = "secret";

	@TempDir
	Path temp;

	private WebApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.runner = new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class, WalEndpointAutoConfiguration.class,
					EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class,
					ManagementContextAutoConfiguration.class, JacksonAutoConfiguration.class,
					JacksonEndpointAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
					DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"), "wal.segment-size=1MB",
					"wal.trace.enabled=true", "wal.replay.phase=before-web-server",
					"management.endpoints.web.exposure.include=waltraces");
	}

	@Test
	@Tag("R99")
	@Tag("property:management.endpoint.waltraces.access")
	void isThereOnlyWhereItIsExposedAndTheJournalIsEnabled() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(WalTracesEndpoint.class));
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).doesNotHaveBean(WalTracesEndpoint.class));
		this.runner.withPropertyValues("wal.trace.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(WalTracesEndpoint.class));
		this.runner.withPropertyValues("management.endpoint.waltraces.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(WalTracesEndpoint.class));
	}

	@Test
	@Tag("R91")
	@Tag("R99")
	void listsOpenTracesTheOldestFirstWithoutTheirData() {
		this.runner.run((context) -> {
			MockMvcTester mvc = MockMvcTester.from(context);
			TraceJournal journal = context.getBean(TraceJournal.class);
			Trace running = journal.begin("order", SECRET);
			running.run(1,
					() -> assertThat(mvc.get().uri("/actuator/waltraces")).bodyJson()
						.extractingPath("$.traces[0].startedNodes")
						.asArray()
						.containsExactly(1));
			journal.begin("refund", SECRET).suspend(3, SECRET);
			journal.begin("order", SECRET).complete();
			var json = assertThat(mvc.get().uri("/actuator/waltraces")).hasStatusOk().bodyJson();
			json.extractingPath("$.incomplete").isEqualTo(2);
			json.extractingPath("$.suspended").isEqualTo(1);
			json.extractingPath("$.traces.length()").isEqualTo(2);
			json.extractingPath("$.traces[0].id").isEqualTo(running.id().toString());
			json.extractingPath("$.traces[0].name").isEqualTo("order");
			json.extractingPath("$.traces[0].state").isEqualTo("RUNNING");
			json.extractingPath("$.traces[0].lastCompletedNode").isEqualTo(1);
			json.extractingPath("$.traces[0].age").asString().startsWith("PT");
			json.extractingPath("$.traces[0].firstLsn").isEqualTo(1);
			json.extractingPath("$.traces[1].state").isEqualTo("SUSPENDED");
			json.extractingPath("$.traces[1].suspendedAt").isEqualTo(3);
			assertThat(mvc.get().uri("/actuator/waltraces")).bodyText().doesNotContain(SECRET);
		});
	}

	@Test
	@Tag("R99")
	void isBoundedInSize() {
		this.runner.withPropertyValues("wal.sync.mode=none").run((context) -> {
			TraceJournal journal = context.getBean(TraceJournal.class);
			for (int i = 0; i < 1010; i++) {
				journal.begin("order", null);
			}
			MockMvcTester mvc = MockMvcTester.from(context);
			String[] uris = { "/actuator/waltraces", "/actuator/waltraces?limit=7", "/actuator/waltraces?limit=5000",
					"/actuator/waltraces?limit=-1" };
			int[] sizes = { 100, 7, 1000, 1 };
			for (int i = 0; i < uris.length; i++) {
				var json = assertThat(mvc.get().uri(uris[i])).hasStatusOk().bodyJson();
				json.extractingPath("$.incomplete").isEqualTo(1010);
				json.extractingPath("$.traces.length()").isEqualTo(sizes[i]);
			}
		});
	}

	@Test
	@Tag("R92")
	@Tag("R99")
	void showsOneTraceWithItsNodes() {
		this.runner.run((context) -> {
			MockMvcTester mvc = MockMvcTester.from(context);
			TraceJournal journal = context.getBean(TraceJournal.class);
			Trace trace = journal.begin("order", SECRET);
			trace.call(1, () -> new OutputLocation(-1, 17, 255));
			assertThatIllegalStateException().isThrownBy(() -> trace.run(2, () -> {
				throw new IllegalStateException(SECRET);
			}));
			journal.startNode(trace.id(), 3);
			journal.startNode(trace.id(), 3);
			journal.loopIteration(trace.id(), 4, 7);
			var json = assertThat(mvc.get().uri("/actuator/waltraces/{id}", trace.id())).hasStatusOk().bodyJson();
			json.extractingPath("$.id").isEqualTo(trace.id().toString());
			json.extractingPath("$.completedCount").isEqualTo(1);
			json.extractingPath("$.completedNodes[0].offset").isEqualTo("18446744073709551615");
			json.extractingPath("$.completedNodes[0].size").isEqualTo(17);
			json.extractingPath("$.completedNodes[0].schemaHash").isEqualTo("00000000000000ff");
			json.extractingPath("$.failedNodes[0].node").isEqualTo(2);
			json.extractingPath("$.startedNodes[0].times").isEqualTo(2);
			json.extractingPath("$.loops[0].iteration").isEqualTo(7);
			assertThat(mvc.get().uri("/actuator/waltraces/{id}", trace.id())).bodyText().doesNotContain(SECRET);
			trace.complete();
			assertThat(mvc.get().uri("/actuator/waltraces/{id}", trace.id())).hasStatus(HttpStatus.NOT_FOUND);
			assertThat(mvc.get().uri("/actuator/waltraces/nonsense")).hasStatus(HttpStatus.BAD_REQUEST);
		});
	}

	@Test
	@Tag("R93")
	@Tag("R99")
	void keepsTheReportOfTheRecovery() {
		List<UUID> ids = new ArrayList<>();
		this.runner.run((context) -> {
			ids.add(context.getBean(TraceJournal.class).begin("order", null).id());
			ids.add(context.getBean(TraceJournal.class).begin("order", null).id());
		});
		this.runner.withBean(WalTraceHandler.class, () -> (trace, action) -> {
			if (trace.traceId().equals(ids.get(0))) {
				throw new IllegalStateException(SECRET);
			}
		}).run((context) -> {
			MockMvcTester mvc = MockMvcTester.from(context);
			var json = assertThat(mvc.get().uri("/actuator/waltraces")).hasStatusOk().bodyJson();
			json.extractingPath("$.recovery.records").isEqualTo(2);
			json.extractingPath("$.recovery.recovered").isEqualTo(1);
			json.extractingPath("$.recovery.failed").isEqualTo(1);
			json.extractingPath("$.recovery.problems[0].id").isEqualTo(ids.get(0).toString());
			json.extractingPath("$.recovery.problems[0].failure").isEqualTo("java.lang.IllegalStateException");
			assertThat(mvc.get().uri("/actuator/waltraces")).bodyText().doesNotContain(SECRET);
		});
	}

}
