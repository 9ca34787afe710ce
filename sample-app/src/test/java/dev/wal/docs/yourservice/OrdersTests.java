// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.yourservice;

import java.nio.file.Path;

import dev.wal.Lsn;
import dev.wal.WriteAheadLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
// Closes the log after the last test of this class.
@DirtiesContext
class OrdersTests {

	@TempDir
	static Path directory;

	@Autowired
	Orders orders;

	@Autowired
	WriteAheadLog wal;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		registry.add("wal.directory", () -> directory.resolve("wal"));
	}

	@Test
	void placedOrderIsOnTheDisk() {
		Lsn lsn = this.orders.place("paper tape");
		assertThat(this.wal.durableLsn()).isEqualTo(lsn);
	}

}
