// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import dev.wal.WriteAheadLog;
import dev.wal.spring.FailureText;
import dev.wal.spring.boot.health.WalHealthIndicator;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.listener.WalListenerDeliveries;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalSnapshotter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.CompositeHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link WalHealthIndicator}.
 */
@AutoConfiguration(after = WalAutoConfiguration.class)
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(WriteAheadLog.class)
@ConditionalOnEnabledHealthIndicator("wal")
public final class WalHealthContributorAutoConfiguration
		extends CompositeHealthContributorConfiguration<WalHealthIndicator, WriteAheadLog> {

	WalHealthContributorAutoConfiguration(ObjectProvider<WalReplayProgress> replay,
			ObjectProvider<WalCheckpointer> checkpointer, ObjectProvider<WalSnapshotter> snapshotter,
			ObjectProvider<WalListenerDeliveries> listeners, Environment environment) {
		super((wal) -> new WalHealthIndicator(wal, replay.getIfAvailable(), checkpointer.getIfAvailable(),
				snapshotter.getIfAvailable(), listeners.getIfAvailable(), FailureText.of(environment)));
	}

	@Bean
	@ConditionalOnMissingBean(name = { "walHealthIndicator", "walHealthContributor" })
	HealthContributor walHealthContributor(ConfigurableListableBeanFactory beanFactory) {
		return createContributor(beanFactory, WriteAheadLog.class);
	}

}
