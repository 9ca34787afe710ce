// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

import dev.wal.LocalWriteAheadLog;
import dev.wal.WriteAheadLog;
import org.slf4j.LoggerFactory;

/**
 * Opens a log in a JVM of its own, where no class is loaded and nothing is compiled: what
 * opening costs an application that starts. The clock starts with the main method, after
 * the search for a logging back end, which is not the log's.
 */
final class OpenProbe {

	private static final long TIMEOUT_SECONDS = 120;

	private static final int PIECE = 1 << 20;

	private static final String LOGGING = "org.slf4j.nop.NOPServiceProvider";

	private OpenProbe() {
	}

	/**
	 * Run the probe in a new JVM.
	 * @param mode what to do
	 * @param directory the log
	 */
	static Measurement run(Mode mode, Path directory) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classPath(), "-Dslf4j.provider=" + LOGGING, "-Dslf4j.internal.verbosity=WARN",
				OpenProbe.class.getName(), mode.name(), directory.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try (InputStream output = process.getInputStream()) {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			output.transferTo(bytes);
			if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
				throw new IllegalStateException("Opening " + directory + " in a new JVM failed");
			}
			String[] nanos = bytes.toString(StandardCharsets.UTF_8).trim().split(" ", -1);
			return new Measurement().with(Metric.OPEN, Long.parseLong(nanos[0]) / 1e6)
				.with(Metric.OPEN_APPEND, Long.parseLong(nanos[1]) / 1e6);
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * Return the class path of an application that has nothing but a log: the libraries
	 * of the other logs would have to be searched for each class.
	 */
	private static String classPath() {
		try {
			List<String> places = new ArrayList<>();
			for (Class<?> type : List.of(WriteAheadLog.class, LoggerFactory.class, Class.forName(LOGGING),
					OpenProbe.class)) {
				places.add(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
			}
			return String.join(File.pathSeparator, places);
		}
		catch (ClassNotFoundException | URISyntaxException ex) {
			throw new IllegalStateException("Nobody knows where the log comes from", ex);
		}
	}

	/**
	 * Open, and print how long that took, and how long with one durable append, in
	 * nanoseconds.
	 * @param args the mode and the directory
	 */
	public static void main(String[] args) throws IOException {
		Mode mode = Mode.valueOf(args[0]);
		Path directory = Path.of(args[1]);
		// An application has found its logging before it opens a log.
		LoggerFactory.getLogger(OpenProbe.class);
		long began = System.nanoTime();
		if (mode == Mode.FLOOR) {
			long sum = readLast(directory);
			long nanos = System.nanoTime() - began;
			System.out.println(nanos + " " + nanos + " " + sum);
			return;
		}
		LocalWriteAheadLog wal = WriteAheadLog.builder(directory).open();
		long opened = System.nanoTime() - began;
		wal.append(new byte[AppendWorkload.PAYLOAD]);
		long appended = System.nanoTime() - began;
		System.out.println(opened + " " + appended);
		System.out.flush();
		if (mode == Mode.HALT) {
			Runtime.getRuntime().halt(0);
		}
		wal.close();
	}

	private static long readLast(Path directory) throws IOException {
		List<Path> segments = Logs.segments(directory);
		ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
		CRC32C checksum = new CRC32C();
		try (FileChannel channel = FileChannel.open(segments.get(segments.size() - 1))) {
			while (channel.read(buffer.clear()) > 0) {
				checksum.update(buffer.flip());
			}
		}
		return checksum.getValue();
	}

	/**
	 * What the new JVM does.
	 */
	enum Mode {

		/** Open, append, and close. */
		CLOSE,

		/** Open, append, and end without closing. */
		HALT,

		/** Read the last segment and compute a checksum, without any log. */
		FLOOR

	}

}
