// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.zip.CRC32;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link TraceRecord} and its encoding.
 */
@Tag("R30")
class TraceRecordTests {

	private static final UUID TRACE = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

	private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000, 123_456_789);

	static List<Object> goldenRecords() {
		return GoldenTraces.array(GoldenTraces.json("xerv-records.json").get("records"));
	}

	static List<Object> damagedRecords() {
		return GoldenTraces.array(GoldenTraces.json("xerv-records.json").get("damaged"));
	}

	@ParameterizedTest
	@MethodSource("goldenRecords")
	void encodesGoldenRecord(Object golden) {
		Map<String, Object> vector = GoldenTraces.object(golden);
		TraceRecord entry = entry(GoldenTraces.object(vector.get("fields_in")));
		assertThat(HexFormat.of().formatHex(entry.encode())).isEqualTo(vector.get("hex"));
	}

	@ParameterizedTest
	@MethodSource("goldenRecords")
	void decodesGoldenRecord(Object golden) {
		Map<String, Object> vector = GoldenTraces.object(golden);
		ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex((String) vector.get("hex")));
		TraceRecord expected = entry(GoldenTraces.object(vector.get("fields_decoded")));
		assertThat(TraceRecord.decode(bytes)).isEqualTo(expected);
		assertThat(TraceRecord.decodeLeniently(bytes)).isEqualTo(expected);
		assertThat(bytes.position()).isZero();
	}

	@Test
	void goldenRecordsHaveAllElevenTypes() {
		Set<String> types = new TreeSet<>();
		for (Object golden : goldenRecords()) {
			Map<String, Object> fields = GoldenTraces.object(GoldenTraces.object(golden).get("fields_in"));
			TraceRecordType type = TraceRecordType.of(((Long) fields.get("record_type")).intValue());
			assertThat(type.name().replace("_", "")).isEqualToIgnoringCase((String) fields.get("record_type_name"));
			types.add(type.name());
		}
		assertThat(types).hasSize(11).hasSize(TraceRecordType.values().length);
	}

	/**
	 * What one of these did to the ancestor was a panic.
	 */
	@ParameterizedTest
	@MethodSource("damagedRecords")
	@Tag("D31")
	void refusesDamagedRecord(Object damaged) {
		Map<String, Object> vector = GoldenTraces.object(damaged);
		ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex((String) vector.get("hex")));
		Map<String, Object> result = GoldenTraces.object(vector.get("result"));
		if (result.containsKey("ok")) {
			assertThat(TraceRecord.decode(bytes)).isEqualTo(entry(GoldenTraces.object(result.get("ok"))));
		}
		else {
			assertThatExceptionOfType(TraceFormatException.class).isThrownBy(() -> TraceRecord.decode(bytes));
			assertThatExceptionOfType(TraceFormatException.class).isThrownBy(() -> TraceRecord.decodeLeniently(bytes));
		}
	}

	@Test
	@Tag("R28")
	void keepsUnsignedValues() {
		TraceRecord entry = new TraceRecord(TraceRecordType.NODE_DONE, TRACE, 0xFFFF_FFFFL, Long.MIN_VALUE,
				new OutputLocation(Long.MIN_VALUE, 0x8000_0000L, -1), 0xFFFF_FFFEL, null, null);
		TraceRecord decoded = TraceRecord.decode(ByteBuffer.wrap(entry.encode()));
		assertThat(decoded).isEqualTo(entry);
		assertThat(decoded.timestamp()).isEqualTo("2262-04-11T23:47:16.854775808Z");
		assertThat(decoded.output()).hasToString(
				"OutputLocation[offset=9223372036854775808, size=2147483648, schemaHash=18446744073709551615]");
	}

	@Test
	void refusesNumbersThatDoNotFit() {
		assertThatIllegalArgumentException().isThrownBy(() -> TraceRecord.nodeStart(TRACE, -1, TIME));
		assertThatIllegalArgumentException().isThrownBy(() -> TraceRecord.nodeStart(TRACE, 1L << 32, TIME));
		assertThatIllegalArgumentException().isThrownBy(() -> TraceRecord.loopExit(TRACE, 1, 1L << 32, TIME));
		assertThatIllegalArgumentException().isThrownBy(() -> new OutputLocation(0, -1, 0));
	}

	@Test
	@Tag("R27")
	void invalidUtf8IsAnErrorAndReplacedOnlyLeniently() {
		byte[] bytes = TraceRecord.nodeError(TRACE, 1, "abc", TIME).encode();
		ByteBuffer broken = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
		bytes[66] = (byte) 0xFF;
		CRC32 crc = new CRC32();
		crc.update(bytes, 29, bytes.length - 29);
		broken.putInt(4, (int) crc.getValue());
		assertThatExceptionOfType(TraceFormatException.class).isThrownBy(() -> TraceRecord.decode(broken))
			.withMessageContaining("UTF-8");
		assertThat(TraceRecord.decodeLeniently(broken).error()).isEqualTo("a\uFFFDc");
		assertThatIllegalArgumentException().isThrownBy(() -> TraceRecord.nodeError(TRACE, 1, "\uD800", TIME).encode());
	}

	@Test
	void strictRefusesWhatFollowsTheRecord() {
		byte[] bytes = TraceRecord.traceStart(TRACE, TIME).encode();
		ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 1));
		assertThatExceptionOfType(TraceFormatException.class).isThrownBy(() -> TraceRecord.decode(longer));
		assertThat(TraceRecord.decodeLeniently(longer).traceId()).isEqualTo(TRACE);
	}

	@Test
	void clockBeforeTheEpochIsZero() {
		assertThat(TraceRecord.traceStart(TRACE, Instant.ofEpochSecond(-5)).timestampNanos()).isZero();
	}

	@Property(tries = 500)
	@net.jqwik.api.Tag("D31")
	void anyBytesAreARecordOrATypedError(@ForAll byte[] bytes, @ForAll boolean fixUp) {
		byte[] input = bytes;
		if (fixUp) {
			input = Arrays.copyOf(bytes, Math.max(69, bytes.length));
			ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).putInt(0, input.length);
			CRC32 crc = new CRC32();
			crc.update(input, 29, input.length - 29);
			ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).putInt(4, (int) crc.getValue());
			input[8] = (byte) (input[8] & 7);
		}
		try {
			TraceRecord entry = TraceRecord.decode(ByteBuffer.wrap(input));
			assertThat(entry.encode()).isEqualTo(input);
		}
		catch (TraceFormatException ex) {
			assertThat(ex).hasMessageContaining("not a record");
		}
	}

	private static TraceRecord entry(Map<String, Object> fields) {
		return new TraceRecord(TraceRecordType.of(((Long) fields.get("record_type")).intValue()),
				UUID.fromString((String) fields.get("trace_id")), (Long) fields.get("node_id"),
				Long.parseUnsignedLong((String) fields.get("timestamp_ns")),
				new OutputLocation(Long.parseUnsignedLong((String) fields.get("output_offset")),
						(Long) fields.get("output_size"), Long.parseUnsignedLong((String) fields.get("schema_hash"))),
				(Long) fields.get("iteration"), (String) fields.get("error_message"), (String) fields.get("metadata"));
	}

}
