// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import dev.wal.Lsn;
import dev.wal.WalRecordListener;
import dev.wal.WriteAheadLog;
import dev.wal.spring.FailureText;
import dev.wal.spring.boot.actuate.endpoint.WalEndpoint;
import dev.wal.spring.boot.actuate.endpoint.WalTailEndpoint;
import dev.wal.spring.checkpoint.WalCheckpointSource;
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
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WalEndpointAutoConfiguration}, {@link WalEndpoint} and
 * {@link WalTailEndpoint}.
 */
class WalEndpointAutoConfigurationTests {

	@TempDir
	Path temp;

	private ApplicationContextRunner runner;

	private WebApplicationContextRunner webRunner;

	@BeforeEach
	void setUp() {
		String[] properties = { "wal.directory=" + this.temp.resolve("wal"), "wal.segment-size=12KB",
				"wal.replay.enabled=false", "wal.sync.mode=interval", "wal.sync.interval=1h" };
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class, WalEndpointAutoConfiguration.class))
			.withPropertyValues(properties);
		this.webRunner = new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class, WalEndpointAutoConfiguration.class,
					EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class,
					ManagementContextAutoConfiguration.class, JacksonAutoConfiguration.class,
					JacksonEndpointAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
					DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class))
			.withPropertyValues(properties)
			.withPropertyValues("management.endpoints.web.exposure.include=wal,waltail");
	}

	@Test
	@Tag("R99")
	@Tag("property:management.endpoint.waltail.access")
	void theEndpointsAreThereOnlyWhereTheyAreExposed() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(WalEndpoint.class)
			.doesNotHaveBean(WalTailEndpoint.class));
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=wal,waltail")
			.run((context) -> assertThat(context).hasSingleBean(WalEndpoint.class)
				.hasSingleBean(WalTailEndpoint.class));
		this.runner
			.withPropertyValues("management.endpoints.web.exposure.include=wal,waltail",
					"management.endpoint.wal.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(WalEndpoint.class)
				.hasSingleBean(WalTailEndpoint.class));
		this.runner
			.withPropertyValues("management.endpoints.web.exposure.include=wal,waltail",
					"management.endpoint.waltail.access=NONE")
			.run((context) -> assertThat(context).hasSingleBean(WalEndpoint.class)
				.doesNotHaveBean(WalTailEndpoint.class));
	}

	@Test
	void theEndpointsBackOff() {
		WriteAheadLog wal = org.mockito.Mockito.mock(WriteAheadLog.class);
		WalEndpoint own = new WalEndpoint(wal, null, null, null, null, new FailureText(true));
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=*")
			.withBean(WalEndpoint.class, () -> own)
			.run((context) -> assertThat(context).getBean(WalEndpoint.class).isSameAs(own));
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=*", "wal.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(WalEndpoint.class));
	}

	@Test
	@Tag("R99")
	void walShowsStatusSegmentsAndConfiguration() {
		this.webRunner.run(http((context, mvc) -> {
			WriteAheadLog wal = context.getBean(WriteAheadLog.class);
			for (int i = 0; i < 20; i++) {
				wal.append("secret payload".repeat(50).getBytes(StandardCharsets.UTF_8));
			}
			var json = assertThat(mvc.get().uri("/actuator/wal")).hasStatusOk().bodyJson();
			json.extractingPath("$.status.state").isEqualTo("OPEN");
			json.extractingPath("$.status.location").asString().endsWith("wal");
			json.extractingPath("$.status.lastLsn").isEqualTo(20);
			json.extractingPath("$.status.checkpointLsn").isEqualTo(0);
			json.extractingPath("$.status.oldestUnsynced").asString().startsWith("PT");
			json.extractingPath("$.status.stalledReaders").isEqualTo(0);
			json.extractingPath("$.status.lostRecords").isEqualTo(0);
			json.doesNotHavePath("$.status.since");
			json.doesNotHavePath("$.status.directoryProblem");
			json.doesNotHavePath("$.status.controlProblem");
			json.extractingPath("$.statistics.appendedRecords").isEqualTo(20);
			json.extractingPath("$.segments[0].file").isEqualTo("wal-00000000000000000001.log");
			json.extractingPath("$.segments[0].firstLsn").isEqualTo(1);
			json.extractingPath("$.segments[-1:].active").asArray().containsExactly(true);
			json.extractingPath("$.configuration.segmentSize").isEqualTo(12_288);
			json.extractingPath("$.configuration.syncPolicy.mode").isEqualTo("interval");
			json.extractingPath("$.configuration.syncPolicy.interval").isEqualTo("PT1H");
			json.extractingPath("$.configuration.recoveryScan").isEqualTo("headers");
			json.doesNotHavePath("$.replay");
			assertThat(mvc.get().uri("/actuator/wal")).bodyText().doesNotContain("secret");
		}));
	}

	@Test
	@Tag("R94")
	@Tag("R103")
	@Tag("property:wal.show-exception-messages")
	void walShowsListenersWithTheMessagesOfTheirFailuresUnlessTheyAreHidden() {
		assertThat(lastFailure("wal.show-exception-messages=true")).isEqualTo("secret");
		assertThat(lastFailure("wal.show-exception-messages=false"))
			.isEqualTo("IllegalStateException ('wal.show-exception-messages' is false)");
	}

	private Object lastFailure(String property) {
		AtomicReference<Object> lastFailure = new AtomicReference<>();
		this.webRunner.withPropertyValues(property).withBean("projection", WalRecordListener.class, () -> (record) -> {
			throw new IllegalStateException("secret");
		}).run(http((context, mvc) -> {
			context.getBean(WriteAheadLog.class).append(new byte[1]);
			context.getBean(WriteAheadLog.class).sync();
			await().untilAsserted(() -> {
				var json = assertThat(mvc.get().uri("/actuator/wal")).hasStatusOk().bodyJson();
				json.extractingPath("$.listeners[0].listener").isEqualTo("projection");
				json.extractingPath("$.listeners[0].active").isEqualTo(true);
				json.extractingPath("$.listeners[0].heldUpFor").asString().startsWith("PT");
				json.extractingPath("$.listeners[0].lastFailure").satisfies(lastFailure::set);
			});
		}));
		return lastFailure.get();
	}

	@Test
	@Tag("R61")
	@Tag("R99")
	void waltailShowsTailRecoveryAndPositions() throws Exception {
		Path directory = this.temp.resolve("wal");
		try (WriteAheadLog wal = WriteAheadLog.builder(directory).segmentSize(12 * 1024).open()) {
			wal.append("secret".getBytes(StandardCharsets.UTF_8));
		}
		this.webRunner.run(http((context, mvc) -> {
			WriteAheadLog wal = context.getBean(WriteAheadLog.class);
			wal.append("secret".getBytes(StandardCharsets.UTF_8));
			var json = assertThat(mvc.get().uri("/actuator/waltail")).hasStatusOk().bodyJson();
			json.extractingPath("$.state").isEqualTo("OPEN");
			json.extractingPath("$.tail.kind").isEqualTo("CLEAN");
			json.extractingPath("$.tail.cutBytes").isEqualTo(0);
			json.extractingPath("$.tail.provenLsn").isEqualTo(1);
			json.extractingPath("$.tail.confirmed").isEqualTo(true);
			json.extractingPath("$.recovery.lostRecords").isEqualTo(0);
			json.extractingPath("$.recovery.lost").asArray().isEmpty();
			json.extractingPath("$.recovery.lastLsn").isEqualTo(1);
			json.extractingPath("$.recovery.cleanShutdown").isEqualTo(true);
			json.extractingPath("$.recovery.duration").asString().startsWith("PT");
			json.extractingPath("$.recovery.damage").asArray().isEmpty();
			json.extractingPath("$.positions.lastLsn").isEqualTo(2);
			json.extractingPath("$.positions.unsyncedRecords").isEqualTo(1);
			json.extractingPath("$.positions.oldestUnsynced").asString().startsWith("PT");
			assertThat(mvc.get().uri("/actuator/waltail")).bodyText().doesNotContain("secret");
		}));
	}

	@Test
	@Tag("R99")
	void writeOperationsAreRefusedByDefault() {
		this.webRunner.run(http((context, mvc) -> {
			for (String operation : List.of("sync", "rotate", "checkpoint")) {
				assertThat(post(mvc, operation)).hasStatus(HttpStatus.METHOD_NOT_ALLOWED);
			}
			assertThat(mvc.post().uri("/actuator/wal").contentType(MediaType.APPLICATION_JSON))
				.hasStatus(HttpStatus.METHOD_NOT_ALLOWED);
		}));
	}

	@Test
	@Tag("R99")
	@Tag("property:management.endpoint.wal.access")
	void writeOperationsWorkWhereAccessIsUnrestricted() {
		this.webRunner.withPropertyValues("management.endpoint.wal.access=UNRESTRICTED")
			.withBean(WalCheckpointSource.class, () -> () -> Lsn.of(2))
			.run(http((context, mvc) -> {
				WriteAheadLog wal = context.getBean(WriteAheadLog.class);
				wal.append(new byte[10]);
				wal.append(new byte[10]);
				assertThat(wal.durableLsn()).isEqualTo(Lsn.NONE);
				var sync = assertThat(post(mvc, "sync")).hasStatusOk().bodyJson();
				sync.extractingPath("$.operation").isEqualTo("sync");
				sync.extractingPath("$.lsn").isEqualTo(2);
				assertThat(wal.durableLsn()).isEqualTo(Lsn.of(2));
				var rotate = assertThat(post(mvc, "rotate")).hasStatusOk().bodyJson();
				rotate.extractingPath("$.outcome").isEqualTo("rotated");
				assertThat(post(mvc, "rotate")).bodyJson().extractingPath("$.outcome").isNotEqualTo("rotated");
				var checkpoint = assertThat(post(mvc, "checkpoint")).hasStatusOk().bodyJson();
				checkpoint.extractingPath("$.outcome").isEqualTo("advanced");
				checkpoint.extractingPath("$.lsn").isEqualTo(2);
				checkpoint.extractingPath("$.firstLsn").isEqualTo(3);
				assertThat(post(mvc, "destroy")).hasStatus(HttpStatus.BAD_REQUEST);
			}));
	}

	@Test
	@Tag("R99")
	@Tag("R103")
	void lostRecordsAreShownUntilSomebodyAcknowledgesThem() throws Exception {
		Path directory = this.temp.resolve("wal");
		try (WriteAheadLog wal = WriteAheadLog.builder(directory).open()) {
			for (int i = 0; i < 3; i++) {
				wal.append(new byte[100]);
			}
		}
		Path segment = directory.resolve("wal-00000000000000000001.log");
		byte[] content = Files.readAllBytes(segment);
		// The body of the second block.
		content[8192 + (content.length - 8192) / 2] ^= 1;
		Files.write(segment, content);
		this.webRunner.withPropertyValues("management.endpoint.wal.access=UNRESTRICTED", "wal.corruption-policy=skip")
			.run(http((context, mvc) -> {
				context.getBean(WriteAheadLog.class).append(new byte[1]);
				var tail = assertThat(mvc.get().uri("/actuator/waltail")).hasStatusOk().bodyJson();
				tail.extractingPath("$.recovery.lostRecords").isEqualTo(1);
				assertThat(mvc.get().uri("/actuator/wal")).bodyJson()
					.extractingPath("$.status.lostRecords")
					.isEqualTo(1);
				assertThat(post(mvc, "acknowledge-loss")).bodyJson()
					.extractingPath("$.outcome")
					.isEqualTo("acknowledged that 1 record(s) are lost");
				assertThat(mvc.get().uri("/actuator/wal")).bodyJson()
					.extractingPath("$.status.lostRecords")
					.isEqualTo(0);
				assertThat(post(mvc, "acknowledge-loss")).bodyJson()
					.extractingPath("$.outcome")
					.isEqualTo("there is no loss to acknowledge");
			}));
	}

	@Test
	@Tag("R99")
	void aCheckpointOnDemandDeletesNothingWithoutASource() {
		this.webRunner.withPropertyValues("management.endpoint.wal.access=UNRESTRICTED").run(http((context, mvc) -> {
			context.getBean(WriteAheadLog.class).append(new byte[10]);
			var checkpoint = assertThat(post(mvc, "checkpoint")).hasStatusOk().bodyJson();
			checkpoint.extractingPath("$.lsn").isEqualTo(0);
			checkpoint.extractingPath("$.outcome").asString().contains("WalCheckpointSource");
		}));
	}

	@Test
	void theEndpointsOpenNothing() {
		this.webRunner.run(http((context, mvc) -> {
			context.stop();
			assertThat(mvc.get().uri("/actuator/wal")).hasStatusOk()
				.bodyJson()
				.extractingPath("$.status.state")
				.isEqualTo("CLOSED");
			assertThat(mvc.get().uri("/actuator/waltail")).hasStatusOk().bodyJson().doesNotHavePath("$.tail");
		}));
	}

	private static MockMvcTester.MockMvcRequestBuilder post(MockMvcTester mvc, String operation) {
		return mvc.post()
			.uri("/actuator/wal")
			.contentType(MediaType.APPLICATION_JSON)
			.content("{\"operation\":\"" + operation + "\"}");
	}

	private static ContextConsumer<AssertableWebApplicationContext> http(HttpTest test) {
		return (context) -> {
			assertThat(context).hasNotFailed();
			test.run(context, MockMvcTester.from(context));
		};
	}

	private interface HttpTest {

		void run(AssertableWebApplicationContext context, MockMvcTester mvc) throws Exception;

	}

}
