// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import dev.wal.SyncPolicy;
import dev.wal.WalBuilder;
import dev.wal.WalConfigurationException;
import dev.wal.WalOptions;
import dev.wal.WriteAheadLog;
import dev.wal.spring.boot.autoconfigure.WalProperties.Replay.OnError;
import dev.wal.spring.boot.autoconfigure.WalProperties.Replay.Phase;
import dev.wal.spring.replay.WalReplayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WalProperties} and {@link WalPropertiesMapper}.
 */
class WalPropertiesTests {

	@TempDir
	Path temp;

	@Test
	void theDefaultsAreThoseOfTheLogItself() {
		WalOptions expected = WriteAheadLog.builder(Path.of("data/wal")).options();
		WalOptions actual = WalPropertiesMapper.builder(bind(new MockEnvironment())).options();
		assertThat(actual).usingRecursiveComparison().ignoringFields("observer", "clock").isEqualTo(expected);
	}

	@Test
	void eachSettingOfTheLogHasAPropertyOfItsName() {
		Set<String> ownCode = Set.of("observer", "clock", "syncPolicy", "lockWait");
		Set<String> others = Set.of("enabled", "directory", "breakLivenessOnFailure", "showExceptionMessages", "lock",
				"sync", "checkpoint", "snapshot", "replay", "trace", "types", "json");
		Set<String> properties = Arrays.stream(WalProperties.class.getRecordComponents())
			.map(RecordComponent::getName)
			.collect(Collectors.toSet());
		assertThat(BuilderSettings.METHODS.keySet()).containsAll(ownCode);
		assertThat(properties).containsAll(others);
		assertThat(BuilderSettings.METHODS.keySet()).filteredOn((name) -> !ownCode.contains(name))
			.containsExactlyInAnyOrderElementsOf(properties.stream().filter((name) -> !others.contains(name)).toList());
	}

