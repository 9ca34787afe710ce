// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * An engine that opens one log. Its settings are validated when it is made; it opens
 * nothing before it is told to.
 *
 * @param <L> the type of its log
 */
public interface WalBackend<L extends WriteAheadLog> {

	/**
	 * Return the name of the engine.
	 * @return the name, {@code "local"} for a log in files
	 */
	String name();

	/**
	 * Return where the log is, for messages.
	 * @return the directory of a log in files
	 */
	String location();

	/**
	 * Open the log, creating it if there is none, recover it, and take its lock.
	 * @return the log, to be closed
	 * @throws WalException if it cannot be opened, with a type for each reason
	 */
	L open();

	/**
	 * Open the log for reading only, without its lock and without changing anything.
	 * @return the log as it is now, to be closed
	 * @throws WalException if it cannot be opened, with a type for each reason
	 */
	WalView openReadOnly();

}
