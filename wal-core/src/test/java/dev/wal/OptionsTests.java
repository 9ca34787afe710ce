// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link WalBuilder}, {@link WalOptions} and {@link SyncPolicy}.
 */
class OptionsTests {

	@TempDir
	Path temp;

	private static Arguments refused(String property, UnaryOperator<WalBuilder> setting) {
		return Arguments.of(property, setting);
	}

	static Stream<Arguments> settingsThatCannotWork() {
		return Stream.of(refused("segment-size", (log) -> log.segmentSize(-1)),
				refused("segment-size", (log) -> log.segmentSize(1)),
				refused("segment-size", (log) -> log.segmentSize(8 * 1024 - 1)),
				refused("segment-size", (log) -> log.segmentSize(Long.MIN_VALUE)),
				refused("segment-size", (log) -> log.segmentSize(Long.MAX_VALUE)),
				refused("segment-size", (log) -> log.segmentSize(FileSettings.MAX_SEGMENT_SIZE + 1)),
				refused("preallocate", (log) -> log.segmentSize(0)),
				refused("max-record-size", (log) -> log.maxRecordSize(0)),
				refused("max-record-size", (log) -> log.maxRecordSize(-5)),
				refused("max-record-size", (log) -> log.maxRecordSize(Integer.MAX_VALUE)),
				refused("max-batch-size", (log) -> log.maxBatchSize(-1)),
				refused("max-batch-size", (log) -> log.maxBatchSize(Integer.MAX_VALUE)),
				refused("max-batch-size", (log) -> log.maxRecordSize(1000).maxBatchSize(999)),
				refused("write-buffer-size", (log) -> log.writeBufferSize(0)),
				refused("write-buffer-size", (log) -> log.writeBufferSize(-4096)),
				refused("write-buffer-size", (log) -> log.writeBufferSize(4095)),
				refused("write-buffer-size", (log) -> log.writeBufferSize(Integer.MAX_VALUE)),
				refused("max-in-flight", (log) -> log.maxInFlight(0)),
				refused("max-in-flight", (log) -> log.maxInFlight(-1)),
				refused("torn-bytes-kept", (log) -> log.tornBytesKept(-1)), refused("owner", (log) -> log.owner("")),
				refused("owner", (log) -> log.owner("x".repeat(256))),
				refused("owner", (log) -> log.owner("\u20ac".repeat(86))));
	}

	@ParameterizedTest
	@MethodSource("settingsThatCannotWork")
	@Tag("R15")
	void settingThatCannotWorkIsRefusedByNameBeforeAnythingIsCreated(String property,
			UnaryOperator<WalBuilder> setting) {
		Path directory = this.temp.resolve("log");
		assertThatExceptionOfType(WalConfigurationException.class)
			.isThrownBy(() -> setting.apply(WriteAheadLog.builder(directory)).open())
			.withMessageContaining("'" + property + "'")
			.satisfies((ex) -> {
				assertThat(ex.property()).isEqualTo(property);
				assertThat(ex).hasMessageContaining(String.valueOf(ex.value()));
			});
		assertThat(directory).doesNotExist();
	}

	static Stream<UnaryOperator<WalBuilder>> settingsAtTheirBounds() {
		return Stream.of((log) -> log.segmentSize(8 * 1024), (log) -> log.segmentSize(0).preallocate(false),
				(log) -> log.maxRecordSize(1).maxBatchSize(1), (log) -> log.writeBufferSize(4096),
				(log) -> log.maxInFlight(1), (log) -> log.maxInFlight(Long.MAX_VALUE), (log) -> log.tornBytesKept(0),
				(log) -> log.tornBytesKept(Long.MAX_VALUE), (log) -> log.owner("x".repeat(255)),
				(log) -> log.owner("\u20ac".repeat(85)),
				(log) -> log.segmentSize(FileSettings.MAX_SEGMENT_SIZE).preallocate(false),
				(log) -> log.syncPolicy(SyncPolicy.interval(Duration.ofNanos(1))));
	}

