// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalConfigurationException;
import dev.wal.WalCorruptedException;
import dev.wal.WalDirectoryException;
import dev.wal.WalFailedException;
import dev.wal.WalForeignLogException;
import dev.wal.WalFormatVersionException;
import dev.wal.WalFullException;
import dev.wal.WalIoException;
import dev.wal.WalLegacyLayoutException;
import dev.wal.WalLockedException;
import dev.wal.WalMemoryException;
import dev.wal.WriteAheadLog;
import dev.wal.snapshot.WalSnapshotException;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.message.WalTypeDefinitionException;
import dev.wal.spring.replay.WalReplayException;
import dev.wal.spring.replay.WalRestoreException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for the failure analyzers, as Spring Boot finds and prints them.
 */
@ExtendWith(OutputCaptureExtension.class)
class WalFailureAnalyzersTests {

	private static final Path FILE = Path.of("data/wal/wal-00000000000000000007.log");

	private static final Path DIRECTORY = Path.of("data/wal");

	private final StandardEnvironment environment = new StandardEnvironment();

	@Test
	void aLogInUseNamesItsHolder() {
		FailureAnalysis analysis = analyze(new WalLockedException(DIRECTORY, "process 42 on host a since noon"));
		assertThat(analysis.getDescription()).contains("data/wal").contains("process 42 on host a since noon");
		assertThat(analysis.getAction()).contains("wal.directory").contains("do not delete the lock file");
	}

	@Test
	void damageNamesFileOffsetAndLsns() {
		LsnRange lost = new LsnRange(Lsn.of(8), Lsn.of(9));
		FailureAnalysis analysis = analyze(new WalCorruptedException(FILE, 4711, lost, "a checksum does not match"));
		assertThat(analysis.getDescription()).contains(FILE.toString())
			.contains("offset 4711")
			.contains("LSN " + lost)
			.contains("a checksum does not match")
			.contains("No byte on the disk was changed");
		assertThat(analysis.getAction()).containsSubsequence("Copy", "wal repair data/wal", "wal repair --yes data/wal",
				"skip", "truncate");
	}

	@Test
	void aNewerFormatNamesBothVersions() {
		FailureAnalysis analysis = analyze(new WalFormatVersionException(FILE, 3, 1));
		assertThat(analysis.getDescription()).contains(FILE.toString())
			.contains("format version 3")
			.contains("versions up to 1");
		assertThat(analysis.getAction()).contains("release");
	}

	@Test
	void aNewerMessageNamesItsLsn() {
		FailureAnalysis analysis = analyze(
				new WalFormatVersionException("The message at LSN 17", "envelope version", 2, 1));
		assertThat(analysis.getDescription()).contains("LSN 17").contains("envelope version 2").contains("reads 1");
	}

	@Test
	void aTypeThatCannotBeUsedNamesTheProblemAndTheWayOut() {
		FailureAnalysis analysis = analyze(
				new WalTypeDefinitionException("Two classes have the name 'a'", "Rename one"));
		assertThat(analysis.getDescription()).contains("Two classes have the name 'a'.").contains("not opened");
		assertThat(analysis.getAction()).startsWith("Rename one.").contains("docs/how-to/types-that-change.md");
	}

	@Test
	void aForeignLogNamesWhatDiffers() {
		FailureAnalysis analysis = analyze(new WalForeignLogException(FILE, "owner", "billing", "orders"));
		assertThat(analysis.getDescription()).contains(FILE.toString()).contains("billing").contains("orders");
		assertThat(analysis.getAction()).contains("wal.owner").contains("wal.directory");
	}

	@Test
	void aLegacyLayoutNamesTheFileAndWhoseItIs() {
		FailureAnalysis analysis = analyze(new WalLegacyLayoutException(Path.of("data/wal/wal_000001.log"), "walogs"));
		assertThat(analysis.getDescription()).contains("wal_000001.log")
			.contains("walogs")
			.contains("Nothing was changed");
		assertThat(analysis.getAction()).contains("wal.directory");
	}

	@Test
	void aDirectoryThatCannotBeUsedNamesTheReason() {
		FailureAnalysis analysis = analyze(new WalDirectoryException(DIRECTORY, "it is a file", null));
		assertThat(analysis.getDescription()).contains("data/wal").contains("it is a file");
		assertThat(analysis.getAction()).contains("wal.directory").contains(System.getProperty("user.name"));
	}

