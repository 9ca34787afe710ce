// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.wal.WriteAheadLog;
import dev.wal.spring.replay.WalReplayHandler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what a web application answers during a replay in each of its phases, over HTTP.
 */
class WalReplayPhaseTests {

	@TempDir
	Path temp;

	private Path directory;

	@BeforeEach
	void setUp() {
		this.directory = this.temp.resolve("wal");
		try (WriteAheadLog wal = WriteAheadLog.builder(this.directory).open()) {
			wal.append(new byte[10]);
		}
	}

	@Test
	@Tag("R82")
	@Tag("R98")
	void readinessAndHealthAreOutOfServiceUntilTheReplayHasFinished() throws Exception {
		try (ConfigurableApplicationContext context = run("runner")) {
			Probe probe = context.getBean(Probe.class);
			assertThat(probe.answers).containsExactly("/actuator/health/readiness 503", "/actuator/health/liveness 200",
					"/actuator/health/wal 503 OUT_OF_SERVICE");
			probe.ask();
			assertThat(probe.answers.subList(3, 6)).containsExactly("/actuator/health/readiness 200",
					"/actuator/health/liveness 200", "/actuator/health/wal 200 UP");
		}
	}

	@Test
	@Tag("R82")
	@Tag("property:wal.replay.phase")
	void noConnectionIsAcceptedBeforeTheReplayEndsIfSoChosen() throws Exception {
		try (ConfigurableApplicationContext context = run("before-web-server")) {
			Probe probe = context.getBean(Probe.class);
			assertThat(probe.answers).containsExactly("refused", "refused", "refused");
			probe.ask();
			assertThat(probe.answers).contains("/actuator/health/readiness 200", "/actuator/health/wal 200 UP");
		}
	}

	private ConfigurableApplicationContext run(String phase) throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.registerShutdownHook(false)
			.properties("wal.directory=" + this.directory, "wal.replay.phase=" + phase, "server.port=" + port,
					"server.address=127.0.0.1", "management.endpoint.health.show-details=always",
					"management.endpoint.health.probes.enabled=true")
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Probe probe(Environment environment) {
			return new Probe(environment.getRequiredProperty("server.port", Integer.class));
		}

	}

	/** Asks over HTTP while a record is replayed. */
	static class Probe implements WalReplayHandler {

		private final int port;

		private final List<String> answers = new CopyOnWriteArrayList<>();

		Probe(int port) {
			this.port = port;
		}

		@Override
		public void onRecord(dev.wal.WalRecord record) throws Exception {
			ask();
		}

		void ask() throws InterruptedException {
			for (String path : List.of("/actuator/health/readiness", "/actuator/health/liveness",
					"/actuator/health/wal")) {
				try {
					var response = HttpClient.newHttpClient()
						.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path)).build(),
								BodyHandlers.ofString());
					String status = path.endsWith("wal")
							? " " + response.body().replaceAll("(?s).*?\"status\":\"(\\w+)\".*", "$1") : "";
					this.answers.add(path + " " + response.statusCode() + status);
				}
				catch (IOException ex) {
					this.answers.add("refused");
				}
			}
		}

	}

}
