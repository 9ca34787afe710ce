// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a moment: a time with its zone, or how long ago.
 */
final class Moment implements ITypeConverter<Instant> {

	@Override
	public Instant convert(String value) {
		try {
			return value.startsWith("P") ? Instant.now().minus(Duration.parse(value))
					: OffsetDateTime.parse(value).toInstant();
		}
		catch (DateTimeParseException ex) {
			throw new TypeConversionException("'" + value
					+ "' is neither a time such as 2026-11-21T02:00:00Z nor a duration before now such as PT15M");
		}
	}

}
