// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/**
 * Reads the key of a value: what {@link WalKey @WalKey} marks in its class.
 */
final class KeyReader {

	private final Member member;

	private KeyReader(Member member) {
		this.member = member;
	}

	/**
	 * Find what is marked in a class and the classes that it extends.
	 * @return its reader, or {@code null} if nothing is marked
	 * @throws WalTypeDefinitionException if more than one property is marked
	 */
	static @Nullable KeyReader find(Class<?> javaType) {
		// A component of a record passes its annotation on to its field and its method.
		Map<String, Member> marked = new LinkedHashMap<>();
		for (Class<?> type = javaType; type != null && type != Object.class; type = type.getSuperclass()) {
			for (Field field : type.getDeclaredFields()) {
				if (field.isAnnotationPresent(WalKey.class)) {
					marked.putIfAbsent(field.getName(), field);
				}
			}
			for (Method method : type.getDeclaredMethods()) {
				if (method.isAnnotationPresent(WalKey.class) && !method.isBridge()) {
					marked.putIfAbsent(property(javaType, method), method);
				}
			}
		}
		if (marked.size() > 1) {
			throw new WalTypeDefinitionException(
					javaType.getName() + " has " + marked.size() + " keys: " + String.join(", ", marked.keySet()),
					"Leave @WalKey at one of them");
		}
		return marked.isEmpty() ? null : new KeyReader(accessible(javaType, marked.values().iterator().next()));
	}

	private static String property(Class<?> javaType, Method method) {
		if (method.getParameterCount() > 0 || method.getReturnType() == void.class) {
			throw new WalTypeDefinitionException("@WalKey is at the method " + method.getName() + " of "
					+ javaType.getName() + ", which is no getter",
					"Move it to a record component, a field or a getter");
		}
		String name = method.getName();
		if (javaType.isRecord()) {
			return name;
		}
		int prefix = name.startsWith("get") ? 3 : name.startsWith("is") ? 2 : 0;
		return (name.length() > prefix) ? StringUtils.uncapitalize(name.substring(prefix)) : name;
	}

	private static Member accessible(Class<?> javaType, Member member) {
		if (Modifier.isStatic(member.getModifiers())) {
			throw new WalTypeDefinitionException(
					"@WalKey is at " + member.getName() + " of " + javaType.getName() + ", which is static",
					"Move it to what each value has");
		}
		try {
			((AccessibleObject) member).setAccessible(true);
			return member;
		}
		catch (InaccessibleObjectException ex) {
			throw new WalTypeDefinitionException(
					"The key " + member.getName() + " of " + javaType.getName() + " cannot be read",
					"Open the package to reflection in its module, or mark a public getter of a public class");
		}
	}

	@Nullable String read(Object value) {
		Object key;
		if (this.member instanceof Method method) {
			key = ReflectionUtils.invokeMethod(method, value);
		}
		else {
			key = ReflectionUtils.getField((Field) this.member, value);
		}
		return (key != null) ? String.valueOf(key) : null;
	}

}
