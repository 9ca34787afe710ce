// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.wal.message.MessageEnvelope;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * The classes whose values can be appended, with their names in the log. Immutable.
 */
public final class WalTypes {

	private final Map<Class<?>, Type> byClass;

	/** Former names too. */
	private final Map<String, Type> byName;

	private final Map<Class<?>, KeyReader> keys;

	private WalTypes(Builder builder) {
		this.byClass = Map.copyOf(builder.byClass);
		this.byName = Map.copyOf(builder.byName);
		Map<Class<?>, KeyReader> keys = new HashMap<>();
		for (Class<?> javaType : this.byClass.keySet()) {
			KeyReader key = KeyReader.find(javaType);
			if (key != null) {
				keys.put(javaType, key);
			}
		}
		this.keys = Map.copyOf(keys);
	}

	/**
	 * Return a builder without types.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Find a type.
	 * @param name its name, or a former name
	 * @return the type
	 */
	public Optional<Type> find(String name) {
		return Optional.ofNullable(this.byName.get(name));
	}

	/**
	 * Return the name of a class in the log.
	 * @param javaType the class
	 * @return its name
	 * @throws WalTypeException if it has none
	 */
	public String nameOf(Class<?> javaType) {
		return get(javaType).name();
	}

	/**
	 * Return all types.
	 * @return the types, in the order of their names
	 */
	public List<Type> all() {
		return this.byClass.values().stream().sorted(Comparator.comparing(Type::name)).toList();
	}

	Type get(Class<?> javaType) {
		Type type = this.byClass.get(javaType);
		if (type == null) {
			throw new WalTypeException(null, "Values of " + javaType.getName()
					+ " cannot be appended: the class has no name in the log. " + advice(javaType));
		}
		return type;
	}

	private static String advice(Class<?> javaType) {
		if (javaType.isAnnotationPresent(WalType.class)) {
			return "It has @WalType, but is not in one of the packages that are searched. "
					+ "Add its package to 'wal.types.packages'.";
		}
		return "Annotate it with @WalType, or add it with a WalTypesCustomizer bean.";
	}

	@Nullable String keyOf(Object value, Class<?> javaType) {
		KeyReader key = this.keys.get(javaType);
		return (key != null) ? key.read(value) : null;
	}

	/**
	 * A class with a name in the log.
	 *
	 * @param name the name
	 * @param version the version
	 * @param javaType the class
	 * @param formerNames names that records of the class had before
	 */
	public record Type(String name, int version, Class<?> javaType, Set<String> formerNames) {

		/**
		 * Create a type.
		 */
		public Type {
			formerNames = Set.copyOf(formerNames);
		}

		@Override
		public String toString() {
			return this.name + " v" + this.version;
		}

	}

	/**
	 * Collects types. Not thread-safe.
	 */
	public static final class Builder {

		private final Map<Class<?>, Type> byClass = new LinkedHashMap<>();

		private final Map<String, Type> byName = new HashMap<>();

		private Builder() {
		}

		/**
		 * Add an annotated class.
		 * @param javaType the class, with {@link WalType @WalType}
		 * @return this builder
		 * @throws WalTypeDefinitionException if it has no name, a bad one, or that of
		 * another class
		 */
		public Builder add(Class<?> javaType) {
			WalType annotation = javaType.getAnnotation(WalType.class);
			if (annotation == null) {
				throw new WalTypeDefinitionException(javaType.getName() + " has no @WalType",
						"Annotate it, or give it a name here");
			}
			return add(javaType, annotation.value(), annotation.version(), annotation.formerNames());
		}

		/**
		 * Search packages and those below them for annotated classes, and add these.
		 * @param packages the names of the packages
		 * @param classLoader finds and loads the classes
		 * @return this builder
		 * @throws WalTypeDefinitionException as {@link #add(Class)}
		 */
		public Builder scan(Collection<String> packages, ClassLoader classLoader) {
			ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(
					false) {

				@Override
				protected boolean isCandidateComponent(AnnotatedBeanDefinition definition) {
					// One that cannot be a type is told of, not left out.
					return true;
				}

			};
			scanner.setResourceLoader(new DefaultResourceLoader(classLoader));
			scanner.addIncludeFilter(new AnnotationTypeFilter(WalType.class, false));
			for (String base : packages) {
				for (BeanDefinition found : scanner.findCandidateComponents(base)) {
					add(ClassUtils.resolveClassName(Objects.requireNonNull(found.getBeanClassName()), classLoader));
				}
			}
			return this;
		}

		/**
		 * Add a class under a name.
		 * @param javaType the class
		 * @param name its name in the log, as in {@link WalType#value()}
		 * @param version its version, from 1 to 65535
		 * @param formerNames names that its records had before
		 * @return this builder
		 * @throws WalTypeDefinitionException if a name is bad or belongs to another class
		 */
		public Builder add(Class<?> javaType, String name, int version, String... formerNames) {
			Objects.requireNonNull(javaType, "javaType must not be null");
			checkName(javaType, name);
			checkClass(javaType);
			if (version < 1 || version > MessageEnvelope.MAX_VERSION) {
				throw new WalTypeDefinitionException("The version " + version + " of " + javaType.getName()
						+ " is not from 1 to " + MessageEnvelope.MAX_VERSION, "Correct the version");
			}
			Type type = new Type(name, version, javaType, new TreeSet<>(Arrays.asList(formerNames)));
			Type other = this.byClass.put(javaType, type);
			if (other != null && !other.equals(type)) {
				throw new WalTypeDefinitionException(
						javaType.getName() + " has two names: '" + other.name() + "' and '" + name + "'",
						"Give it one name, and list the other as a former name");
			}
			if (other == null) {
				claim(name, type);
				for (String formerName : type.formerNames()) {
					checkName(javaType, formerName);
					claim(formerName, type);
				}
			}
			return this;
		}

		private static void checkName(Class<?> javaType, String name) {
			if (!MessageEnvelope.isTypeName(name)) {
				throw new WalTypeDefinitionException(
						"'" + name + "', a name of " + javaType.getName() + ", is not the name of a type",
						"Use 1 to 100 of a-z, 0-9, '.' and '-', beginning with a letter");
			}
		}

		private static void checkClass(Class<?> javaType) {
			if (Modifier.isAbstract(javaType.getModifiers())) {
				throw new WalTypeDefinitionException(
						javaType.getName() + " has a name in the log, but no value has exactly this class",
						"Name each class that implements or extends it instead");
			}
		}

		private void claim(String name, Type type) {
			Type other = this.byName.putIfAbsent(name, type);
			if (other != null) {
				throw new WalTypeDefinitionException(
						"Two classes have the name '" + name + "' in the log: " + other.javaType().getName() + " and "
								+ type.javaType().getName(),
						"Rename one of them. Records that are in the log keep the name they have");
			}
		}

		/**
		 * Return the types added so far.
		 * @return the types
		 * @throws WalTypeDefinitionException if a class has two keys
		 */
		public WalTypes build() {
			return new WalTypes(this);
		}

	}

}
