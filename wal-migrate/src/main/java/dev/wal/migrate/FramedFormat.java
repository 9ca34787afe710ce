// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;

/**
 * A layout of length-prefixed records.
 */
final class FramedFormat implements LegacyFormat {

	private final FrameDecoder decoder;

	private final Numbering numbering;

	FramedFormat(FrameDecoder decoder, Numbering numbering) {
		this.decoder = decoder;
		this.numbering = numbering;
	}

	@Override
	public LegacyCursor open(LegacyFile file, FileProgress progress, boolean last) throws IOException {
		return new FrameCursor(this.decoder, this.numbering, file, progress, last);
	}

}
