// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;

import dev.wal.DamagedRange;
import dev.wal.LsnRange;
import dev.wal.SegmentInfo;
import dev.wal.TailState;
import dev.wal.tools.VerificationReport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The verdict of a verification as JSON, on one line. LSNs are numbers, times seconds.
 */
final class VerdictJson {

	private VerdictJson() {
	}

	static String of(Path directory, VerificationReport report, Duration duration) {
		StringWriter text = new StringWriter();
		try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
			json.writeStartObject();
			json.writeStringProperty("directory", directory.toString());
			json.writeStringProperty("verdict", VerifyCommand.verdict(report));
			json.writeNumberProperty("firstLsn", report.firstLsn().value());
			json.writeNumberProperty("lastLsn", report.lastLsn().value());
			json.writeNumberProperty("records", report.records());
			json.writeNumberProperty("bytes", report.bytes());
			json.writeNumberProperty("seconds", duration.toNanos() / 1e9);
			json.writeArrayPropertyStart("segments");
			for (VerificationReport.Segment segment : report.segments()) {
				write(json, segment);
			}
			json.writeEndArray();
			json.writeArrayPropertyStart("damage");
			for (DamagedRange range : report.damage()) {
				write(json, range);
			}
			json.writeEndArray();
			json.writeArrayPropertyStart("gaps");
			for (LsnRange gap : report.gaps()) {
				json.writeStartObject();
				json.writeNumberProperty("firstLsn", gap.first().value());
				json.writeNumberProperty("lastLsn", gap.last().value());
				json.writeEndObject();
			}
			json.writeEndArray();
			write(json, report.tail());
			json.writeEndObject();
		}
		return text.toString();
	}

	private static void write(JsonGenerator json, VerificationReport.Segment segment) {
		SegmentInfo info = segment.info();
		json.writeStartObject();
		json.writeStringProperty("file", info.fileName());
		json.writeNumberProperty("number", info.number());
		json.writeNumberProperty("firstLsn", info.firstLsn().value());
		json.writeNumberProperty("lastLsn", info.lastLsn().value());
		json.writeNumberProperty("length", info.length());
		json.writeNumberProperty("records", segment.records());
		writeText(json, "problem", segment.problem());
		json.writeEndObject();
	}

	private static void write(JsonGenerator json, DamagedRange range) {
		json.writeStartObject();
		json.writeStringProperty("file", range.segment());
		json.writeNumberProperty("offset", range.offset());
		json.writeNumberProperty("length", range.length());
		json.writeNumberProperty("firstLsn", range.firstLsn().value());
		json.writeNumberProperty("lastLsn", range.lastLsn().value());
		json.writeStringProperty("reason", range.reason());
		json.writeEndObject();
	}

	private static void write(JsonGenerator json, TailState tail) {
		json.writeObjectPropertyStart("tail");
		json.writeStringProperty("kind", tail.kind().name());
		writeText(json, "file", tail.place());
		json.writeNumberProperty("offset", tail.offset());
		json.writeNumberProperty("cutBytes", tail.cutBytes());
		json.writeNumberProperty("expectedLsn", tail.expectedLsn().value());
		writeText(json, "reason", tail.reason());
		json.writeEndObject();
	}

	private static void writeText(JsonGenerator json, String name, @Nullable String value) {
		if (value != null) {
			json.writeStringProperty(name, value);
		}
		else {
			json.writeNullProperty(name);
		}
	}

}
