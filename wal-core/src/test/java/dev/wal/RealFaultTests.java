// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.wal.testing.TestFiles;
import dev.wal.testing.process.LockMain;
import dev.wal.testing.process.TestProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what a log does when the kernel fails it: {@code strace} has the system calls
 * of a real JVM fail.
 */
@Tag("real-faults")
@Timeout(60)
class RealFaultTests extends AbstractRealFaultTests {

	private static final String FIRST = "wal-00000000000000000001.log";

	private static final String SECOND = "wal-00000000000000000002.log";

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
			// strace detaches from the process, which goes on.
			strace.destroy();
			assertThat(strace.waitFor(20, TimeUnit.SECONDS)).isTrue();
			assertThat(Files.readString(this.temp.resolve("trace"))).as("injected")
				.containsPattern("INJECTED|DELAYED|SIGKILL");
		};
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
			pwrite64,      error=EFBIG,                WalFullException,   FULL
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
			openat,                error=EMFILE, wal-00000000000000000002.log.new, WalIoException,     REJECTING
			openat,                error=ENFILE, wal-00000000000000000002.log.new, WalIoException,     REJECTING
			openat,                error=EACCES, wal-00000000000000000002.log.new, WalIoException,     REJECTING
			openat,                error=EROFS,  wal-00000000000000000002.log.new, WalIoException,     REJECTING
			openat,                error=ENOSPC, wal-00000000000000000002.log.new, WalFullException,   FULL
			pwrite64,              error=EIO,    wal-00000000000000000002.log.new, WalIoException,     REJECTING
			fsync,                 error=EIO,    wal-00000000000000000002.log.new, WalIoException,     REJECTING
			rename/renameat,       error=EIO,    wal-00000000000000000002.log.new, WalIoException,     REJECTING
			rename/renameat,       error=ENOSPC, wal-00000000000000000002.log.new, WalFullException,   FULL
			fsync,                 error=EIO,    .,                         WalFailedException, FAILED
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
			pwrite64,         error=ENOSPC, wal.control
			pwrite64,         error=EIO,    wal.control
			fdatasync,        error=EIO,    wal.control
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
			pwrite64,   error=EIO,    wal.control,                  ok
			fdatasync,  error=EIO,    wal.control,                  ok
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
			openat,                error=EMFILE, .,                           WalDirectoryException
			fsync,                 error=EIO,    .,                           WalIoException
			openat,                error=EMFILE, wal-00000000000000000001.log, WalIoException
			openat,                error=ENOENT, wal-00000000000000000001.log, WalIoException
			openat,                error=EMFILE, wal.control,                  WalIoException
			pread64,               error=EIO,    wal.control,                  WalIoException
			pwrite64,              error=EIO,    wal.control,                  WalIoException
			fdatasync,             error=EIO,    wal.control,                  WalIoException
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
			pwrite64,        1, wal.control
			fdatasync,       1, wal.control
			pwrite64,        2, wal.control
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

	@Test
	@Tag("R9")
	void fileSystemWithoutLocksIsRefusedWithThatReason() {
		for (String error : List.of("ENOLCK", "EOPNOTSUPP")) {
			List<String> launcher = List.of("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fcntl", "-e",
					"inject=fcntl:error=" + error);
			try (TestProcess process = TestProcess.start(launcher, LockMain.class, this.temp, List.of(),
					this.temp.resolve("share").toString())) {
				assertThat(process.ask("open")).startsWith("#WalDirectoryException")
					.contains("it cannot be locked", "Network file systems without a lock service are not supported",
							"The file system says: ");
			}
		}
	}

}
