// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The whole service in this JVM, on a port and a directory of its own.
 */
final class RunningSample extends OrderClient implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private RunningSample(ConfigurableApplicationContext context) {
		super(context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
		this.context = context;
	}

	static RunningSample start(Path directory, String... args) {
		List<String> all = new ArrayList<>(
				List.of("--server.port=0", "--spring.main.banner-mode=off", "--sample.data-directory=" + directory,
						// The log holds nothing but orders, so that their ids are dense.
						"--sample.fulfilment.enabled=false"));
		all.addAll(List.of(args));
		return new RunningSample(SpringApplication.run(SampleApplication.class, all.toArray(String[]::new)));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
