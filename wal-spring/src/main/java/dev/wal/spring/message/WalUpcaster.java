// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

/**
 * Turns the JSON of an older version of a type into that of a newer one. Beans of this
 * type are called when such a record is read; what is in the log never changes.
 * <p>
 * They form chains, checked when the application starts: each ends at a class, no version
 * has two upcasters, and none is missing on the way. Thread-safe.
 */
public interface WalUpcaster {

	/**
	 * Return the type that this upcaster takes.
	 * @return a name, perhaps one that no class has any more
	 */
	String type();

	/**
	 * Return the version that this upcaster takes.
	 * @return the version
	 */
	int fromVersion();

	/**
	 * Return the type that this upcaster gives.
	 * @return a name, the same by default
	 */
	default String toType() {
		return type();
	}

	/**
	 * Return the version that this upcaster gives.
	 * @return the version, by default the one after {@link #fromVersion()}; any if the
	 * name changes
	 */
	default int toVersion() {
		return fromVersion() + 1;
	}

	/**
	 * Turn a message into a newer one.
	 * @param revision a message of the type and version that this upcaster takes
	 * @return a message of the type and version that this upcaster gives, such as
	 * {@link WalRevision#next() revision.next()}
	 */
	WalRevision upcast(WalRevision revision);

}
