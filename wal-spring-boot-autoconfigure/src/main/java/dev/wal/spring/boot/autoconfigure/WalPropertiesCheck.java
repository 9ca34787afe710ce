// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.wal.WalConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Rejects what Spring Boot would ignore, before any bean is created: a {@code wal.*}
 * property that does not exist, that has no value, or that belongs to a part that is
 * switched off. A misspelt name or value is answered with the nearest one.
 * <p>
 * Environment variables and system properties are shared with other programs, which may
 * use the same prefix. There, only a name that is close to a property is rejected.
 */
final class WalPropertiesCheck {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("wal");

	private static final List<String> SHARED = List.of(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
			StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);

	private static final List<String> BOOLEANS = List.of("true", "false", "on", "off", "yes", "no", "1", "0");

	/** The properties that need another one to be true, from the narrowest on. */
	private static final Map<String, Pattern> SWITCHES = Map.of("checkpoint.enabled",
			Pattern.compile("checkpoint\\.(interval|every-.*)"), "snapshot.enabled",
			Pattern.compile("snapshot\\.(interval|every-.*)"), "replay.enabled",
			Pattern.compile("(replay|snapshot)\\.(?!enabled$).*"));

	/** The types of the properties, by their names without the prefix. */
	private final Map<String, Class<?>> types = new TreeMap<>();

	private final Environment environment;

	private final Binder binder;

	WalPropertiesCheck(Environment environment) {
		this.environment = environment;
		this.binder = Binder.get(environment);
		collect("", WalProperties.class);
	}

	private void collect(String prefix, Class<?> type) {
		RecordComponent[] components = type.getRecordComponents();
		for (int i = 0; i < components.length; i++) {
			RecordComponent component = components[i];
			Name other = type.getDeclaredConstructors()[0].getParameters()[i].getAnnotation(Name.class);
			String name = prefix
					+ ((other != null) ? other.value() : DataObjectPropertyName.toDashedForm(component.getName()));
			if (component.getType().isRecord()) {
				collect(name + ".", component.getType());
			}
			else {
				this.types.put(name, component.getType());
			}
		}
	}

	private void run() {
		rejectUnknown();
		this.types.forEach(this::rejectEmptyOrMisspelt);
		if (isTrue("enabled")) {
			SWITCHES.forEach((name, dependants) -> {
				if (!isTrue(name)) {
					rejectWithoutEffect(name, dependants);
				}
			});
		}
	}

	private void rejectUnknown() {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source instanceof IterableConfigurationPropertySource names) {
				boolean shared = source.getUnderlyingSource() instanceof PropertySource<?> underlying
						&& SHARED.contains(underlying.getName());
				names.stream()
					.filter((name) -> PREFIX.isAncestorOf(name) && !isKnown(name, shared))
					.forEach((name) -> rejectUnknown(name.subName(1).toString(), source.getConfigurationProperty(name),
							shared));
			}
		}
	}

	private boolean isKnown(ConfigurationPropertyName name, boolean shared) {
		// A variable cannot have the dashes of a name.
		return this.types.keySet()
			.stream()
			.anyMatch((known) -> PREFIX.append(known).equals(name)
					|| (shared && letters(known).equals(letters(name.subName(1).toString()))));
	}

	private void rejectUnknown(String name, @Nullable Object property, boolean shared) {
		String nearest = nearest(name, this.types.keySet().stream());
		if (nearest != null || !shared) {
			Object value = value(name);
			throw new WalConfigurationException(name, (value != null) ? value : property,
					"there is no such property" + ((nearest != null) ? " (did you mean 'wal." + nearest + "'?)" : ""));
		}
	}

	private void rejectEmptyOrMisspelt(String name, Class<?> type) {
		String value = value(name);
		if (value == null) {
			return;
		}
		if (value.isBlank()) {
			throw new WalConfigurationException(name, value,
					"a value is required; without the property, its default is used");
		}
		List<String> choices = (type == boolean.class) ? BOOLEANS : type.isEnum()
				? Arrays.stream(type.getEnumConstants()).map(WalPropertiesCheck::kebab).toList() : List.of();
		if (!choices.isEmpty() && !isConvertible(value, type)) {
			String nearest = nearest(value, choices.stream());
			throw new WalConfigurationException(name, value,
					"must be one of " + String.join(", ", (type == boolean.class) ? BOOLEANS.subList(0, 2) : choices)
							+ ((nearest != null) ? " (did you mean '" + nearest + "'?)" : ""));
		}
	}

	private void rejectWithoutEffect(String name, Pattern dependants) {
		for (String dependant : this.types.keySet()) {
			if (dependants.matcher(dependant).matches() && value(dependant) != null) {
				throw new WalConfigurationException(dependant, value(dependant),
						"has no effect while 'wal." + name + "' is false");
			}
		}
	}

	private boolean isTrue(String name) {
		return this.binder.bind("wal." + name, Boolean.class).orElse(true);
	}

	private @Nullable String value(String name) {
		// A property source of a test or a program may hold a Path or a Duration.
		BindResult<Object> value = this.binder.bind("wal." + name, Object.class);
		return value.isBound() ? value.get().toString() : null;
	}

	private static boolean isConvertible(String value, Class<?> type) {
		try {
			ApplicationConversionService.getSharedInstance().convert(value, type);
			return true;
		}
		catch (ConversionException ex) {
			return false;
		}
	}

	private static String kebab(Object constant) {
		return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Return the candidate that fewest changes of a letter make of a word, or
	 * {@code null} if every candidate needs more than a third of its letters changed.
	 */
	private static @Nullable String nearest(String word, Stream<String> candidates) {
		String letters = letters(word);
		return candidates.filter((candidate) -> changes(letters, letters(candidate)) * 3 <= candidate.length())
			.min((one, other) -> changes(letters, letters(one)) - changes(letters, letters(other)))
			.orElse(null);
	}

	private static String letters(String name) {
		return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
	}

	/**
	 * The distance of Levenshtein, with two letters that changed places as one change.
	 */
	private static int changes(String from, String to) {
		int[][] changes = new int[from.length() + 1][to.length() + 1];
		for (int i = 0; i <= from.length(); i++) {
			for (int j = 0; j <= to.length(); j++) {
				if (i == 0 || j == 0) {
					changes[i][j] = i + j;
					continue;
				}
				boolean same = from.charAt(i - 1) == to.charAt(j - 1);
				int least = Math.min(changes[i - 1][j], changes[i][j - 1]) + 1;
				changes[i][j] = Math.min(least, changes[i - 1][j - 1] + (same ? 0 : 1));
				if (i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2)
						&& from.charAt(i - 2) == to.charAt(j - 1)) {
					changes[i][j] = Math.min(changes[i][j], changes[i - 2][j - 2] + 1);
				}
			}
		}
		return changes[from.length()][to.length()];
	}

	/**
	 * Checks before any bean is created, also if the log is switched off: 'wal.enabled'
	 * may be misspelt.
	 */
	static class Runner implements BeanFactoryPostProcessor {

		@Override
		public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
			new WalPropertiesCheck(beanFactory.getBean(Environment.class)).run();
		}

	}

}
