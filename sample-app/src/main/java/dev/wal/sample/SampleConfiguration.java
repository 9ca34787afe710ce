package dev.wal.sample;

import java.time.Clock;

import dev.wal.WalSerializer;
import dev.wal.spring.JacksonWalSerializer;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The beans that are not classes of the service.
 */
@Configuration(proxyBeanMethods = false)
class SampleConfiguration {

	/** What marks an order in the log: stored on the disk, so never to be changed. */
	private static final int ORDER_PLACED = 1;

	/**
	 * Orders in the log are JSON, by a mapper of their own: what was written last year
	 * must be readable whatever {@code spring.jackson.*} says today.
	 */
	@Bean
	WalSerializer<OrderPlaced> orderSerializer() {
		return new JacksonWalSerializer<>(ORDER_PLACED, OrderPlaced.class, JsonMapper.builder().build());
	}

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
