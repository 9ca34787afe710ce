// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.util.Map;

import dev.wal.WriteAheadLog;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.boot.metrics.WalMeterObserver;
import dev.wal.spring.boot.metrics.WalMetrics;
import dev.wal.spring.boot.metrics.WalTemplateMetrics;
import dev.wal.spring.boot.metrics.WalTraceMeterObserver;
import dev.wal.spring.boot.metrics.WalTraceMetrics;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.lifecycle.BeanNames;
import dev.wal.spring.lifecycle.WalHandle;
import dev.wal.spring.listener.WalListenerDeliveries;
import dev.wal.spring.replay.WalSnapshotter;
import dev.wal.spring.workflow.WalTraceRecoverer;
import dev.wal.trace.TraceJournal;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the meters of the write-ahead
 * log.
 */
@AutoConfiguration(after = WalAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ WriteAheadLog.class, MeterRegistry.class })
public final class WalMetricsAutoConfiguration {

	// Depends on no log, because it is a part of the log, and on no registry, which binds
	// it later.
	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(WalHandle.class)
	WalMeterObserver walMeterObserver() {
		return new WalMeterObserver("writeAheadLog");
	}

	@Bean
	@ConditionalOnMissingBean
	WalMetrics walMetrics(Map<String, WriteAheadLog> logs, ObjectProvider<WalCheckpointer> checkpointer,
			ObjectProvider<WalListenerDeliveries> listeners, ObjectProvider<WalSnapshotter> snapshotter) {
		return new WalMetrics(logs, checkpointer.getIfAvailable(), listeners.getIfAvailable(),
				snapshotter.getIfAvailable());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(WalTemplate.class)
	@ConditionalOnSingleCandidate(WriteAheadLog.class)
	WalTemplateMetrics walTemplateMetrics(WalTemplate template, WriteAheadLog wal, ListableBeanFactory beanFactory) {
		return new WalTemplateMetrics(template, BeanNames.of(beanFactory, WriteAheadLog.class, wal));
	}

	// Depends on no journal, because it is a part of the journal.
	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(WalTraceRecoverer.class)
	WalTraceMeterObserver walTraceMeterObserver(WriteAheadLog wal, ListableBeanFactory beanFactory) {
		return new WalTraceMeterObserver(BeanNames.of(beanFactory, WriteAheadLog.class, wal));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(WalTraceRecoverer.class)
	WalTraceMetrics walTraceMetrics(TraceJournal journal, WriteAheadLog wal, ListableBeanFactory beanFactory) {
		return new WalTraceMetrics(journal, BeanNames.of(beanFactory, WriteAheadLog.class, wal));
	}

}