	@Test
	void aNativeImageKeepsWhatIsCalledByName() {
		RuntimeHints hints = new RuntimeHints();
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, WalConfigurations.Log.class);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(WalBuilder.class, "owner")).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(WalProperties.class, "owner")).accepts(hints);
	}

	@Test
	@Tag("R15")
	void theHomeDirectoryIsThatOfTheUser() {
		Path home = Path.of(System.getProperty("user.home"));
		assertThat(directory("~")).isEqualTo(home);
		assertThat(directory("~/data/wal")).isEqualTo(home.resolve("data/wal"));
		assertThat(directory("data/~wal")).isEqualTo(Path.of("data/~wal"));
	}

	@Test
	@Tag("R15")
	void aRelativeDirectoryIsNotLookedForOnTheClassPath() {
		assertThat(directory("META-INF")).isEqualTo(Path.of("META-INF"));
		assertThat(directory("./META-INF/spring")).isEqualTo(Path.of("META-INF/spring"));
	}

	private static Path directory(String value) {
		return WalPropertiesMapper.builder(bind(new MockEnvironment().withProperty("wal.directory", value)))
			.options()
			.directory();
	}

	@Test
	void theDefaultsOfReplayAndCheckpoint() {
		WalProperties properties = bind(new MockEnvironment());
		assertThat(properties.enabled()).isTrue();
		assertThat(properties.checkpoint().enabled()).isTrue();
		assertThat(properties.checkpoint().interval()).isEqualTo(Duration.ofMinutes(1));
		assertThat(properties.replay().enabled()).isTrue();
		assertThat(properties.trace().enabled()).isFalse();
		assertThat(properties.replay().phase()).isEqualTo(Phase.RUNNER);
		assertThat(properties.replay().onError()).isEqualTo(OnError.FAIL);
		assertThat(WalPropertiesMapper.replay(properties))
			.isEqualTo(new WalReplayer.Settings(false, 1, Duration.ZERO, Duration.ofSeconds(10)));
	}

	@Test
	void theIntervalHasADefaultOnlyWhereItIsUsed() {
		WalProperties properties = bind(new MockEnvironment().withProperty("wal.sync.mode", "interval"));
		assertThat(WalPropertiesMapper.builder(properties).options().files().syncPolicy())
			.isEqualTo(SyncPolicy.interval(Duration.ofMillis(100)));
	}

	@Test
	void retryHasDefaultsOfItsOwn() {
		WalProperties properties = bind(new MockEnvironment().withProperty("wal.replay.on-error", "retry"));
		assertThat(WalPropertiesMapper.replay(properties))
			.isEqualTo(new WalReplayer.Settings(false, 3, Duration.ofSeconds(1), Duration.ofSeconds(10)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			directory              | wal.directory=~other/wal
			directory              | wal.directory=classpath:wal
			directory              | wal.directory=file:/srv/wal
			snapshot.directory     | wal.snapshot.directory=file:snapshots
			segment-size           | wal.segment-size=4KB
			segment-size           | wal.segment-size=-1MB
			preallocate            | wal.segment-size=0
			compression            | wal.compression=zstd
			max-record-size        | wal.max-record-size=0
			max-record-size        | wal.max-record-size=-5
			max-record-size        | wal.max-record-size=900GB
			max-batch-size         | wal.max-batch-size=1MB
			max-batch-size         | wal.max-batch-size=4GB
			write-buffer-size      | wal.write-buffer-size=1KB
			write-buffer-size      | wal.write-buffer-size=3GB
			max-in-flight          | wal.max-in-flight=0
			torn-bytes-kept        | wal.torn-bytes-kept=-1
			owner                  | wal.owner=
			permissions            | wal.permissions=rwxrwx
			permissions            | wal.permissions=---rwxrwx
			lock.wait              | wal.lock.wait=-1s
			sync.interval          | wal.sync.interval=1s
			sync.interval          | wal.sync.interval=0,wal.sync.mode=always
			sync.interval          | wal.sync.interval=1s,wal.sync.mode=none
			sync.interval          | wal.sync.interval=0,wal.sync.mode=interval
			sync.interval          | wal.sync.interval=-1s,wal.sync.mode=interval
			checkpoint.interval    | wal.checkpoint.interval=0
			checkpoint.interval    | wal.checkpoint.interval=-1m
			checkpoint.every-records | wal.checkpoint.every-records=0
			checkpoint.every-bytes | wal.checkpoint.every-bytes=0
			snapshot.interval      | wal.snapshot.interval=0
			snapshot.every-records | wal.snapshot.every-records=-1
			snapshot.every-bytes   | wal.snapshot.every-bytes=-1KB
			snapshot.kept          | wal.snapshot.kept=0
			retention.max-segments | wal.retention.max-segments=-1
			retention.max-size     | wal.retention.max-size=-1MB
			retention.max-age      | wal.retention.max-age=-1d
			replay.max-attempts    | wal.replay.max-attempts=3
			replay.max-attempts    | wal.replay.max-attempts=0,wal.replay.on-error=retry
			replay.backoff         | wal.replay.backoff=1s,wal.replay.on-error=skip
			replay.backoff         | wal.replay.backoff=-1s,wal.replay.on-error=retry
			replay.progress-interval | wal.replay.progress-interval=0
			replay.phase           | wal.replay.phase=runner,wal.replay.enabled=false
			replay.on-error        | wal.replay.on-error=skip,wal.replay.enabled=false
			snapshot.kept          | wal.snapshot.kept=3,wal.replay.enabled=false
			checkpoint.interval    | wal.checkpoint.interval=5s,wal.checkpoint.enabled=false
			checkpoint.every-bytes | wal.checkpoint.every-bytes=1MB,wal.checkpoint.enabled=no
			snapshot.interval      | wal.snapshot.interval=5s,wal.snapshot.enabled=false
			snapshot.every-records | wal.snapshot.every-records=5,wal.snapshot.enabled=off
			trace.enabled          | wal.trace.enabled=true,wal.replay.enabled=false
			""")
	@Tag("R15")
	void aValueThatCannotWorkIsRefusedByTheNameOfItsProperty(String property, String settings) {
		runner(settings).withClassLoader(new FilteredClassLoader("jakarta.validation", "org.hibernate.validator"))
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
					.isInstanceOfSatisfying(WalConfigurationException.class,
							(ex) -> assertThat(ex.property()).isEqualTo(property));
				assertThat(this.temp.resolve("wal")).doesNotExist();
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			wal.sync.mode         | sometimes
			wal.sync.interval     | abc
			wal.segment-size      | big
			wal.preallocate       | perhaps
			wal.compression       | much
			wal.corruption-policy | ignore
			wal.replay.on-error   | panic
			""")
	@Tag("R15")
	void aValueThatCannotBeReadIsRefusedByTheNameOfItsProperty(String property, String value) {
		runner(property + "=" + value)
			.run((context) -> assertThat(context).hasFailed().getFailure().satisfies((cause) -> {
				Throwable failure = context.getStartupFailure();
				StringBuilder messages = new StringBuilder();
				for (Throwable ex = failure; ex != null; ex = ex.getCause()) {
					messages.append(ex.getMessage()).append('\n');
				}
				assertThat(messages).contains(property.replace("wal.", ""));
			}));
	}

	@Test
	@Tag("R15")
	void theValidatorIsUsedWhereThereIsOne() {
		runner("wal.replay.max-attempts=0,wal.replay.on-error=retry")
			.withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("wal.replay")
				.hasMessageContaining("maxAttempts"));
	}

	private ApplicationContextRunner runner(String settings) {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"))
			.withPropertyValues(settings.split(","));
	}

	private static WalProperties bind(MockEnvironment environment) {
		return Binder.get(environment).bindOrCreate("wal", Bindable.of(WalProperties.class));
	}

}
