// SPDX-License-Identifier: Apache-2.0
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
 * Simulates an external payment provider. It remembers its charges when this service
 * crashes. Like real providers it takes an idempotency key, and charges each key once.
 */
@Component
@ConditionalOnBooleanProperty(name = "sample.fulfilment.enabled")
class PaymentProvider {

	private final Path file;

	/** The charges by key. */
	private final Map<String, String> charged = new HashMap<>();

	private long repeated;

	PaymentProvider(SampleProperties properties) throws IOException {
		this.file = properties.dataDirectory().resolve("payments.log");
		Files.createDirectories(properties.dataDirectory());
		String text = Files.exists(this.file) ? Files.readString(this.file) : "";
		// An incomplete line was not answered, so it does not count.
		String whole = text.substring(0, text.lastIndexOf('\n') + 1);
		whole.lines().forEach((line) -> this.charged.put(line.substring(0, line.indexOf(' ')), line));
		if (whole.length() != text.length()) {
			Files.writeString(this.file, whole);
		}
	}

	/**
	 * Charge an amount, unless this key was charged before.
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
	 * Return the number of requests since the start for keys that were already charged.
	 */
	synchronized long repeated() {
		return this.repeated;
	}

}
