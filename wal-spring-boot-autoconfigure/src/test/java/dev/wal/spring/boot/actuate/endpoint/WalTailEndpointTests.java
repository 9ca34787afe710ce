// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.actuate.endpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import dev.wal.TailState;
import dev.wal.WriteAheadLog;
import dev.wal.spring.boot.actuate.endpoint.WalTailEndpoint.TailStateDescriptor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WalTailEndpoint}.
 */
class WalTailEndpointTests {

	@TempDir
	private Path temp;

	@Test
	@Tag("R61")
	@Tag("R99")
	void showsWhyATailWasCutAndWhereItsBytesAre() throws IOException {
		Path directory = logWithATornTail(100);
		try (WriteAheadLog wal = WriteAheadLog.builder(directory).open()) {
			TailStateDescriptor tail = new WalTailEndpoint(wal).tail().tail();
			assertThat(tail).isNotNull();
			assertThat(tail.kind()).isEqualTo(TailState.Kind.TRUNCATED);
			assertThat(tail.place()).isEqualTo("wal-00000000000000000001.log");
			assertThat(tail.cutBytes()).isEqualTo(100);
			assertThat(tail.expectedLsn()).isEqualTo(2);
			assertThat(tail.reason()).contains("block header");
			assertThat(tail.savedAs()).isEqualTo("wal-00000000000000000001." + tail.offset() + ".torn");
			assertThat(directory.resolve(tail.savedAs())).hasSize(100);
		}
	}

	/**
	 * Return the directory of a log as a killed process leaves it, with bytes at its end
	 * that are no block.
	 */
	private Path logWithATornTail(int bytes) throws IOException {
		Path killed = Files.createDirectory(this.temp.resolve("killed"));
		try (WriteAheadLog wal = WriteAheadLog.builder(this.temp.resolve("log")).preallocate(false).open()) {
			wal.append(new byte[10]);
			for (String name : new String[] { "wal.control", "wal-00000000000000000001.log" }) {
				Files.copy(this.temp.resolve("log").resolve(name), killed.resolve(name));
			}
		}
		byte[] torn = "x".repeat(bytes).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
		Files.write(killed.resolve("wal-00000000000000000001.log"), torn, StandardOpenOption.APPEND);
		return killed;
	}

}