	@Test
	void aFullDiskNamesTheRoomThatIsNeeded() {
		FailureAnalysis analysis = analyze(new WalFullException(DIRECTORY, 1000, 10, null));
		assertThat(analysis.getDescription()).contains("data/wal").contains("1000 bytes");
		assertThat(analysis.getAction()).contains("wal.segment-size");
	}

	@Test
	void aFileThatCannotBeReadNamesUserOwnerAndMode() {
		FailureAnalysis analysis = analyze(new WalIoException("open the log in", DIRECTORY,
				new AccessDeniedException(FILE.toString(), null, "permission denied (it belongs to root)")));
		assertThat(analysis.getDescription()).contains("data/wal").contains("permission denied (it belongs to root)");
		assertThat(analysis.getAction()).contains("'" + System.getProperty("user.name") + "'").contains("ulimit -a");
	}

	@Test
	void aLogThatFailedAtTheStartNamesTheReasonAndWhatIsSafe() {
		FailureAnalysis analysis = analyze(
				new WalFailedException("Writing failed", Lsn.of(7), new IOException("File too large")));
		assertThat(analysis.getDescription()).contains("File too large").contains("LSN 7 is on the disk");
		assertThat(analysis.getAction()).contains("dmesg").contains("ulimit -a");
	}

	@Test
	@Tag("R102")
	void tooLittleDirectMemoryNamesBothNumbersAndTheOption() {
		FailureAnalysis analysis = analyze(new WalMemoryException(DIRECTORY, 2_097_424,
				new OutOfMemoryError("Cannot reserve 1048712 bytes of direct buffer memory (limit: 1048576)")));
		assertThat(analysis.getDescription()).contains("data/wal")
			.contains("2097424 bytes", "limit: 1048576", "Nothing was changed");
		assertThat(analysis.getAction()).contains("-XX:MaxDirectMemorySize", "2097424", "wal.write-buffer-size",
				"docs/how-to/size-and-tune.md");
	}

	@Test
	void aRecordThatCannotBeReplayedNamesItsLsnAndTheReason() {
		FailureAnalysis analysis = analyze(new WalReplayException(Lsn.of(17), "orders", 1,
				new WalDirectoryException(DIRECTORY, "the reason", null)));
		assertThat(analysis.getDescription()).contains("LSN 17").contains("orders").contains("the reason");
		assertThat(analysis.getAction()).contains("wal.replay.on-error").contains("WalDeadLetterHandler");
	}

	@Test
	@Tag("R87")
	void aSnapshotThatCannotBeRestoredNamesItsHandlerAndTheReason() {
		FailureAnalysis analysis = analyze(new WalRestoreException(DIRECTORY.resolve("x.snap"), "orders",
				new IllegalStateException("the reason")));
		assertThat(analysis.getDescription()).contains("x.snap").contains("orders").contains("the reason");
		assertThat(analysis.getAction()).contains("restoreSnapshot");
	}

