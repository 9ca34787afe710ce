// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.file.Path;

import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.core.convert.converter.Converter;

/**
 * Lets a test or a program set a directory as a {@link Path}. The properties themselves
 * are texts, because Spring looks for a relative {@code Path} on the class path first.
 */
@ConfigurationPropertiesBinding
final class PathToStringConverter implements Converter<Path, String> {

	@Override
	public String convert(Path path) {
		return path.toString();
	}

}
