// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.std.ContainerDeserializerBase;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedClassResolver;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/**
 * Walks from a class to all that its values contain, along the deserializers that Jackson
 * would use, and finds what would be read as something else than was written.
 */
final class JsonReadableCheck {

	private static final String ACTION = "Use a class that says what it holds, describe its kinds with "
			+ "@JsonTypeInfo, or add a WalCodec bean for the class";

	private final DeserializationContext context;

	private final Set<JavaType> seen = new HashSet<>();

	JsonReadableCheck(JsonMapper mapper) {
		this.context = mapper._deserializationContext();
	}

	/**
	 * Check a class.
	 * @throws WalTypeDefinitionException with the path to what cannot be read
	 */
	void check(Class<?> javaType) {
		JavaType type = this.context.constructType(javaType);
		try {
			walk(type, deserializer(type), false, "");
		}
		catch (JacksonException ex) {
			throw new WalTypeDefinitionException(
					javaType.getName() + " cannot be read from JSON (" + ex.getClass().getSimpleName() + ")",
					"Change the class so that Jackson can create it, or add a WalCodec bean for it");
		}
	}

	private ValueDeserializer<?> deserializer(JavaType type) {
		return this.context.findContextualValueDeserializer(type, null);
	}

	private void walk(JavaType type, ValueDeserializer<?> deserializer, boolean typed, String path) {
		if (type.isPrimitive() || type.isEnumType()) {
			return;
		}
		if (typed) {
			walkSubtypes(type, path);
			return;
		}
		if (type.isJavaLangObject()) {
			throw unreadable(path, "is an Object, and would be read as a map, a list, a text or a number");
		}
		if (type.hasRawClass(Number.class) || deserializer instanceof AbstractDeserializer) {
			throw unreadable(path, "is an " + (type.isInterface() ? "interface" : "abstract class")
					+ " without @JsonTypeInfo: " + type.getRawClass().getName());
		}
		if (type.getRawClass().getTypeParameters().length > 0 && type.getBindings().isEmpty()) {
			throw unreadable(path, "has open type parameters: " + type.getRawClass().getName());
		}
		if (type.getContentType() != null) {
			walkContent(type, deserializer, path);
		}
		else if (deserializer instanceof BeanDeserializerBase bean && this.seen.add(type)) {
			walkProperties(type, bean, path);
		}
	}

	private void walkSubtypes(JavaType type, String path) {
		AnnotatedClass base = AnnotatedClassResolver.resolve(this.context.getConfig(), type, this.context.getConfig());
		for (NamedType named : this.context.getConfig()
			.getSubtypeResolver()
			.collectAndResolveSubtypesByTypeId(this.context.getConfig(), base)) {
			JavaType subtype = this.context.constructSpecializedType(type, named.getType());
			if (!subtype.isAbstract()) {
				walk(subtype, deserializer(subtype), false, path + "(" + named.getType().getSimpleName() + ")");
			}
		}
	}

	private void walkContent(JavaType type, ValueDeserializer<?> deserializer, String path) {
		JavaType key = type.getKeyType();
		if (key != null && key.isJavaLangObject()) {
			throw unreadable(path, "is a map with keys of any kind, which would be read as texts");
		}
		JavaType content = type.getContentType();
		boolean typed = content.getTypeHandler() != null || this.context.findTypeDeserializer(content) != null;
		ValueDeserializer<?> contents = contents(deserializer);
		walk(content, (contents != null) ? contents : deserializer(content), typed,
				type.isReferenceType() ? path : path + (type.isMapLikeType() ? "{}" : "[]"));
	}

	private static @Nullable ValueDeserializer<?> contents(ValueDeserializer<?> deserializer) {
		return (deserializer instanceof ContainerDeserializerBase<?> container) ? container.getContentDeserializer()
				: null;
	}

	private void walkProperties(JavaType type, BeanDeserializerBase bean, String path) {
		Class<?> javaType = type.getRawClass();
		if (!bean.getValueInstantiator().canInstantiate()) {
			throw unreadable(path, "has no constructor that Jackson can use: " + javaType.getName());
		}
		if (bean.getPropertyCount() == 0 && hasFields(javaType)) {
			throw unreadable(path, "has fields, but no property that Jackson would write: " + javaType.getName());
		}
		for (Iterator<SettableBeanProperty> properties = bean.properties(); properties.hasNext();) {
			SettableBeanProperty property = properties.next();
			ValueDeserializer<?> deserializer = property.hasValueDeserializer() ? property.getValueDeserializer()
					: deserializer(property.getType());
			walk(property.getType(), deserializer, property.hasValueTypeDeserializer(),
					(path.isEmpty() ? "" : path + ".") + property.getName());
		}
	}

	private static boolean hasFields(Class<?> javaType) {
		return Arrays.stream(javaType.getDeclaredFields())
			.anyMatch((field) -> (field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0
					&& !field.isSynthetic());
	}

	/** The type is named by its caller. */
	private static WalTypeDefinitionException unreadable(String path, String problem) {
		return new WalTypeDefinitionException((path.isEmpty() ? "it" : path) + " " + problem, ACTION);
	}

}
