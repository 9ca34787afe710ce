package dev.wal.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SnapshotStore}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SnapshotStoreTests {

	private static final UUID LOG = UUID.fromString("00000000-0000-4000-8000-000000000001");

	@TempDir
	Path data;

	private Path directory;

	private SnapshotStore store;

	@BeforeEach
	void createStore() {
		SampleProperties properties = new SampleProperties(this.data,
				new SampleProperties.Snapshot(1, Duration.ofSeconds(1)),
				new SampleProperties.Fulfilment(false, Duration.ZERO));
		this.directory = properties.snapshotDirectory();
		this.store = new SnapshotStore(properties);
	}

	@Test
	void thereIsNoSnapshotAtFirst() throws IOException {
		assertThat(this.store.loadNewest()).isEmpty();
		assertThat(this.store.releasedLsn()).isZero();
	}

	@Test
	void newestSnapshotIsLoadedAsItWasSaved() throws IOException {
		this.store.save(snapshot(2));
		this.store.save(snapshot(10));
		assertThat(this.store.loadNewest()).contains(snapshot(10));
	}

	@Test
	void emptySnapshotIsLoaded() throws IOException {
		this.store.save(snapshot(0));
		assertThat(this.store.loadNewest()).contains(snapshot(0));
	}

	@Test
	void logIsReleasedUpToTheOlderOfTheTwoSnapshotsThatAreKept() throws IOException {
		this.store.save(snapshot(5));
		assertThat(this.store.releasedLsn()).isZero();
		this.store.save(snapshot(9));
		assertThat(this.store.releasedLsn()).isEqualTo(5);
		this.store.save(snapshot(12));
		assertThat(this.store.releasedLsn()).isEqualTo(9);
		assertThat(files()).containsExactly("orders-0000000000000000009.json", "orders-0000000000000000012.json");
	}

	@Test
	void damagedSnapshotIsSetAsideAndTheOlderOneIsLoaded(CapturedOutput output) throws IOException {
		this.store.save(snapshot(5));
		this.store.save(snapshot(9));
		Path newest = this.directory.resolve("orders-0000000000000000009.json");
		byte[] bytes = Files.readAllBytes(newest);
		bytes[bytes.length / 2] ^= 1;
		Files.write(newest, bytes);
		assertThat(this.store.loadNewest()).contains(snapshot(5));
		assertThat(this.directory.resolve("orders-0000000000000000009.json.damaged")).hasBinaryContent(bytes);
		assertThat(this.store.releasedLsn()).isZero();
		assertThat(output).contains("orders-0000000000000000009.json is damaged").contains("Check the disk");
	}

	@Test
	void anyFlippedBitIsDetected() throws IOException {
		this.store.save(snapshot(2));
		Path file = this.directory.resolve("orders-0000000000000000002.json");
		byte[] bytes = Files.readAllBytes(file);
		for (int i = 0; i < bytes.length; i++) {
			byte[] damaged = bytes.clone();
			damaged[i] ^= (byte) (1 << (i % 8));
			Files.write(file, damaged);
			assertThat(this.store.loadNewest()).as("byte %d", i).isEmpty();
		}
	}

	@Test
	void snapshotThatIsCutAnywhereIsDetected() throws IOException {
		this.store.save(snapshot(2));
		Path file = this.directory.resolve("orders-0000000000000000002.json");
		byte[] bytes = Files.readAllBytes(file);
		for (int length = 0; length < bytes.length; length++) {
			Files.write(file, Arrays.copyOf(bytes, length));
			assertThat(this.store.loadNewest()).as("%d bytes", length).isEmpty();
		}
	}

	@Test
	void snapshotThatWasNotFinishedIsIgnoredAndReplaced() throws IOException {
		this.store.save(snapshot(5));
		Files.writeString(this.directory.resolve("orders.tmp"), "{\"format\":1,");
		assertThat(this.store.loadNewest()).contains(snapshot(5));
		this.store.save(snapshot(9));
		assertThat(this.store.loadNewest()).contains(snapshot(9));
		assertThat(files()).doesNotContain("orders.tmp");
	}

	@Test
	void snapshotOfANewerFormatIsRefusedAndLeftAlone() throws IOException {
		this.store.save(snapshot(1));
		Path file = this.directory.resolve("orders-0000000000000000001.json");
		String body = Files.readString(file).replace("\"format\":1", "\"format\":2");
		String covered = body.substring(0, body.lastIndexOf("\"crc32c\""));
		CRC32C checksum = new CRC32C();
		checksum.update(covered.getBytes(StandardCharsets.UTF_8));
		Files.writeString(file, covered + "\"crc32c\":\"%08x\"}\n".formatted(checksum.getValue()));
		assertThatExceptionOfType(UnusableSnapshotException.class).isThrownBy(this.store::loadNewest)
			.withMessageContaining("format 2");
		assertThat(files()).containsExactly("orders-0000000000000000001.json");
	}

	private static Snapshot snapshot(long lsn) {
		return new Snapshot(LOG, lsn, LongStream.rangeClosed(1, lsn).mapToObj(Orders::order).toList());
	}

	private List<String> files() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.map((file) -> file.getFileName().toString()).sorted().toList();
		}
	}

}
