// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

import dev.wal.message.MessageEnvelope;
import dev.wal.spring.message.WalCodec;
import dev.wal.spring.message.WalJson;
import dev.wal.spring.message.WalJsonMapperBuilderCustomizer;
import dev.wal.spring.message.WalMessageConverter;
import dev.wal.spring.message.WalTypes;
import dev.wal.spring.message.WalTypesCustomizer;
import dev.wal.spring.message.WalUpcaster;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

/**
 * Turns values into messages and back. The same for all logs.
 */
final class WalMessageConfigurations {

	private WalMessageConfigurations() {
	}

	private static WalMessageConverter converter(WalProperties properties, WalTypes types,
			ObjectProvider<WalCodec> codecs, @Nullable WalCodec json, UnaryOperator<MessageEnvelope> upcasting) {
		return new WalMessageConverter(types, codecs.orderedStream().toList(), json, upcasting,
				WalPropertiesMapper.skippedTypes(properties));
	}

	@Configuration(proxyBeanMethods = false)
	static class Types {

		@Bean
		@ConditionalOnMissingBean
		WalTypes walTypes(WalProperties properties, ObjectProvider<WalTypesCustomizer> customizers,
				ConfigurableBeanFactory beanFactory) {
			ClassLoader classLoader = beanFactory.getBeanClassLoader();
			WalTypes.Builder types = WalTypes.builder()
				.scan(packages(properties, beanFactory),
						Objects.requireNonNullElseGet(classLoader, ClassUtils::getDefaultClassLoader));
			customizers.orderedStream().forEach((customizer) -> customizer.customize(types));
			return types.build();
		}

		private static List<String> packages(WalProperties properties, ConfigurableBeanFactory beanFactory) {
			List<String> packages = properties.types().packages();
			if (packages != null) {
				return packages;
			}
			return AutoConfigurationPackages.has(beanFactory) ? AutoConfigurationPackages.get(beanFactory) : List.of();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	static class Json {

		// The mapper is no bean: another one would make that of the application back off.
		@Bean
		@ConditionalOnMissingBean
		WalJson walJson(WalProperties properties, ObjectProvider<WalJsonMapperBuilderCustomizer> customizers) {
			return new WalJson(customizers.orderedStream().toList(), properties.json().verify());
		}

		@Bean
		@ConditionalOnMissingBean
		WalMessageConverter walMessageConverter(WalProperties properties, WalTypes types,
				ObjectProvider<WalCodec> codecs, WalJson json, ObjectProvider<WalUpcaster> upcasters) {
			return converter(properties, types, codecs, json.codec(),
					json.upcasting(types, upcasters.orderedStream().toList()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("tools.jackson.databind.json.JsonMapper")
	static class WithoutJson {

		@Bean
		@ConditionalOnMissingBean
		WalMessageConverter walMessageConverter(WalProperties properties, WalTypes types,
				ObjectProvider<WalCodec> codecs) {
			return converter(properties, types, codecs, null, UnaryOperator.identity());
		}

	}

}
