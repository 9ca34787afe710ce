package dev.wal.sample;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.stereotype.Component;

/**
 * Stands for a payment provider elsewhere: what it has charged it remembers, whatever
 * happens to this service. Like the real ones it takes an idempotency key, and charges a
 * key once however often it is asked.
 */
@Component
@ConditionalOnBooleanProperty(name = "sample.fulfilment.enabled")
class PaymentProvider {

	private final Path file;

	/** What was charged, by key. */
	private final Map<String, String> charged = new HashMap<>();

	private long repeated;

	PaymentProvider(SampleProperties properties) throws IOException {
		this.file = properties.dataDirectory().resolve("payments.log");
		Files.createDirectories(properties.dataDirectory());
		String text = Files.exists(this.file) ? Files.readString(this.file) : "";
		// A line without an end was not answered, so it does not count.
		String whole = text.substring(0, text.lastIndexOf('\n') + 1);
		whole.lines().forEach((line) -> this.charged.put(line.substring(0, line.indexOf(' ')), line));
		if (whole.length() != text.length()) {
			Files.writeString(this.file, whole);
		}
	}

	/**
	 * Charge, unless that was done under the same key.
	 * @param key the idempotency key
	 * @param order the order
	 * @param amountCents the amount
	 * @throws IOException if the provider cannot be reached
	 */
	synchronized void charge(String key, long order, long amountCents) throws IOException {
		if (this.charged.containsKey(key)) {
			this.repeated++;
			return;
		}
		String line = key + " " + order + " " + amountCents;
		try (FileOutputStream out = new FileOutputStream(this.file.toFile(), true)) {
			out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
			out.getFD().sync();
		}
		this.charged.put(key, line);
	}

	synchronized long count() {
		return this.charged.size();
	}

	/**
	 * Return how often it was asked for what it had charged, since the start.
	 */
	synchronized long repeated() {
		return this.repeated;
	}

}
