// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.spring.replay.WalReplayHandler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

/**
 * An application that replays its log.
 */
abstract class AbstractReplayTests {

	static final String SECRET = "secret-payload-";

	@TempDir
	Path temp;

	Path directory;

	@BeforeEach
	void setUp() {
		this.directory = this.temp.resolve("wal");
	}

	void append(int records) {
		try (WriteAheadLog wal = WriteAheadLog.builder(this.directory).segmentSize(64 * 1024).open()) {
			for (int i = 1; i <= records; i++) {
				wal.append((SECRET + i).getBytes(StandardCharsets.UTF_8));
			}
		}
	}

	static void failAt(WalRecord record, long lsn) {
		if (record.lsn().value() == lsn) {
			throw new IllegalStateException(record.toText());
		}
	}

	static void handler(GenericApplicationContext beans, WalReplayHandler handler) {
		beans.registerBean("handler", WalReplayHandler.class, () -> handler);
	}

	static void recordEvents(GenericApplicationContext context, List<Object> events) {
		context.addApplicationListener((ApplicationListener<PayloadApplicationEvent<?>>) (event) -> {
			if (event.getPayload().getClass().getPackageName().equals("dev.wal.spring.replay")) {
				events.add(event.getPayload());
			}
		});
	}

	ConfigurableApplicationContext run(Consumer<GenericApplicationContext> beans, String... properties) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("wal.directory=" + this.directory, "wal.segment-size=64KB")
			.properties(properties)
			.initializers((context) -> beans.accept((GenericApplicationContext) context))
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ WalAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class })
	static class Application {

	}

}
