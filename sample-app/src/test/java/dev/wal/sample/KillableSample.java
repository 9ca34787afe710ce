// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.awaitility.Awaitility.await;

/**
 * The whole service in a JVM of its own, which ends with the test in any case.
 */
final class KillableSample implements AutoCloseable {

	private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Process process;

	private final Path output;

	private final Thread hook;

	private OrderClient client;

	private KillableSample(Process process, Path output) {
		this.process = process;
		this.output = output;
		this.hook = new Thread(process::destroyForcibly);
		Runtime.getRuntime().addShutdownHook(this.hook);
	}

	static KillableSample start(Path data, Path output, String... args) throws IOException {
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:+UseSerialGC",
				"-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + output.toAbsolutePath().getParent(), "-cp",
				System.getProperty("java.class.path"), SampleApplication.class.getName(), "--server.port=0",
				"--spring.main.banner-mode=off", "--sample.data-directory=" + data));
		command.addAll(List.of(args));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
		KillableSample sample = new KillableSample(process, output);
		try {
			sample.awaitReady();
			return sample;
		}
		catch (RuntimeException | Error ex) {
			sample.close();
			throw ex;
		}
	}

	private void awaitReady() {
		await().atMost(PATIENCE).until(() -> {
			if (!this.process.isAlive()) {
				throw new IllegalStateException("The service did not start:\n" + output());
			}
			Matcher started = STARTED.matcher(output());
			if (this.client == null && started.find()) {
				this.client = new OrderClient(Integer.parseInt(started.group(1)));
			}
			return this.client != null && this.client.get("/summary").statusCode() == 200;
		});
	}

	OrderClient client() {
		return this.client;
	}

	String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * End the process as {@code kill -9} does.
	 */
	void kill() {
		this.process.destroyForcibly();
		await().atMost(PATIENCE).until(() -> !this.process.isAlive());
	}

	@Override
	public void close() {
		kill();
		Runtime.getRuntime().removeShutdownHook(this.hook);
	}

}
