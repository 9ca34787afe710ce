// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.WriteAheadLog;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Analyzes failures caused by a bean that is missing because the log is switched off.
 * Ordered before Spring Boot's own analyzer, which would advise to define the bean.
 */
class WalSwitchedOffFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> implements Ordered {

	private final @Nullable Environment environment;

	WalSwitchedOffFailureAnalyzer(@Nullable Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
		ResolvableType type = cause.getResolvableType();
		if (type == null || this.environment == null || !isOfTheLog(type.toClass())
				|| this.environment.getProperty("wal.enabled", Boolean.class, true)) {
			return null;
		}
		return new FailureAnalysis(
				"A bean of type '" + type + "' is required, but the write-ahead log is switched off: the property "
						+ "'wal.enabled' is false.",
				DocsPage.PROPERTIES.addTo("Set the property 'wal.enabled' to true, or inject the bean as an "
						+ "ObjectProvider or Optional where the application can run without a log."),
				cause);
	}

	private static boolean isOfTheLog(Class<?> type) {
		return WriteAheadLog.class.isAssignableFrom(type) || type.getName().startsWith("dev.wal.spring.");
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
