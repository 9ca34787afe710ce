// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.time.Clock;

import dev.wal.WalSerializer;
import dev.wal.spring.JacksonWalSerializer;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Beans of classes that do not belong to the service.
 */
@Configuration(proxyBeanMethods = false)
class SampleConfiguration {

	/** The record type of orders. Stored on the disk, so never change it. */
	private static final int ORDER_PLACED = 1;

	/**
	 * Orders in the log are JSON. Their mapper is a separate one, so that
	 * {@code spring.jackson.*} does not change what old records mean.
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
