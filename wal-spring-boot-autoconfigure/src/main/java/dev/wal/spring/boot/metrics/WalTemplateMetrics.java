// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.metrics;

import dev.wal.spring.WalTemplate;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Binds what a template counts.
 */
public class WalTemplateMetrics implements MeterBinder {

	private final WalTemplate template;

	private final String name;

	/**
	 * Create the binder.
	 * @param template the template
	 * @param name the bean name of its log
	 */
	public WalTemplateMetrics(WalTemplate template, String name) {
		this.template = template;
		this.name = name;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		FunctionCounter.builder(WalMeters.TYPES_UNREADABLE, this.template, WalTemplate::skippedMessages)
			.description("Messages that were skipped because they could not be read")
			.tag(WalMeters.TAG_WAL, this.name)
			.register(registry);
	}

}