	@Test
	@Tag("R103")
	@Tag("property:wal.show-exception-messages")
	void messagesThatMayQuoteDataCanBeHidden() {
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("wal.show-exception-messages", "false")));
		IllegalStateException secret = new IllegalStateException("secret");
		assertThat(analyze(new WalReplayException(Lsn.of(17), "orders", 1, secret)).getDescription())
			.contains("IllegalStateException")
			.doesNotContain("secret");
		assertThat(analyze(new WalRestoreException(DIRECTORY.resolve("x.snap"), "orders", secret)).getDescription())
			.contains("IllegalStateException")
			.doesNotContain("secret");
	}

	@Test
	@Tag("R87")
	void snapshotsThatDoNotFitTheLogNameThePropertyOfTheirDirectory() {
		FailureAnalysis analysis = analyze(new WalSnapshotException("The log begins too late", List.of()));
		assertThat(analysis.getDescription()).contains("The log begins too late");
		assertThat(analysis.getAction()).contains("wal.snapshot.directory").contains("initialLsn");
	}

	@Test
	@Tag("R15")
	void aBadSettingNamesThePropertyItsValueAndItsOrigin() {
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("wal.segment-size", "4KB")));
		FailureAnalysis analysis = analyze(
				new WalConfigurationException("segment-size", 4096, "must be at least 12288 bytes"));
		assertThat(analysis.getDescription())
			.contains("The configuration property 'wal.segment-size' with the value '4KB'")
			.contains("originating from")
			.contains("must be at least 12288 bytes");
		assertThat(analysis.getAction()).startsWith("Correct or remove the property 'wal.segment-size'.");
	}

	@Test
	void aBadSettingThatIsNoPropertySaysSo() {
		FailureAnalysis analysis = analyze(
				new WalConfigurationException("max-batch-size", 1, "must be larger than a record"));
		assertThat(analysis.getDescription()).contains("wal.max-batch-size").contains("WalBuilderCustomizer");
		assertThat(analysis.getAction()).contains("wal.max-batch-size").contains("wal.max-record-size");
	}

	@Test
	@Tag("R102")
	void springBootPrintsTheAnalysisInsteadOfAStackTrace(@TempDir Path temp, CapturedOutput output) throws Exception {
		Path file = Files.createFile(temp.resolve("wal"));
		assertThatException().isThrownBy(() -> start("wal.directory=" + file));
		assertThat(output).contains("APPLICATION FAILED TO START").contains(file.toString()).contains("Action:");
		assertThat(file).isEmptyFile();
	}

	@Test
	@Tag("R15")
	void springBootPrintsTheAnalysisOfABadProperty(@TempDir Path temp, CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> start("wal.directory=" + temp.resolve("wal"), "wal.replay.max-attempts=5"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The configuration property 'wal.replay.max-attempts' with the value '5'");
		assertThat(temp).isEmptyDirectory();
	}

	@Test
	@Tag("R15")
	void springBootPrintsTheAnalysisOfAMisspeltProperty(@TempDir Path temp, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("wal.directory=" + temp.resolve("wal"), "wal.segment-sze=4MB"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The configuration property 'wal.segment-sze' with the value '4MB' (originating from")
			.contains("did you mean 'wal.segment-size'?")
			.contains("See docs/reference/properties.md");
		assertThat(temp).isEmptyDirectory();
	}

	@Test
	@Tag("R15")
	void aBeanOfALogThatIsSwitchedOffNamesTheSwitch(CapturedOutput output) {
		assertThatException().isThrownBy(
				() -> new SpringApplicationBuilder(Application.class, NeedsTheLog.class).web(WebApplicationType.NONE)
					.registerShutdownHook(false)
					.properties("wal.enabled=false")
					.run());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("the write-ahead log is switched off: the property 'wal.enabled' is false");
	}

	@Test
	void springBootPrintsTheAnalysisOfALogInUse(@TempDir Path temp, CapturedOutput output) {
		Path directory = temp.resolve("wal");
		try (WriteAheadLog wal = WriteAheadLog.builder(directory).open()) {
			assertThatException().isThrownBy(() -> start("wal.directory=" + directory));
		}
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("is locked by")
			.contains(String.valueOf(ProcessHandle.current().pid()));
	}

	private static void start(String... properties) {
		new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties(properties)
			.run()
			.close();
	}

	private FailureAnalysis analyze(Throwable cause) {
		Throwable failure = new ApplicationContextException("Failed to start bean 'walLifecycle'",
				new BeanCreationException("writeAheadLog", cause.getMessage(), cause));
		for (FailureAnalyzer analyzer : SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class,
					ArgumentResolver.of(Environment.class, this.environment)
						.and(org.springframework.beans.factory.BeanFactory.class,
								new org.springframework.beans.factory.support.DefaultListableBeanFactory()))) {
			FailureAnalysis analysis = analyzer.analyze(failure);
			if (analysis != null) {
				assertThat(analysis.getCause()).isSameAs(cause);
				assertThat(analysis.getAction().lines().reduce((first, last) -> last))
					.hasValueSatisfying((line) -> assertThat(line).startsWith("See docs/"))
					.hasValueSatisfying((line) -> assertThat(Path.of("..", line.substring(4))).exists());
				return analysis;
			}
		}
		throw new AssertionError("No analysis of " + cause);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(WalAutoConfiguration.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsTheLog {

		NeedsTheLog(WriteAheadLog wal) {
		}

	}

}
