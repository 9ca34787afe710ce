package dev.wal.spring.autoconfigure;

import java.util.Map;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Finds out what the application calls its handlers and listeners: many are lambdas,
 * whose classes say nothing.
 */
final class BeanNames {

	private BeanNames() {
	}

	static <T> String of(ListableBeanFactory beanFactory, Class<T> type, T bean) {
		return beanFactory.getBeansOfType(type)
			.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() == bean)
			.map(Map.Entry::getKey)
			.findFirst()
			.orElseGet(() -> bean.getClass().getName());
	}

}
