// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of the tests in a JVM of its own, which is told what to do line by line.
 */
public final class TestProcess implements AutoCloseable {

	private final Process process;

	private final BufferedReader output;

	private final Writer input;

	private TestProcess(Process process) {
		this.process = process;
		this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		this.input = process.outputWriter(StandardCharsets.UTF_8);
	}

	public static TestProcess start(Class<?> program, Path workingDirectory, List<String> jvmOptions,
			String... arguments) {
		return start(List.of(), program, workingDirectory, jvmOptions, arguments);
	}

	/**
	 * Start a program by another one, which becomes it.
	 */
	public static TestProcess start(List<String> launcher, Class<?> program, Path workingDirectory,
			List<String> jvmOptions, String... arguments) {
		List<String> command = new ArrayList<>(launcher);
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
		command.addAll(List.of("-cp", System.getProperty("java.class.path")));
		command.addAll(jvmOptions);
		command.add(program.getName());
		command.addAll(List.of(arguments));
		try {
			return new TestProcess(new ProcessBuilder(command).directory(workingDirectory.toFile())
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public long pid() {
		return this.process.pid();
	}

	/**
	 * Return the next line that the program prints for the test: one that begins with a
	 * hash sign, which logs do not.
	 */
	public String answer() {
		try {
			String line = this.output.readLine();
			while (line != null && !line.startsWith("#")) {
				line = this.output.readLine();
			}
			return String.valueOf(line);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public String ask(String line) {
		try {
			this.input.write(line + "\n");
			this.input.flush();
			return answer();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public int waitFor() throws InterruptedException {
		return this.process.waitFor();
	}

	/**
	 * End the process at once, as by {@code kill -9}.
	 */
	public void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
