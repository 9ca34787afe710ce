// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.time.Clock;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Beans of classes that do not belong to the service.
 */
@Configuration(proxyBeanMethods = false)
class SampleConfiguration {

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
