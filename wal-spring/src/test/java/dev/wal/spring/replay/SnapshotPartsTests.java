// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import dev.wal.Lsn;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link SnapshotParts}.
 */
class SnapshotPartsTests {

	private static byte[] content(int size) {
		byte[] content = new byte[size];
		new Random(size).nextBytes(content);
		return content;
	}

	private static byte[] write(int... sizes) throws Exception {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		DataOutputStream out = new DataOutputStream(bytes);
		for (int size : sizes) {
			SnapshotParts.write(out, "part " + size, (part) -> {
				byte[] content = content(size);
				int half = size / 2;
				part.write(content, 0, half);
				for (int i = half; i < Math.min(size, half + 5); i++) {
					part.write(content[i]);
				}
				part.write(content, Math.min(size, half + 5), size - Math.min(size, half + 5));
				return Lsn.of(size + 1);
			});
		}
		SnapshotParts.end(out);
		return bytes.toByteArray();
	}

	@Test
	@Tag("R87")
	void partsOfAnySizeComeBackInTheirOrder() throws Exception {
		byte[] bytes = write(0, 1, 65_535, 65_536, 65_537, 1_000_000);
		assertThat(SnapshotParts.index(new ByteArrayInputStream(bytes)).values()).extracting(Lsn::value)
			.containsExactly(1L, 2L, 65_536L, 65_537L, 65_538L, 1_000_001L);
		Map<String, Integer> read = new LinkedHashMap<>();
		SnapshotParts.read(new ByteArrayInputStream(bytes), (name, content) -> {
			byte[] all = content.readAllBytes();
			assertThat(all).isEqualTo(content(all.length));
			assertThat(content.read()).isEqualTo(-1);
			read.put(name, all.length);
		});
		assertThat(read).containsExactly(Map.entry("part 0", 0), Map.entry("part 1", 1),
				Map.entry("part 65535", 65_535), Map.entry("part 65536", 65_536), Map.entry("part 65537", 65_537),
				Map.entry("part 1000000", 1_000_000));
	}

	@Test
	@Tag("R87")
	void partThatIsNotReadToItsEndIsPassedOver() throws Exception {
		StringBuilder names = new StringBuilder();
		SnapshotParts.read(new ByteArrayInputStream(write(100_000, 70_000, 5)), (name, content) -> {
			names.append(name).append(';');
			assertThat(content.read()).isNotNegative();
		});
		assertThat(names).hasToString("part 100000;part 70000;part 5;");
	}

	@Test
	@Tag("D31")
	void contentThatEndsEarlyIsACheckedError() throws Exception {
		byte[] bytes = write(10, 20);
		for (int length = 0; length < bytes.length; length++) {
			byte[] cut = Arrays.copyOf(bytes, length);
			assertThatIOException().isThrownBy(() -> SnapshotParts.index(new ByteArrayInputStream(cut)));
			assertThatIOException().isThrownBy(
					() -> SnapshotParts.read(new ByteArrayInputStream(cut), (name, content) -> content.readAllBytes()));
		}
	}

	@Test
	@Tag("D18")
	@Tag("D31")
	void lengthThatCannotBeIsACheckedError() throws Exception {
		byte[] bytes = write(10);
		bytes[1 + 2 + "part 10".length()] = 0x7F;
		assertThatIOException().isThrownBy(() -> SnapshotParts.index(new ByteArrayInputStream(bytes)))
			.withMessageContaining("chunk");
	}

	@Test
	@Tag("R87")
	void streamTakesNothingOnceThePartIsComplete() throws Exception {
		OutputStream[] kept = new OutputStream[1];
		SnapshotParts.write(new DataOutputStream(OutputStream.nullOutputStream()), "part", (out) -> {
			kept[0] = out;
			return Lsn.FIRST;
		});
		assertThatIOException().isThrownBy(() -> kept[0].write(1));
	}

}
