// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the text in a lock file.
 */
@Tag("R9")
class LockPageTests {

	private static final Holder HOLDER = new Holder(4711, 12_345_678, new UUID(1, 2), 4_026_531_836L, new UUID(3, 4),
			"(dev=fd01,ino=1048577)");

	private static LockPage page(String path) {
		return new LockPage(HOLDER, false, "web-1", "2026-11-21T02:03:33.490Z", LockPage.escape(path));
	}

	@Test
	void pageIsReadAsItWasWritten() {
		LockPage page = page("/srv/a b\\c\nd\t\u00e9/wal");
		assertThat(LockPage.decode(page.encode())).isEqualTo(page);
		assertThat(LockPage.decode(page.release().encode())).isEqualTo(page.release());
	}

	@Test
	void pageIsTextThatAPersonCanRead() {
		assertThat(new String(page("/srv/wal").encode(), StandardCharsets.UTF_8))
			.contains("\nstate held\n", "\nprocess 4711\n", "\nhost web-1\n", "\npath /srv/wal\n")
			.hasSize(LockPage.SIZE);
		assertThat(page("/srv/wal").describe()).isEqualTo("process 4711 on web-1, since 2026-11-21T02:03:33.490Z");
	}

	@Test
	void pathThatHasNoRoomIsLeftOut() {
		LockPage page = page("/x".repeat(2040));
		assertThat(LockPage.decode(page.encode())).isEqualTo(page(""));
	}

	@Test
	void everyFlippedBitLeavesNobodyNamed() {
		byte[] bytes = page("/srv/wal").encode();
		// The line break at the end is not part of what the checksum says.
		for (int bit = 0; bit < (bytes.length - 1) * 8; bit++) {
			byte[] flipped = bytes.clone();
			flipped[bit / 8] ^= (byte) (1 << bit % 8);
			LockPage read = LockPage.decode(flipped);
			assertThat(read).as("bit %s", bit).isNull();
		}
	}

	@Test
	void everythingElseNamesNobody() {
		for (int size : new int[] { 0, 1, 60, LockPage.SIZE - 1, LockPage.SIZE }) {
			assertThat(LockPage.decode(new byte[size])).isNull();
		}
	}

}
