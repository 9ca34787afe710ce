// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.wal.Lsn;
import dev.wal.WalRecordListener;
import dev.wal.WriteAheadLog;
import dev.wal.spring.replay.WalReplayHandler;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;

/**
 * Tests for a bean of the log that a test or a company's post-processor has replaced.
 */
class ReplacedLogTests {

	private static final byte[] PAYLOAD = "order".getBytes(StandardCharsets.UTF_8);

	@TempDir
	static Path directory;

	@Test
	void aProxyOfTheInterfaceIsEnoughForTheStarter() {
		new ApplicationContextRunner().withUserConfiguration(Application.class, Proxies.class)
			.withPropertyValues("wal.directory=" + directory.resolve("proxied"), "wal.replay.phase=before-web-server")
			.run((context) -> {
				WriteAheadLog wal = context.getBean(WriteAheadLog.class);
				assertThat(Proxy.isProxyClass(wal.getClass())).isTrue();
				int before = Proxies.CALLS.get();
				wal.append(PAYLOAD);
				assertThat(Proxies.CALLS).hasValueGreaterThan(before);
				await().until(() -> context.getBean(Application.class).heard.contains("order"));
				assertThat(context.getBean("walHealthContributor", HealthIndicator.class).health().getStatus())
					.isEqualTo(Status.UP);
			});
	}

	@Nested
	@DirtiesContext
	@SpringBootTest(classes = Application.class)
	class Mocked {

		@MockitoBean
		WriteAheadLog wal;

		@Autowired
		HealthIndicator walHealthContributor;

		@DynamicPropertySource
		static void properties(DynamicPropertyRegistry registry) {
			registry.add("wal.directory", () -> directory.resolve("mocked"));
		}

		@Test
		void noLogIsOpenedAndNothingWorksOnTheMock() {
			given(this.wal.append(PAYLOAD)).willReturn(Lsn.FIRST);
			assertThat(this.wal.append(PAYLOAD)).isEqualTo(Lsn.FIRST);
			assertThat(directory.resolve("mocked")).doesNotExist();
			assertThat(this.walHealthContributor.health().getStatus()).isEqualTo(Status.UNKNOWN);
		}

	}

	@Nested
	@DirtiesContext
	@SpringBootTest(classes = Application.class)
	class Spied {

		@MockitoSpyBean
		WriteAheadLog wal;

		@Autowired
		Application application;

		@DynamicPropertySource
		static void properties(DynamicPropertyRegistry registry) {
			registry.add("wal.directory", () -> directory.resolve("spied"));
		}

		@Test
		void aSpySeesTheCallsOfALogThatWorks() {
			assertThat(this.wal.append(PAYLOAD)).isEqualTo(Lsn.FIRST);
			then(this.wal).should().append(any(byte[].class));
			assertThat(this.wal.durableLsn()).isEqualTo(Lsn.FIRST);
			await().until(() -> this.application.heard.contains("order"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ WalAutoConfiguration.class, WalHealthContributorAutoConfiguration.class,
			HealthContributorAutoConfiguration.class })
	static class Application {

		private final List<String> heard = new CopyOnWriteArrayList<>();

		@Bean
		WalReplayHandler handler() {
			return (record) -> {
			};
		}

		@Bean
		WalRecordListener listener() {
			return (record) -> this.heard.add(record.toText());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Proxies {

		static final AtomicInteger CALLS = new AtomicInteger();

		@Bean
		static BeanPostProcessor counting() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					return (bean instanceof WriteAheadLog log) ? counting(log) : bean;
				}

			};
		}

		private static Object counting(WriteAheadLog log) {
			return Proxy.newProxyInstance(Proxies.class.getClassLoader(), new Class<?>[] { WriteAheadLog.class },
					(proxy, method, arguments) -> {
						CALLS.incrementAndGet();
						try {
							return method.invoke(log, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getCause();
						}
					});
		}

	}

}
