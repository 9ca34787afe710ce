// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Measures the log, and prints what it was to show next to what it shows.
 */
@Command(name = "wal-benchmarks", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Measures the log beside what the disk itself can do, and beside other logs.")
public final class Benchmarks implements Callable<Integer> {

	private static final Path DEFAULT_DIRECTORY = Path.of("target", "wal-benchmarks");

	@Option(names = "--quick", description = "A first look in less than 3 minutes; figures are rough.")
	private boolean quick;

	@Option(names = "--only", split = ",", paramLabel = "<workload>",
			description = "Run these only: append-1, append-8, append-64, append-64-4k, interval, replay, open, "
					+ "rotation, growth, memory.")
	private List<String> only = new ArrayList<>();

	@Option(names = "--turns", paramLabel = "<n>", description = "How often everything is measured (5, quick: 3).")
	private @Nullable Integer turns;

	@Option(names = "--no-peers", description = "Leave out Artemis, RocksDB and SQLite.")
	private boolean noPeers;

	@Option(names = "--large", description = "Measure cost growth up to 50 GiB as well; takes that much space.")
	private boolean large;

	@Option(names = "--dir", paramLabel = "<directory>",
			description = "Where to write while measuring, on the disk to be measured (${DEFAULT-VALUE}).")
	private Path directory = DEFAULT_DIRECTORY;

	@Option(names = "--out", paramLabel = "<directory>",
			description = "Where results.json and the plots go (${DEFAULT-VALUE}).")
	private Path output = DEFAULT_DIRECTORY;

	@Spec
	private @Nullable CommandSpec spec;

	/**
	 * Run.
	 * @param args see {@code --help}
	 */
	public static void main(String[] args) {
		System.exit(new CommandLine(new Benchmarks()).execute(args));
	}

	@Override
	public Integer call() throws IOException {
		try {
			return run(settings(), System.out, System.err, Ansi.AUTO.enabled());
		}
		catch (IllegalArgumentException ex) {
			CommandLine line = (this.spec != null) ? this.spec.commandLine() : new CommandLine(this);
			throw new ParameterException(line, String.valueOf(ex.getMessage()), ex);
		}
	}

	private Settings settings() {
		Settings settings = this.quick ? Settings.quick(this.directory, this.output)
				: Settings.full(this.directory, this.output);
		settings = settings.withOnly(this.only).withPeers(!this.noPeers);
		if (this.turns != null) {
			settings = settings.withTurns(this.turns);
		}
		if (this.large) {
			List<Long> sizes = new ArrayList<>(settings.growthBytes());
			sizes.add(50 * Settings.GIB);
			settings = settings.withGrowth(sizes);
		}
		return settings;
	}

	/**
	 * Measure and report.
	 * @return the exit code: 1 if something could not be measured
	 */
	static int run(Settings settings, PrintStream out, PrintStream err, boolean terminal) throws IOException {
		Files.createDirectories(settings.directory());
		Files.createDirectories(settings.output());
		Device device = Device.of(settings.directory());
		if (device.isMemory()) {
			err.println("WARNING: " + settings.directory() + " is in memory (" + device.fileSystem()
					+ "): nothing here waits for a disk. Choose another with --dir.");
		}
		Suite suite = Suite.of(settings, device);
		Path work = Files.createTempDirectory(settings.directory(), "run-");
		Thread cleaner = new Thread(() -> deleteQuietly(work, err), "cleaner");
		// Gigabytes must not be left when a run is interrupted.
		Runtime.getRuntime().addShutdownHook(cleaner);
		Results results;
		try {
			results = suite.run(work, (seconds) -> new Progress(err, terminal, seconds));
		}
		finally {
			Logs.delete(work);
			Runtime.getRuntime().removeShutdownHook(cleaner);
		}
		Report report = new Report(suite.workloads(), results, Environment.describe(settings, device));
		report.print(out);
		report.writeJson(settings.output().resolve("results.json"));
		draw(results, settings.output(), err);
		out.println("Written to " + settings.output().toAbsolutePath());
		return results.failures().isEmpty() ? 0 : 1;
	}

	private static void deleteQuietly(Path work, PrintStream err) {
		try {
			Logs.delete(work);
		}
		catch (IOException ex) {
			err.println("Please delete " + work + ": " + ex);
		}
	}

	/**
	 * Draw the plots where there are fonts: a JDK without any cannot, and that is no
	 * reason to lose the figures.
	 */
	private static void draw(Results results, Path output, PrintStream err) throws IOException {
		try {
			new Plots(results, output).write();
		}
		catch (LinkageError | InternalError ex) {
			err.println("No plots, as this JDK cannot draw text: " + ex);
		}
	}

}
