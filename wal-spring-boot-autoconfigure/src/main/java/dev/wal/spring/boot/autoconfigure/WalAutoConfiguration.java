// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import dev.wal.WriteAheadLog;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for a {@link WriteAheadLog}, with
 * replay, listeners, snapshots, checkpoints, typed values and the trace journal.
 */
@AutoConfiguration
@ConditionalOnClass(WriteAheadLog.class)
@Import({ PathToStringConverter.class, WalPropertiesCheck.Runner.class })
public final class WalAutoConfiguration {

	/** The log, unless it is switched off. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "wal.enabled", matchIfMissing = true)
	@EnableConfigurationProperties(WalProperties.class)
	@Import({ WalConfigurations.Log.class, WalConfigurations.Snapshots.class, WalConfigurations.ReplayProgress.class,
			WalConfigurations.Listeners.class, WalConfigurations.Replay.class, WalConfigurations.Traces.class,
			WalConfigurations.Checkpoint.class, WalConfigurations.Template.class, WalMessageConfigurations.Types.class,
			WalMessageConfigurations.Json.class, WalMessageConfigurations.WithoutJson.class })
	static class Enabled {

	}

}
