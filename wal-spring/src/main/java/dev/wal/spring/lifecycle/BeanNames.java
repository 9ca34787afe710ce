// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.lifecycle;

import java.util.Map;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Finds the bean names of handlers and listeners. Many of them are lambdas, whose class
 * names tell a reader nothing.
 */
public final class BeanNames {

	private BeanNames() {
	}

	public static <T> String of(ListableBeanFactory beanFactory, Class<T> type, T bean) {
		return beanFactory.getBeansOfType(type)
			.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() == bean)
			.map(Map.Entry::getKey)
			.findFirst()
			.orElseGet(() -> bean.getClass().getName());
	}

}
