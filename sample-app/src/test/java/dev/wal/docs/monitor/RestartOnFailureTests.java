// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.monitor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import dev.wal.docs.Application;
import dev.wal.spring.WalFailedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the bean that breaks the liveness of an application whose log has failed.
 */
class RestartOnFailureTests {

	@Test
	void failedLogBreaksTheLiveness(@TempDir Path directory) {
		try (ConfigurableApplicationContext context = Application.start(directory, List.of(RestartOnFailure.class))) {
			ApplicationAvailability availability = context.getBean(ApplicationAvailability.class);
			assertThat(availability.getLivenessState()).isEqualTo(LivenessState.CORRECT);
			context.publishEvent(new WalFailedEvent(new IOException("Input/output error")));
			assertThat(availability.getLivenessState()).isEqualTo(LivenessState.BROKEN);
		}
	}

}
