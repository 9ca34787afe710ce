// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.wal.testing.TestFiles;
import dev.wal.testing.process.RealFaultMain;
import dev.wal.testing.process.TestProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for what a log does when the kernel fails it: {@code strace} has the system calls
 * of a real JVM fail, and file systems of its own fill up, become read-only and go away.
 * <p>
 * Runs with {@code -Preal-faults}, as root, with strace installed. The process under test
 * has a mount namespace of its own, so that what is mounted goes away with it.
 */
@Tag("real-faults")
@Timeout(60)
class RealFaultTests {

	private static final String FIRST = "wal-00000000000000000001.log";

	private static final String SECOND = "wal-00000000000000000002.log";

	@TempDir
	private Path temp;

	private Path directory;

	private TestProcess process;

	private final List<String> acknowledged = new ArrayList<>();

	private int next;

	@BeforeAll
	static void checkThatFaultsArePossible() throws Exception {
		assumeThat(succeeds("unshare", "--mount", "true")).as("mounting is allowed (as root)").isTrue();
		assumeThat(succeeds("strace", "-qq", "-o", "/dev/null", "true")).as("strace is installed and may trace")
			.isTrue();
	}

	private static boolean succeeds(String... command) throws InterruptedException {
		try {
			return run(command) == 0;
		}
		catch (UncheckedIOException ex) {
			return false;
		}
	}

