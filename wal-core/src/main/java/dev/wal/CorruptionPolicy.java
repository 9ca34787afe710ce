// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * What opening does when data is damaged that was acknowledged as durable.
 * <p>
 * A torn tail is not damage: bytes that no caller was promised are cut off under every
 * policy.
 */
public enum CorruptionPolicy {

	/**
	 * Refuse to open with a {@link WalCorruptedException} and leave every byte as it is.
	 */
	FAIL,

	/**
	 * Keep the records before the first damage, move everything from there on out of the
	 * way, and go on in a fresh segment. This is an explicit loss of acknowledged data.
	 * The LSNs of what is lost are not used again.
	 */
	TRUNCATE,

	/**
	 * Keep every record that can be read, before and after the damage, and report each
	 * gap. The damaged bytes stay where they are until a checkpoint passes them; only a
	 * newest segment whose header cannot be read is moved out of the way at once.
	 */
	SKIP

}
