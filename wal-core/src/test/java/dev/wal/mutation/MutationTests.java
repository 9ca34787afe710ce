// SPDX-License-Identifier: Apache-2.0
package dev.wal.mutation;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the tests: removes each force, each comparison of a checksum and each bound in
 * turn, and runs the tests that should notice, in a JVM of their own, until one fails.
 * Takes long, and so runs with {@code -Pmutation} alone. The table of what killed which
 * is left in {@code target/mutants.md}.
 */
@Tag("mutation")
class MutationTests {

	private static final Path CLASSES = Path.of("target/classes");

	private static final Path TEST_CLASSES = Path.of("target/test-classes");

	private static final Path SOURCES = Path.of("src/main/java/dev/wal");

	/** How long the tests of one mutant may take: some make them hang. */
	private static final long SECONDS = Long.getLong("mutation.seconds", 150);

	/** Only mutants whose key contains this. */
	private static final String ONLY = System.getProperty("mutation.only", "");

	/** Quick ones first; what is most likely to notice, by what was removed. */
	private static final List<String> BYTES = List.of("FormatTests", "BlockBoundsTests", "BlockCodecTests",
			"HolderTests", "LockPageTests", "FoundSegmentTests", "ControlFileTests", "SegmentHeaderTests",
			"EndOfLogTests", "ForgedSegmentTests", "ForgedBlockTests", "ShiftedBlocksTests", "CorruptionPolicyTests",
			"OlderSegmentsTests", "TornTailTests", "CodecPropertyTests", "LiveReadingTests", "ReadRaceTests",
			"ReadTests", "OpenTests", "RefusedOpenTests", "OwnershipTests", "RepairTests", "BitFlipTests",
			"DamagedFilesPropertyTests", "CrashStateTests");

	private static final List<String> FORCES = List.of("DiskForceTests", "GatedForceTests", "ForcedStateTests",
			"ForcedMetadataTests", "WriteFaultTests", "log/FullDiskTests", "NameFaultTests", "CheckpointFaultTests",
			"ControlFileTests", "SegmentHeaderTests", "RecycledFilesTests", "DeletionTests", "FailNthCallTests",
			"CrashTests", "CheckpointTests", "ScheduleTests");

	/**
	 * Mutants that make no difference to anybody, with the reason.
	 */
	private static final Map<String, String> EQUIVALENT = Map.of("ControlRecord.decode: process > Holder.MAX_SIZE",
			"a holder refuses more bytes itself", "BlockHeader.isKnown: this.storedLength >= 0",
			"records are not below zero, and need at least five bytes each",
			"RecordCursor.enter: header.nextLsn() <= this.position", "its records are passed over one by one");

	private static final List<String> table = new ArrayList<>();

	@TempDir
	private Path temp;

	@TestFactory
	Stream<DynamicTest> anyRemovalTurnsATestRed() throws IOException {
		List<Mutant> mutants = MutantFinder.find(SOURCES.resolve("internal"));
		assertThat(mutants).extracting(Mutant::kind).contains(Mutant.Kind.values());
		assertThat(mutants).extracting(Mutant::key).as("equivalent ones").containsAll(EQUIVALENT.keySet());
		return mutants.stream()
			.filter((mutant) -> mutant.key().contains(ONLY))
			.map((mutant) -> DynamicTest.dynamicTest(mutant.kind() + " " + mutant.line() + " " + mutant.key(),
					() -> kill(mutant)));
	}

	private void kill(Mutant mutant) throws Exception {
		Path classes = Files.createTempDirectory(this.temp, "mutant");
		compile(mutant, classes);
		long began = System.nanoTime();
		String killer = run(mutant, classes);
		long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
		String reason = EQUIVALENT.get(mutant.key());
		table.add("| " + mutant.kind().name().toLowerCase(Locale.ROOT) + " | `" + mutant.className() + "."
				+ mutant.method() + "` | `" + mutant.original().replace("|", "\\|") + "` | "
				+ ((killer != null) ? killer : (reason != null) ? "equivalent: " + reason : "**survived**") + " | "
				+ seconds + " |");
		write();
		if (reason == null) {
			assertThat(killer).as("killed by").isNotNull();
		}
	}

	private static void compile(Mutant mutant, Path target) throws IOException {
		Path source = target.resolve(mutant.file().getFileName());
		Files.writeString(source, mutant.source());
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
			boolean compiled = compiler
				.getTask(null, files, null,
						List.of("-proc:none", "-nowarn", "--release", "17", "-parameters", "-d", target.toString(),
								"-cp", classPath()),
						null, files.getJavaFileObjects(source))
				.call();
			assertThat(compiled).as("compiles").isTrue();
		}
	}

	/**
	 * Return the test that failed, or {@code null}.
	 */
	private static String run(Mutant mutant, Path classes) throws Exception {
		List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
				"-Xmx1g", "-XX:TieredStopAtLevel=1", "-Dwal.crash.target=6000", "-Dwal.schedules=20", "-cp",
				classes + File.pathSeparator + classPath(), MutantTestMain.class.getName()));
		command.addAll(tests(mutant));
		Path output = classes.resolve("output.txt");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
				return "a test that hangs";
			}
			int code = process.exitValue();
			if (code == MutantTestMain.SURVIVED) {
				return null;
			}
			assertThat(code).as(() -> content(output)).isEqualTo(MutantTestMain.KILLED);
			String text = content(output);
			return text.substring(text.lastIndexOf("killed by ") + 10)
				.lines()
				.findFirst()
				.orElseThrow()
				.replaceFirst("^(?:[a-z]+\\.)+", "");
		}
		finally {
			process.destroyForcibly().waitFor();
		}
	}

	private static List<String> tests(Mutant mutant) throws IOException {
		List<String> tests = new ArrayList<>();
		for (String name : (mutant.kind() == Mutant.Kind.FORCE) ? FORCES : BYTES) {
			tests.add(nameOf(name));
		}
		return tests;
	}

	private static String nameOf(String name) throws IOException {
		try (Stream<Path> files = Files.walk(TEST_CLASSES)) {
			Path file = files.filter((path) -> path.endsWith(name + ".class")).findFirst().orElseThrow();
			String path = TEST_CLASSES.relativize(file).toString();
			return path.substring(0, path.length() - ".class".length()).replace(File.separatorChar, '.');
		}
	}

	private static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

	private static String content(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	@AfterAll
	static void write() throws IOException {
		List<String> lines = new ArrayList<>(
				List.of("| removed | in | what | killed by | seconds |", "| --- | --- | --- | --- | --- |"));
		lines.addAll(table);
		Files.write(CLASSES.resolveSibling("mutants.md"), lines);
	}

}