	private static int run(String... command) throws InterruptedException {
		try {
			return new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@BeforeEach
	void start() {
		this.directory = this.temp.resolve("log");
		this.process = startProcess();
	}

	@AfterEach
	void stop() {
		this.process.close();
	}

	private TestProcess startProcess() {
		TestProcess started = TestProcess.start(List.of("unshare", "--mount"), RealFaultMain.class, this.temp,
				List.of());
		// Only now has it left the mount namespace of this JVM: what is mounted earlier,
		// it never sees.
		assertThat(started.answer()).isEqualTo("#ready");
		return started;
	}

	/**
	 * Have system calls fail that concern a file, from now on.
	 * @param calls the names of the calls, separated by "/"
	 * @param fault as strace calls it, such as "error=EIO"
	 */
	private AutoCloseable inject(String calls, String fault, Path file) throws IOException {
		String set = "?" + calls.replace("/", ",?");
		Process strace = new ProcessBuilder("strace", "-f", "-p", String.valueOf(this.process.pid()), "-o",
				this.temp.resolve("trace").toString(), "-P", file.toString(), "-e", "trace=" + set, "-e",
				"inject=" + set + ":" + fault)
			.redirectErrorStream(true)
			.start();
		BufferedReader output = new BufferedReader(
				new InputStreamReader(strace.getInputStream(), StandardCharsets.UTF_8));
		String line = output.readLine();
		assertThat(line).contains("attached");
		return () -> {
			// It lets go of the process, and of nothing else.
			strace.destroy();
			assertThat(strace.waitFor(20, TimeUnit.SECONDS)).isTrue();
			assertThat(Files.readString(this.temp.resolve("trace"))).as("injected")
				.containsPattern("INJECTED|DELAYED|SIGKILL");
		};
	}

	private void open(long segmentSize) {
		assertThat(this.process.ask("open " + this.directory + " " + segmentSize)).startsWith("#ok");
	}

	private String append(int size) {
		int id = this.next++;
		String answer = ask("append " + id + " " + size);
		if (answer.startsWith("#ok ")) {
			this.acknowledged.add(answer.substring(4) + "=" + id);
		}
		return answer;
	}

	private String state() {
		return this.process.ask("state").substring(4);
	}

	private void assertNothingLost(String answer) {
		assertThat(answer).startsWith("#ok");
		assertThat(Arrays.asList(answer.substring(4).split(",", -1))).doesNotHaveDuplicates()
			.containsAll(this.acknowledged);
	}

	private void reopenAndCheck() {
		open(0);
		assertNothingLost(this.process.ask("read"));
		assertThat(append(10)).startsWith("#ok");
		assertThat(this.process.ask("close")).startsWith("#ok");
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			# calls,       fault,                      the append throws,  state
			fdatasync,     error=EIO,                  WalFailedException, FAILED
			fdatasync,     error=ENOSPC,               WalFailedException, FAILED
			fdatasync,     error=EROFS,                WalFailedException, FAILED
			fdatasync,     error=EINTR:when=1..3,      ok,                 OPEN
			fdatasync,     delay_enter=200000,         ok,                 OPEN
			pwrite64,      error=EIO,                  WalFailedException, FAILED
			pwrite64,      error=EROFS,                WalFailedException, FAILED
			pwrite64,      error=EFBIG,                WalFailedException, FAILED
			pwrite64,      error=ENOSPC,               WalFullException,   FULL
			pwrite64,      error=EDQUOT,               WalFullException,   FULL
			pwrite64,      error=EINTR:when=1..3,      ok,                 OPEN
			""")
	@Tag("R45")
	@Tag("R46")
	@Tag("R47")
	void appendWhoseSystemCallFails(String calls, String fault, String thrown, String state) throws Exception {
		open(0);
		append(100);
		append(3000);
		try (AutoCloseable injected = inject(calls, fault, this.directory.resolve(FIRST))) {
			assertThat(append(500)).startsWith("#" + thrown);
			assertThat(state()).isEqualTo(state);
			assertNothingLost(this.process.ask("read"));
		}
		assertThat(append(100)).startsWith(state.equals("FAILED") ? "#WalFailedException" : "#ok");
		assertThat(state()).isEqualTo(state.equals("FAILED") ? "FAILED" : "OPEN");
		this.process.ask("close");
		reopenAndCheck();
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			# calls,               fault,        file,                      rotate throws,      state
			openat,                error=EMFILE, wal-00000000000000000002.log.new, WalIoException,     OPEN
			openat,                error=ENFILE, wal-00000000000000000002.log.new, WalIoException,     OPEN
			openat,                error=EACCES, wal-00000000000000000002.log.new, WalIoException,     OPEN
			openat,                error=EROFS,  wal-00000000000000000002.log.new, WalIoException,     OPEN
			openat,                error=ENOSPC, wal-00000000000000000002.log.new, WalFullException,   FULL
			pwrite64,              error=EIO,    wal-00000000000000000002.log.new, WalIoException,     OPEN
			fsync,                 error=EIO,    wal-00000000000000000002.log.new, WalIoException,     OPEN
			rename/renameat,       error=EIO,    wal-00000000000000000002.log.new, WalIoException,     OPEN
			rename/renameat,       error=ENOSPC, wal-00000000000000000002.log.new, WalFullException,   FULL
			fsync,                 error=EIO,    .,                         WalFailedException, FAILED
			openat,                error=EMFILE, .,                         WalFailedException, FAILED
			""")
	@Tag("R53")
	@Tag("R56")
	@Tag("D6")
	void rotationWhoseSystemCallFails(String calls, String fault, String file, String thrown, String state)
			throws Exception {
		open(0);
		append(100);
		try (AutoCloseable injected = inject(calls, fault, this.directory.resolve(file).normalize())) {
			assertThat(this.process.ask("rotate")).startsWith("#" + thrown);
			assertThat(state()).isEqualTo(state);
		}
		assertThat(append(100)).startsWith(state.equals("FAILED") ? "#WalFailedException" : "#ok");
		assertThat(this.process.ask("rotate")).startsWith(state.equals("FAILED") ? "#WalFailedException" : "#ok true");
		this.process.ask("close");
		reopenAndCheck();
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			# calls,          fault,        file
			openat,           error=EMFILE, checkpoint.new
			pwrite64,         error=ENOSPC, checkpoint.new
			fsync,            error=EIO,    checkpoint.new
			rename/renameat,  error=EROFS,  checkpoint.new
			fsync,            error=EIO,    .
			unlink/unlinkat,  error=EACCES, wal-00000000000000000001.log
			""")
	@Tag("R83")
	@Tag("R84")
	void checkpointWhoseSystemCallFailsChangesNothingForAppends(String calls, String fault, String file)
			throws Exception {
		open(0);
		append(100);
		this.process.ask("rotate");
		append(100);
		try (AutoCloseable injected = inject(calls, fault, this.directory.resolve(file).normalize())) {
			assertThat(this.process.ask("checkpoint 1")).startsWith("#WalIoException");
			assertThat(state()).isEqualTo("OPEN");
			assertThat(append(100)).startsWith("#ok");
			assertNothingLost(this.process.ask("read"));
		}
		this.acknowledged.remove(0);
		assertThat(this.process.ask("checkpoint 1")).isEqualTo("#ok 2");
		assertThat(this.process.ask("close")).startsWith("#ok");
		reopenAndCheck();
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			# calls,    fault,        file,                        close throws
			pwrite64,   error=EIO,    wal-00000000000000000001.log, WalFailedException
			pwrite64,   error=ENOSPC, wal-00000000000000000001.log, ok
			fdatasync,  error=EIO,    wal-00000000000000000001.log, WalFailedException
			close,      error=EIO,    wal-00000000000000000001.log, WalFailedException
			""")
	@Tag("R101")
	void closeWhoseSystemCallFailsReleasesEverything(String calls, String fault, String file, String thrown)
			throws Exception {
		open(0);
		append(100);
		try (AutoCloseable injected = inject(calls, fault, this.directory.resolve(file))) {
			assertThat(this.process.ask("close")).startsWith("#" + thrown);
			assertThat(state()).isEqualTo("CLOSED");
		}
		reopenAndCheck();
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			# calls,               fault,        file,                        open throws
			openat,                error=EROFS,  wal.lock,                    WalDirectoryException
			fcntl,                 error=ENOLCK, wal.lock,                    WalDirectoryException
			openat,                error=EMFILE, .,                           WalIoException
			fsync,                 error=EIO,    .,                           WalIoException
			openat,                error=EMFILE, wal-00000000000000000001.log, WalIoException
			openat,                error=ENOENT, wal-00000000000000000001.log, WalIoException
			pread64,               error=EIO,    wal-00000000000000000001.log, WalIoException
			pwrite64,              error=EIO,    wal-00000000000000000001.log, WalIoException
			fsync,                 error=EIO,    wal-00000000000000000001.log, WalIoException
			unlink/unlinkat,       error=EIO,    wal-00000000000000000002.log.new, WalIoException
			""")
	@Tag("R102")
	@Tag("Rule6")
	void openWhoseSystemCallFailsReleasesEverything(String calls, String fault, String file, String thrown)
			throws Exception {
		open(0);
		append(100);
		append(200);
		// What a killed process leaves.
		Path left = TestFiles.copy(this.directory, this.temp.resolve("left"));
		Files.createFile(left.resolve(SECOND + ".new"));
		this.process.ask("close");
		this.directory = left;
		try (AutoCloseable injected = inject(calls, fault, left.resolve(file).normalize())) {
			assertThat(this.process.ask("open " + left + " 0")).startsWith("#" + thrown);
		}
		reopenAndCheck();
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			pwrite64,        2, wal-00000000000000000001.log
			fdatasync,       2, wal-00000000000000000001.log
			pwrite64,        1, wal-00000000000000000002.log.new
			fsync,           1, wal-00000000000000000002.log.new
			rename/renameat, 1, wal-00000000000000000002.log.new
			fsync,           1, .
			fdatasync,       1, wal-00000000000000000002.log
			rename/renameat, 1, checkpoint.new
			unlink/unlinkat, 1, wal-00000000000000000001.log
			""")
	@Tag("D32")
	void processKilledAtASystemCallLosesNothing(String calls, int nth, String file) throws Exception {
		open(0);
		append(100);
		String set = "signal=KILL:when=" + nth;
		try (AutoCloseable injected = inject(calls, set, this.directory.resolve(file).normalize())) {
			append(1000);
			append(1000);
			ask("rotate");
			append(1000);
			ask("checkpoint 3");
			assertThat(this.process.waitFor()).isEqualTo(128 + 9);
		}
		this.acknowledged
			.removeIf((record) -> file.equals(FIRST) && calls.startsWith("unlink") && record.equals("1=0"));
		this.process = startProcess();
		reopenAndCheck();
	}

	/**
	 * Ask the process, which may be dead.
	 */
	private String ask(String line) {
		try {
			return this.process.ask(line);
		}
		catch (UncheckedIOException ex) {
			return "dead";
		}
	}

	// ---- file systems

	private void mount(String... arguments) throws Exception {
		Files.createDirectories(this.directory.getParent());
		List<String> command = new ArrayList<>(
				List.of("nsenter", "--mount", "--target", String.valueOf(this.process.pid())));
		command.addAll(List.of(arguments));
		assertThat(run(command.toArray(String[]::new))).as("%s", command).isZero();
	}

	/**
	 * Make a file system of ext4 in a file.
	 */
	private Path ext4() throws Exception {
		Path image = this.temp.resolve("image");
		assertThat(run("truncate", "--size=16M", image.toString())).isZero();
		assumeThat(succeeds("mkfs.ext4", "-q", "-F", image.toString())).as("mkfs.ext4 is installed").isTrue();
		return image;
	}

	private Path mountPoint() {
		this.directory = this.temp.resolve("mounted/log");
		return this.directory.getParent();
	}

	private void appendUntilFull() {
		String answer = append(50_000);
		for (int i = 0; i < 1000 && answer.startsWith("#ok"); i++) {
			answer = append(50_000);
		}
		assertThat(answer).startsWith("#WalFullException");
		assertThat(state()).isEqualTo("FULL");
		assertNothingLost(this.process.ask("read"));
	}

	@ParameterizedTest
	@CsvSource({ "0", "262144" })
	@Tag("R47")
	@Tag("Rule5")
	void fullDiskRefusesAppendsUntilThereIsRoom(long segmentSize) throws Exception {
		String point = mountPoint().toString();
		mount("mount", "-t", "tmpfs", "-o", "size=3m", "none", point);
		open(segmentSize);
		for (int turn = 0; turn < 2; turn++) {
			appendUntilFull();
			mount("mount", "-o", "remount,size=" + (6 + 3 * turn) + "m", point);
			assertThat(append(50_000)).startsWith("#ok");
			assertThat(state()).isEqualTo("OPEN");
		}
		appendUntilFull();
		// The close block finds no room, which is no failure.
		assertThat(this.process.ask("close")).startsWith("#ok");
		open(segmentSize);
		assertNothingLost(this.process.ask("read"));
	}

	@Test
	@Tag("R47")
	@Tag("Rule5")
	void fullExt4RefusesAppendsUntilThereIsRoom() throws Exception {
		String point = mountPoint().toString();
		mount("mount", "-o", "loop", ext4().toString(), point);
		mount("fallocate", "--length", "4M", point + "/filler");
		open(1 << 20);
		appendUntilFull();
		mount("rm", point + "/filler");
		assertThat(append(50_000)).startsWith("#ok");
		assertThat(state()).isEqualTo("OPEN");
		assertThat(this.process.ask("close")).startsWith("#ok");
		reopenAndCheck();
	}

	@Test
	@Tag("R47")
	@Tag("R102")
	void fullDiskIsRefusedAtOpen() throws Exception {
		String point = mountPoint().toString();
		mount("mount", "-t", "tmpfs", "-o", "size=64k", "none", point);
		mount("dd", "if=/dev/zero", "of=" + point + "/filler", "bs=64k", "count=1");
		assertThat(this.process.ask("open " + this.directory + " 0")).startsWith("#WalFullException");
		mount("rm", point + "/filler");
		reopenAndCheck();
	}

	/**
	 * As ext4 does it by itself after an error of its own.
	 */
	@Test
	@Tag("R46")
	@Tag("Rule4")
	void fileSystemThatGivesUpFailsTheLog() throws Exception {
		Path image = ext4();
		String point = mountPoint().toString();
		mount("mount", "-o", "loop", image.toString(), point);
		open(0);
		append(100);
		append(5000);
		mount("mount", "-o", "remount,abort", point);
		assertThat(append(100)).startsWith("#WalFailedException");
		assertThat(state()).isEqualTo("FAILED");
		assertNothingLost(this.process.ask("read"));
		assertThat(this.process.ask("close")).startsWith("#WalFailedException");
		mount("umount", point);
		mount("mount", "-o", "loop", image.toString(), point);
		reopenAndCheck();
	}

	@Test
	@Tag("R14")
	@Tag("R102")
	void readOnlyFileSystemIsRefusedAtOpenAndCanBeRead() throws Exception {
		String point = mountPoint().toString();
		mount("mount", "-o", "loop", ext4().toString(), point);
		open(0);
		append(100);
		assertThat(this.process.ask("close")).startsWith("#ok");
		mount("mount", "-o", "remount,ro", point);
		assertThat(this.process.ask("open " + this.directory + " 0")).startsWith("#WalDirectoryException");
		assertNothingLost(this.process.ask("view " + this.directory));
		mount("mount", "-o", "remount,rw", point);
		reopenAndCheck();
	}

	@Test
	@Tag("R56")
	void unmountedDirectoryIsNotMistakenForTheOneBelowIt() throws Exception {
		Path image = ext4();
		Files.createDirectories(mountPoint().resolve("log"));
		String point = mountPoint().toString();
		mount("mount", "-o", "loop", image.toString(), point);
		open(0);
		append(100);
		mount("umount", "--lazy", point);
		assertThat(append(100)).startsWith("#ok");
		assertThat(this.process.ask("rotate")).startsWith("#WalIoException").contains("unmounted");
		assertThat(this.process.ask("checkpoint 1")).startsWith("#WalIoException").contains("unmounted");
		assertThat(append(100)).startsWith("#ok");
		assertThat(TestFiles.names(this.directory)).isEmpty();
		this.process.ask("close");
		mount("mount", "-o", "loop", image.toString(), point);
		reopenAndCheck();
	}

}
