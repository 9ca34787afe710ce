// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.util.Objects;

import picocli.CommandLine.IVersionProvider;

/**
 * The version that the jar was built with.
 */
final class ManifestVersion implements IVersionProvider {

	@Override
	public String[] getVersion() {
		String version = WalCommand.class.getPackage().getImplementationVersion();
		return new String[] { "wal " + Objects.requireNonNullElse(version, "(not from a jar)") };
	}

}
