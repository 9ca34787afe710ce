// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * A Spring Boot application around beans that the documentation prints.
 */
public final class Application {

	/** Not the settings of the sample, which are on the class path as well. */
	public static final String NO_FILES = "--spring.config.location=optional:classpath:/none/";

	private Application() {
	}

	/**
	 * Start it.
	 * @param directory the directory of its log
	 * @param beans classes of the documentation
	 * @param args properties
	 * @return the context, to be closed
	 */
	public static ConfigurableApplicationContext start(Path directory, List<Class<?>> beans, String... args) {
		List<String> all = new ArrayList<>(
				List.of(NO_FILES, "--spring.main.banner-mode=off", "--wal.directory=" + directory));
		all.addAll(List.of(args));
		List<Class<?>> sources = new ArrayList<>(beans);
		sources.add(AutoConfigured.class);
		return new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).web(WebApplicationType.NONE)
			.run(all.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class AutoConfigured {

	}

}
