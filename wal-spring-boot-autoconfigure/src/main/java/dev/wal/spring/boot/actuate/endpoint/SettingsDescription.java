// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.actuate.endpoint;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Describes settings by the components of their records, so that a new setting is shown
 * without a line of code here. Leaves out what is not set, and objects such as observers.
 */
final class SettingsDescription {

	private SettingsDescription() {
	}

	/**
	 * Describe settings.
	 * @param records the records of settings
	 * @return the values by the names of the components, in their order
	 */
	static Map<String, Object> of(Record... records) {
		Map<String, Object> settings = new LinkedHashMap<>();
		for (Record record : records) {
			for (RecordComponent component : record.getClass().getRecordComponents()) {
				Object value = describe(ReflectionUtils.invokeMethod(component.getAccessor(), record));
				if (value != null) {
					settings.put(component.getName(), value);
				}
			}
		}
		return settings;
	}

	private static @Nullable Object describe(@Nullable Object value) {
		if (value instanceof Number || value instanceof Boolean || value instanceof String) {
			return value;
		}
		if (value instanceof Path || value instanceof Duration) {
			return value.toString();
		}
		if (value instanceof Enum<?> constant) {
			return kebab(constant);
		}
		return (value instanceof Record group) ? of(group) : null;
	}

	/**
	 * Return the name of a constant as in a properties file.
	 * @param constant the constant
	 * @return the name in lower case, with dashes
	 */
	static String kebab(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
