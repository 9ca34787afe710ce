// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.yourservice;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.wal.docs.Application;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the service that the tutorial builds.
 */
@Timeout(180)
class YourServiceTests {

	private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

	@TempDir
	Path directory;

	@Test
	void ordersAreBackAfterAKill() throws Exception {
		try (Service service = new Service(this.directory.resolve("first.txt"))) {
			assertThat(service.post("paper tape")).isEqualTo("1");
			assertThat(service.post("punch cards")).isEqualTo("2");
		}
		try (Service service = new Service(this.directory.resolve("second.txt"))) {
			assertThat(service.get()).isEqualTo("[\"paper tape\",\"punch cards\"]");
			assertThat(service.post("ink")).isEqualTo("3");
		}
	}

	@Test
	void ordersAreBackFromSnapshotAndLog() {
		String[] args = { "--wal.snapshot.every-records=2", "--wal.checkpoint.interval=10ms" };
		List<Class<?>> beans = List.of(Orders.class);
		try (ConfigurableApplicationContext context = Application.start(this.directory, beans, args)) {
			Orders orders = context.getBean(Orders.class);
			orders.place("paper tape");
			orders.place("punch cards");
			await().atMost(Duration.ofSeconds(30))
				.until(() -> Files.exists(this.directory.resolve("snapshots"))
						&& this.directory.resolve("snapshots").toFile().list().length > 0);
			orders.place("ink");
		}
		try (ConfigurableApplicationContext context = Application.start(this.directory, beans, args)) {
			assertThat(context.getBean(Orders.class).all()).containsExactly("paper tape", "punch cards", "ink");
		}
	}

	/** The service in a JVM of its own. To close it is to kill it. */
	private final class Service implements AutoCloseable {

		private final HttpClient http = HttpClient.newHttpClient();

		private final Process process;

		private final URI orders;

		Service(Path output) throws IOException {
			this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
					System.getProperty("java.class.path"), OrdersApplication.class.getName(), Application.NO_FILES,
					"--server.port=0", "--server.address=127.0.0.1",
					"--wal.directory=" + YourServiceTests.this.directory.resolve("wal"))
				.redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			try {
				this.orders = URI.create("http://127.0.0.1:" + port(output) + "/orders");
			}
			catch (RuntimeException | Error ex) {
				this.process.destroyForcibly();
				throw ex;
			}
		}

		private String port(Path output) {
			return await().atMost(Duration.ofSeconds(60)).until(() -> {
				Matcher started = STARTED.matcher(Files.readString(output));
				return started.find() ? started.group(1) : "";
			}, (port) -> !port.isEmpty());
		}

		String post(String order) throws IOException, InterruptedException {
			HttpRequest request = HttpRequest.newBuilder(this.orders)
				.header("Content-Type", "text/plain")
				.POST(HttpRequest.BodyPublishers.ofString(order))
				.build();
			return this.http.send(request, BodyHandlers.ofString()).body();
		}

		String get() throws IOException, InterruptedException {
			return this.http.send(HttpRequest.newBuilder(this.orders).build(), BodyHandlers.ofString()).body();
		}

		@Override
		public void close() throws InterruptedException {
			this.process.destroyForcibly().waitFor();
		}

	}

}
