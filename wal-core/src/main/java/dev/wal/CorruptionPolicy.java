// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * What opening does when data is damaged that was acknowledged as durable.
 * <p>
 * A torn tail is not damage: nothing shows that its bytes were acknowledged. It is
 * removed under every policy.
 */
public enum CorruptionPolicy {

	/**
	 * Refuse to open with a {@link WalCorruptedException} and leave every byte as it is.
	 */
	FAIL,

	/**
	 * Keep the records before the first damage, rename everything from there on to side
	 * files, and continue in a new segment. This loses acknowledged records. The LSNs of
	 * what is lost are not used again.
	 */
	TRUNCATE,

	/**
	 * Keep every record that can be read, before and after the damage, and report each
	 * gap. The damaged bytes stay where they are until a checkpoint passes them; only a
	 * newest segment whose header cannot be read is renamed to a side file at once.
	 */
	SKIP

}
