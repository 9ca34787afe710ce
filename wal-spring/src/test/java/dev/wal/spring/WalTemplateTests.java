// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WalSerializer;
import dev.wal.WriteAheadLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link WalTemplate}.
 */
class WalTemplateTests {

	private final JsonMapper mapper = JsonMapper.builder().build();

	@TempDir
	Path directory;

	private WriteAheadLog wal;

	private WalTemplate template;

	@BeforeEach
	void setUp() {
		this.wal = WriteAheadLog.builder(this.directory).open();
		this.template = new WalTemplate(this.wal,
				Map.of(Placed.class, new JacksonWalSerializer<>(1, Placed.class, this.mapper), Cancelled.class,
						new JacksonWalSerializer<>(2, Cancelled.class, this.mapper), String.class,
						WalSerializer.utf8(3)));
	}

	@AfterEach
	void tearDown() {
		this.wal.close();
	}

	@Test
	@Tag("R22")
	void valuesComeBackByTheirType() {
		assertThat(this.template.append(new Placed("a"))).isEqualTo(Lsn.of(1));
		assertThat(this.template.append("text")).isEqualTo(Lsn.of(2));
		assertThat(this.template.appendAll(List.of(new Placed("b"), "more", new Cancelled("b"))))
			.isEqualTo(new LsnRange(Lsn.of(3), Lsn.of(5)));
		assertThat(this.template.appendAsync(new Cancelled("a")).join()).isEqualTo(Lsn.of(6));
		assertThat(this.template.appendAll(List.of())).isEqualTo(LsnRange.EMPTY);
		List<Object> values = new ArrayList<>();
		List<Integer> types = new ArrayList<>();
		for (WalRecord record : records()) {
			values.add(this.template.read(record));
			types.add(record.type());
		}
		assertThat(values).containsExactly(new Placed("a"), "text", new Placed("b"), "more", new Cancelled("b"),
				new Cancelled("a"));
		assertThat(types).containsExactly(1, 3, 1, 3, 2, 2);
	}

	@Test
	@Tag("R22")
	void aRecordOfAnUnknownTypeIsDeliveredRaw() {
		this.wal.append(99, "raw".getBytes(StandardCharsets.UTF_8));
		WalRecord record = records().get(0);
		assertThat(this.template.read(record)).isSameAs(record);
		assertThat(record.type()).isEqualTo(99);
		assertThat(record.toText()).isEqualTo("raw");
	}

	@Test
	void aValueWithoutASerializerIsRejectedWithItsBatch() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.template.append(42))
			.withMessageContaining("java.lang.Integer")
			.withMessageContaining("WalSerializer");
		assertThatIllegalArgumentException().isThrownBy(() -> this.template.appendAll(List.of("text", 42)));
		assertThat(this.wal.lastLsn()).isEqualTo(Lsn.NONE);
	}

	@Test
	void aSerializerServesSubclassesUnlessSeveralDo() {
		WalSerializer<CharSequence> sequence = new Sequences();
		assertThat(new WalTemplate(this.wal, Map.of(CharSequence.class, sequence)).append(CharBuffer.wrap("x")))
			.isEqualTo(Lsn.FIRST);
		WalTemplate ambiguous = new WalTemplate(this.wal,
				Map.of(CharSequence.class, sequence, Comparable.class, WalSerializer.utf8(2)));
		assertThatIllegalArgumentException().isThrownBy(() -> ambiguous.append("x"))
			.withMessageContaining("Several serializers");
	}

	@Test
	void twoSerializersOfOneTypeAreRejected() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new WalTemplate(this.wal,
					Map.of(String.class, WalSerializer.utf8(5), CharSequence.class, WalSerializer.utf8(5))))
			.withMessageContaining("record type 5");
	}

	private List<WalRecord> records() {
		List<WalRecord> records = new ArrayList<>();
		try (WalReader reader = this.wal.read(Lsn.FIRST)) {
			reader.forEach(records::add);
		}
		return records;
	}

	record Placed(String id) {
	}

	record Cancelled(String id) {
	}

	private static final class Sequences implements WalSerializer<CharSequence> {

		private final WalSerializer<String> text = WalSerializer.utf8(1);

		@Override
		public int type() {
			return 1;
		}

		@Override
		public byte[] serialize(CharSequence value) {
			return this.text.serialize(value.toString());
		}

		@Override
		public CharSequence deserialize(ByteBuffer payload) {
			return this.text.deserialize(payload);
		}

	}

}
