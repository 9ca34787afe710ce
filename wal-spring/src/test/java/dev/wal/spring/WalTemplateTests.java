// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.message.MessageEnvelope;
import dev.wal.spring.message.WalJson;
import dev.wal.spring.message.WalKey;
import dev.wal.spring.message.WalMessage;
import dev.wal.spring.message.WalMessageConverter;
import dev.wal.spring.message.WalMessageConverter.SkippedTypes;
import dev.wal.spring.message.WalType;
import dev.wal.spring.message.WalTypeException;
import dev.wal.spring.message.WalTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WalTemplate}.
 */
class WalTemplateTests {

	@TempDir
	Path directory;

	private WriteAheadLog wal;

	private WalTemplate template;

	@BeforeEach
	void setUp() {
		this.wal = WriteAheadLog.builder(this.directory).open();
		this.template = template(Placed.class, Cancelled.class);
	}

	private WalTemplate template(Class<?>... types) {
		WalTypes.Builder builder = WalTypes.builder();
		for (Class<?> type : types) {
			builder.add(type);
		}
		WalTypes named = builder.build();
		WalJson json = new WalJson(List.of(), true);
		return new WalTemplate(this.wal, new WalMessageConverter(named, List.of(), json.codec(),
				json.upcasting(named, List.of()), new SkippedTypes(List.of("skipped"), false)));
	}

	@AfterEach
	void tearDown() {
		this.wal.close();
	}

	@Test
	@Tag("R22")
	void valuesComeBackByTheNamesOfTheirClasses() {
		assertThat(this.template.append(new Placed("a"))).isEqualTo(Lsn.of(1));
		assertThat(this.template.appendAll(List.of(new Placed("b"), WalMessage.of("more").type("note"))))
			.isEqualTo(new LsnRange(Lsn.of(2), Lsn.of(3)));
		assertThat(this.template.appendAsync(new Cancelled("a")).join()).isEqualTo(Lsn.of(4));
		assertThat(this.template.appendAllAsync(List.of(new Placed("c"), new Cancelled("b"))).join())
			.isEqualTo(new LsnRange(Lsn.of(5), Lsn.of(6)));
		assertThat(this.template.appendAll(List.of())).isEqualTo(LsnRange.EMPTY);
		assertThat(values(Lsn.FIRST)).containsExactly(new Placed("a"), new Placed("b"), "more", new Cancelled("a"),
				new Placed("c"), new Cancelled("b"));
		assertThat(records()).allMatch(MessageEnvelope::isMessage);
	}

	@Test
	void theKeyOfAValueIsInItsMessage() {
		this.template.append(new Placed("17"));
		WalMessage<?> message = this.template.read(records().get(0));
		assertThat(message.key()).isEqualTo("17");
		assertThat(message.id()).isEqualTo(this.wal.status().logId() + "/1");
	}

	@Test
	@Tag("R22")
	void aRecordThatIsNoMessageIsLeftToTheLog() {
		this.wal.append(99, "raw".getBytes(StandardCharsets.UTF_8));
		this.template.append(new Placed("a"));
		assertThat(values(Lsn.FIRST)).containsExactly(new Placed("a"));
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> this.template.read(records().get(0)))
			.withMessageContaining("type 99 and is no message");
	}

	@Test
	void theStreamBeginsAtAnLsnAndHoldsSegmentsUntilItIsClosed() {
		for (String id : List.of("a", "b", "c")) {
			this.template.append(new Placed(id));
		}
		try (Stream<WalMessage<?>> messages = this.template.read(Lsn.of(2))) {
			assertThat(this.wal.status().openReaders()).isEqualTo(1);
			assertThat(messages.<Object>map(WalMessage::value)).containsExactly(new Placed("b"), new Placed("c"));
		}
		assertThat(this.wal.status().openReaders()).isZero();
	}

	@Test
	void aMessageThatIsSkippedIsCountedAndNotInTheStream() {
		template(Skipped.class).append(new Skipped("s"));
		this.template.append(new Placed("a"));
		assertThat(values(Lsn.FIRST)).containsExactly(new Placed("a"));
		assertThat(this.template.skippedMessages()).isEqualTo(1);
		assertThat(this.template.read(records().get(0)).value()).isInstanceOf(byte[].class);
		assertThat(this.template.skippedMessages()).isEqualTo(2);
	}

	@Test
	void aValueThatIsRejectedIsRejectedWithItsBatch() {
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> this.template.append(42));
		assertThatExceptionOfType(WalTypeException.class)
			.isThrownBy(() -> this.template.appendAll(List.of(new Placed("a"), 42)));
		assertRejected(this.template.appendAsync(42));
		assertRejected(this.template.appendAllAsync(List.of(new Placed("a"), 42)));
		assertThat(this.wal.lastLsn()).isEqualTo(Lsn.NONE);
	}

	private static void assertRejected(CompletableFuture<?> future) {
		assertThat(future).failsWithin(0, TimeUnit.SECONDS)
			.withThrowableThat()
			.withCauseInstanceOf(WalTypeException.class);
	}

	private List<Object> values(Lsn from) {
		try (Stream<WalMessage<?>> messages = this.template.read(from)) {
			return messages.<Object>map(WalMessage::value).toList();
		}
	}

	private List<WalRecord> records() {
		List<WalRecord> records = new ArrayList<>();
		try (WalReader reader = this.wal.read(Lsn.FIRST)) {
			reader.forEach(records::add);
		}
		return records;
	}

	@WalType("order.placed")
	record Placed(@WalKey String id) {
	}

	@WalType("order.cancelled")
	record Cancelled(String id) {
	}

	@WalType("skipped")
	record Skipped(String id) {
	}

}