	@ParameterizedTest
	@MethodSource("settingsAtTheirBounds")
	@Tag("R15")
	void settingAtItsBoundWorks(UnaryOperator<WalBuilder> setting) {
		for (int i = 0; i < 2; i++) {
			try (LocalWriteAheadLog wal = setting
				.apply(WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(64 * 1024))
				.open()) {
				assertThat(wal.append(new byte[] { 1 }).value()).isEqualTo(2 * i + 1);
				assertThat(wal.appendAsync(new byte[0]).join().value()).isEqualTo(2 * i + 2);
			}
		}
	}

	static Stream<Duration> intervalsThatCannotWork() {
		return Stream.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(-1), Duration.ofSeconds(Long.MAX_VALUE),
				Duration.ofDays(200_000), Duration.ofDays(366));
	}

	@ParameterizedTest
	@MethodSource("intervalsThatCannotWork")
	@Tag("R15")
	@Tag("R37")
	void intervalThatCannotWorkIsRefusedByName(Duration interval) {
		assertThatExceptionOfType(WalConfigurationException.class).isThrownBy(() -> SyncPolicy.interval(interval))
			.withMessageContainingAll("'sync.interval'", interval.toString());
	}

	@Test
	@Tag("R15")
	@Tag("D26")
	@Tag("Rule13")
	void intervalWithoutEffectIsRefused() {
		for (SyncPolicy.Mode mode : new SyncPolicy.Mode[] { SyncPolicy.Mode.ALWAYS, SyncPolicy.Mode.NONE }) {
			assertThatExceptionOfType(WalConfigurationException.class)
				.isThrownBy(() -> new SyncPolicy(mode, Duration.ofSeconds(1)))
				.withMessageContaining("'sync.interval'");
		}
	}

	@Test
	@Tag("R15")
	void settingThatIsMissingIsRefusedByName() {
		assertThatNullPointerException().isThrownBy(() -> WriteAheadLog.builder(null).options())
			.withMessageContaining("directory");
		WalBuilder log = WriteAheadLog.builder(this.temp);
		assertThatNullPointerException().isThrownBy(() -> log.syncPolicy(null).options())
			.withMessageContaining("syncPolicy");
	}

	@Test
	@Tag("D26")
	@Tag("Rule13")
	void everySettingIsReadByTheEngine() {
		JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages("dev.wal");
		for (Class<?> settings : List.of(LogSettings.class, FileSettings.class)) {
			Set<String> read = classes.get(settings)
				.getMethods()
				.stream()
				.filter((method) -> method.getCallsOfSelf()
					.stream()
					.anyMatch((call) -> call.getOriginOwner().isEquivalentTo(WalOptions.class)
							|| call.getOriginOwner().getPackageName().startsWith("dev.wal.internal.")))
				.map((method) -> method.getName())
				.collect(Collectors.toSet());
			assertThat(read)
				.containsAll(Arrays.stream(settings.getRecordComponents()).map(RecordComponent::getName).toList());
		}
	}

	@Test
	@Tag("D26")
	@Tag("Rule13")
	void everySettingReachesTheOptions() {
		WalOptions defaults = WriteAheadLog.builder(this.temp).options();
		WalOptions changed = WriteAheadLog.builder(this.temp.resolve("x"))
			.owner("me")
			.segmentSize(1 << 20)
			.maxRecordSize(1000)
			.maxBatchSize(2000)
			.writeBufferSize(8192)
			.syncPolicy(SyncPolicy.none())
			.compression(Compression.ZSTD)
			.preallocate(false)
			.maxInFlight(3000)
			.overflow(Overflow.FAIL)
			.corruptionPolicy(CorruptionPolicy.SKIP)
			.recoveryScan(RecoveryScan.FULL)
			.tornBytesKept(4000)
			.retention(RetentionPolicy.releaseAtOnce().withMaxSegments(5))
			.observer(new WalObserver() {
			})
			.clock(java.time.Clock.fixed(java.time.Instant.EPOCH, java.time.ZoneOffset.UTC))
			.options();
		assertThat(changed).usingRecursiveComparison().ignoringFields("temporary").isNotEqualTo(defaults);
		for (RecordComponent component : WalOptions.class.getRecordComponents()) {
			if (!component.getName().equals("temporary")) {
				assertThat(get(changed, component)).as(component.getName()).isNotEqualTo(get(defaults, component));
			}
		}
	}

	private static Object get(WalOptions options, RecordComponent component) {
		try {
			return component.getAccessor().invoke(options);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
