// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.wal.WalBuilder;
import dev.wal.WalConfigurationException;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.unit.DataSize;

/**
 * Copies properties to the methods of {@link WalBuilder} that have their names, so that a
 * new setting of the log needs no line of code here. A group of properties, such as
 * {@code wal.retention.*}, is left to {@link WalPropertiesMapper}.
 */
final class BuilderSettings {

	/** The methods that change one setting, by their names. */
	static final Map<String, Method> METHODS = Arrays.stream(WalBuilder.class.getMethods())
		.filter((method) -> method.getReturnType() == WalBuilder.class && method.getParameterCount() == 1)
		.collect(Collectors.toUnmodifiableMap(Method::getName, Function.identity()));

	private BuilderSettings() {
	}

	/**
	 * Copy the properties for which the builder has a method.
	 * @param properties the properties
	 * @param builder the builder
	 * @throws WalConfigurationException if a size does not fit, naming its property
	 */
	static void copy(WalProperties properties, WalBuilder builder) {
		for (RecordComponent component : WalProperties.class.getRecordComponents()) {
			Method method = METHODS.get(component.getName());
			if (method != null && !component.getType().isRecord()) {
				Object value = ReflectionUtils.invokeMethod(component.getAccessor(), properties);
				if (value instanceof DataSize size) {
					value = bytes(component.getName(), size, method.getParameterTypes()[0]);
				}
				ReflectionUtils.invokeMethod(method, builder, value);
			}
		}
	}

	private static Object bytes(String property, DataSize size, Class<?> type) {
		long bytes = size.toBytes();
		if (type == long.class) {
			return bytes;
		}
		if (bytes != (int) bytes) {
			throw new WalConfigurationException(DataObjectPropertyName.toDashedForm(property), size,
					"must be less than 2 GiB");
		}
		return (int) bytes;
	}

}
