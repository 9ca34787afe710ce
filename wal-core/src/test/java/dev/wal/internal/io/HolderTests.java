// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.util.UUID;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests the bytes in which files name the process that has a log open.
 */
@Tag("R65")
class HolderTests {

	private static final Holder HOLDER = new Holder(4711, 123456, new UUID(1, 2), 4026531836L, new UUID(3, 4),
			"(dev=fd01,ino=1234567890123456789)");

	@Test
	void aHolderIsReadAsItWasWritten() {
		assertThat(Holder.decode(HOLDER.encode())).isEqualTo(HOLDER);
		Holder unknown = new Holder(1, 0, new UUID(0, 0), 0, new UUID(5, 6), "");
		assertThat(Holder.decode(unknown.encode())).isEqualTo(unknown);
	}

	@Test
	void aFileKeyThatHasNoRoomIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Holder(1, 0, new UUID(0, 0), 0, new UUID(5, 6), "x".repeat(57)));
		byte[] longest = new Holder(1, 0, new UUID(0, 0), 0, new UUID(5, 6), "x".repeat(56)).encode();
		assertThat(longest).hasSize(Holder.MAX_SIZE);
	}

	@Test
	void bytesOfAnotherLengthAreNoHolder() {
		assertThatIllegalArgumentException().isThrownBy(() -> Holder.decode(new byte[55]));
		assertThatIllegalArgumentException().isThrownBy(() -> Holder.decode(new byte[Holder.MAX_SIZE + 1]));
	}

}
