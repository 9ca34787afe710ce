package dev.wal.segment;

import java.nio.ByteBuffer;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WriteBuffer}, which computes the checksum of a body piece by piece.
 */
class WriteBufferTests {

	private final WriteBuffer buffer = new WriteBuffer(256 * 1024);

	private final Random random = new Random(7);

	@Test
	void checksumIsThatOfTheWholeBodyHoweverItCameInR12() {
		long[] salts = { 0, 0, 5, 5, 5, -9, 5, -9, -9 };
		for (int size : new int[] { 0, 1, 100, 5000, 20_000, 70_000 }) {
			for (long salt : salts) {
				this.buffer.clear();
				int records = 1 + this.random.nextInt(3);
				for (int i = 0; i < records; i++) {
					add(size);
				}
				assertThatBlockIsRight(salt);
			}
		}
	}

	@Test
	void recordsThatWereTakenBackAreNotInTheChecksumR12() {
		assertThatBlockIsRight(3);
		this.buffer.clear();
		add(50_000);
		this.buffer.clear();
		add(30_000);
		assertThatBlockIsRight(3);
	}

	private void add(int size) {
		byte[] payload = new byte[size];
		this.random.nextBytes(payload);
		if (this.random.nextBoolean()) {
			this.buffer.add(1, payload);
		}
		else {
			this.buffer.add(1, ByteBuffer.wrap(payload));
		}
	}

	private void assertThatBlockIsRight(long salt) {
		BlockHeader header = new BlockHeader();
		header.firstLsn = 1;
		header.count = 1;
		ByteBuffer block = this.buffer.finish(header, salt, null, null, new Checksum());
		int body = block.position() + Format.BLOCK_HEADER_SIZE;
		BlockHeader found = new BlockHeader();
		assertThat(found.decode(block, block.position(), salt, new Checksum())).isTrue();
		assertThat(found.bodyCrc).isEqualTo(new Checksum().of(salt, block, body, block.limit()));
		assertThat(found.size()).isEqualTo(block.remaining());
	}

}
