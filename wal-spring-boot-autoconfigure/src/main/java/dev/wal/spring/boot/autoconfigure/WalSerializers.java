// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.wal.WalSerializer;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

/**
 * Finds the class of values of each {@link WalSerializer} bean.
 */
final class WalSerializers {

	private final ConfigurableListableBeanFactory beanFactory;

	WalSerializers(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@SuppressWarnings("rawtypes")
	Map<Class<?>, WalSerializer<?>> byClass() {
		Map<Class<?>, WalSerializer<?>> serializers = new LinkedHashMap<>();
		for (Map.Entry<String, WalSerializer> entry : this.beanFactory.getBeansOfType(WalSerializer.class).entrySet()) {
			String name = entry.getKey();
			WalSerializer<?> serializer = entry.getValue();
			Class<?> valueClass = valueClass(name, serializer);
			if (valueClass == null) {
				throw new IllegalStateException("The WalSerializer bean '" + name
						+ "' does not say which class it serializes. Let its bean method return "
						+ "WalSerializer<YourType>.");
			}
			if (serializers.putIfAbsent(valueClass, serializer) != null) {
				throw new IllegalStateException("Two WalSerializer beans serialize " + valueClass.getName()
						+ "; one of them is '" + name + "'. Define one bean for each class.");
			}
		}
		return serializers;
	}

	private @Nullable Class<?> valueClass(String name, WalSerializer<?> serializer) {
		Class<?> valueClass = valueClass(ResolvableType.forInstance(serializer));
		if (valueClass == null && this.beanFactory.containsBeanDefinition(name)) {
			// The return type of the bean method, if the instance does not know the
			// class.
			BeanDefinition definition = this.beanFactory.getMergedBeanDefinition(name);
			valueClass = valueClass(definition.getResolvableType());
		}
		return valueClass;
	}

	private @Nullable Class<?> valueClass(ResolvableType type) {
		Class<?> valueClass = type.as(WalSerializer.class).getGeneric(0).resolve();
		return (valueClass != Object.class) ? valueClass : null;
	}

}
