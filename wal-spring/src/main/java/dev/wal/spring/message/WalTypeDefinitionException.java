// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import dev.wal.WalException;

/**
 * The types, codecs or upcasters of the application contradict each other, or a class
 * would not be read as it was written. Thrown when the application starts, before the log
 * is used.
 */
public class WalTypeDefinitionException extends WalException {

	private static final long serialVersionUID = 1L;

	private final String problem;

	private final String action;

	/**
	 * Create an exception.
	 * @param message what is wrong, and where
	 * @param action what to do
	 */
	public WalTypeDefinitionException(String message, String action) {
		super(message + ". " + action + ".");
		this.problem = message;
		this.action = action + ".";
	}

	/**
	 * Name the type that the exception is about.
	 */
	WalTypeDefinitionException of(WalTypes.Type type) {
		return new WalTypeDefinitionException(type + ": " + this.problem,
				this.action.substring(0, this.action.length() - 1));
	}

	/**
	 * Return what is wrong, and where.
	 * @return a sentence without its full stop
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * Return what to do.
	 * @return a sentence
	 */
	public String action() {
		return this.action;
	}

}
