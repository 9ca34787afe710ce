// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import dev.wal.WalConfigurationException;
import dev.wal.WriteAheadLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WalPropertiesCheck}.
 */
@Tag("R15")
@Tag("D26")
class WalPropertiesCheckTests {

	@TempDir
	Path temp;

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			wal.segment-sze=4MB             | wal.segment-size
			wal.sync.mod=none               | wal.sync.mode
			wal.checkpoints.interval=5s     | wal.checkpoint.interval
			wal.snapshot.every-record=5     | wal.snapshot.every-records
			wal.retention.max.age=1d        | wal.retention.max-age
			wal.enabel=false                | wal.enabled
			""")
	void aMisspeltNameIsAnsweredWithTheNearest(String property, String nearest) {
		assertRejected("did you mean '" + nearest + "'?", property);
	}

	@Test
	void aNameThatIsLikeNoOtherIsRejectedToo() {
		assertRejected("there is no such property.", "wal.colour=blue");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			wal.enabled=flase               | false
			wal.replay.enabled=ture         | true
			wal.preallocate=of              | off
			wal.sync.mode=allways           | always
			wal.replay.phase=before-web-sever | before-web-server
			wal.corruption-policy=skipp     | skip
			""")
	void aMisspeltValueIsAnsweredWithTheNearest(String property, String nearest) {
		assertRejected("did you mean '" + nearest + "'?", property);
	}

	@ParameterizedTest
	@ValueSource(strings = { "wal.directory=", "wal.owner=", "wal.segment-size=", "wal.enabled= ",
			"wal.directory=${nothing:}", "wal.replay=" })
	void aPropertyWithoutAValueIsRejected(String property) {
		runner().withPropertyValues(property).run((context) -> assertThat(context).hasFailed());
		assertThat(this.temp).isEmptyDirectory();
	}

	@Test
	void aMisspeltVariableOfTheEnvironmentIsRejected() {
		withEnvironment("WAL_SEGMENT_SZE", "4MB").run((context) -> assertThat(context.getStartupFailure())
			.hasMessageContaining("did you mean 'wal.segment-size'?"));
		withEnvironment("WAL_OWNER", "").run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void variablesOfOtherProgramsAreLeftAlone() {
		withEnvironment("WAL_HOME", "/opt/wal").run((context) -> assertThat(context).hasNotFailed());
		withEnvironment("WAL_SEGMENT_SIZE", "4MB").run((context) -> assertThat(context).hasNotFailed());
		withEnvironment("WAL_SEGMENTSIZE", "4MB").run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void valuesThatAProgramSetsAsObjectsAreAccepted() {
		Map<String, Object> values = Map.of("wal.directory", this.temp, "wal.close-timeout", Duration.ofSeconds(3),
				"wal.enabled", true);
		runner()
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("program", values)))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "wal.segmentSize=4MB", "wal.segment_size=4MB", "wal.enabled=off", "wal.enabled=FALSE",
			"wal.sync.mode=ALWAYS", "wal.replay.phase=BEFORE_WEB_SERVER", "wal.replay.enabled=no" })
	void everySpellingThatSpringBootReadsIsAccepted(String property) {
		runner().withPropertyValues(property).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	@Tag("property:wal.enabled")
	void aLogThatIsSwitchedOffMayKeepItsOtherSettings() {
		runner().withPropertyValues("wal.enabled=false", "wal.checkpoint.enabled=false", "wal.checkpoint.interval=5s")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(WriteAheadLog.class));
	}

	private void assertRejected(String reason, String property) {
		runner().withPropertyValues(property)
			.run((context) -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
				.isInstanceOf(WalConfigurationException.class)
				.hasMessageContaining(reason));
		assertThat(this.temp).isEmptyDirectory();
	}

	private ApplicationContextRunner withEnvironment(String name, String value) {
		return runner().withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, value))));
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"));
	}

}
