// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring;

import org.springframework.core.env.PropertyResolver;

/**
 * Describes exceptions of the application to operators. Where a message may quote data,
 * only the kind of the exception is shown.
 *
 * @param messages whether messages are shown
 */
public record FailureText(boolean messages) {

	/** The property that decides whether messages are shown. */
	public static final String PROPERTY = "wal.show-exception-messages";

	/**
	 * Read whether messages are shown.
	 * @param properties the properties of the application
	 * @return how they are described
	 */
	public static FailureText of(PropertyResolver properties) {
		return new FailureText(properties.getProperty(PROPERTY, Boolean.class, true));
	}

	/**
	 * Describe an exception.
	 * @param failure the exception
	 * @return its message, or its kind if there is none or it is hidden
	 */
	public String of(Throwable failure) {
		String message = failure.getMessage();
		String kind = failure.getClass().getSimpleName();
		if (!this.messages) {
			return kind + " ('" + PROPERTY + "' is false)";
		}
		return (message != null && !message.isBlank()) ? message : kind + " without a message";
	}

}
