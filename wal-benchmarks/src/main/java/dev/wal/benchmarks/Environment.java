// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where figures come from: without it they mean nothing.
 */
final class Environment {

	private Environment() {
	}

	static Map<String, Object> describe(Settings settings, Device device) {
		Runtime runtime = Runtime.getRuntime();
		Map<String, Object> values = new LinkedHashMap<>();
		values.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
		values.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
		values.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
				+ System.getProperty("os.arch"));
		values.put("processors", runtime.availableProcessors());
		values.put("maxHeapMiB", runtime.maxMemory() >> 20);
		values.put("fileSystem", device.fileSystem());
		values.put("device", device.name());
		values.put("turns", settings.turns());
		values.put("warmUpMillis", settings.warmUp().toMillis());
		values.put("measureMillis", settings.measure().toMillis());
		return values;
	}

}
