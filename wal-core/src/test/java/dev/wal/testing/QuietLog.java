// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Silences the log where thousands of failures are provoked on purpose.
 */
public class QuietLog implements BeforeAllCallback, AfterAllCallback {

	@Override
	public void beforeAll(ExtensionContext context) {
		engine().setLevel(Level.OFF);
	}

	@Override
	public void afterAll(ExtensionContext context) {
		engine().setLevel(null);
	}

	private static Logger engine() {
		return (Logger) LoggerFactory.getLogger("dev.wal");
	}

}
