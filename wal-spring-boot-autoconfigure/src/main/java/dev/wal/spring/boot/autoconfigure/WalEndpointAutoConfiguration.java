// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.time.Clock;

import dev.wal.WriteAheadLog;
import dev.wal.spring.FailureText;
import dev.wal.spring.boot.actuate.endpoint.WalEndpoint;
import dev.wal.spring.boot.actuate.endpoint.WalTailEndpoint;
import dev.wal.spring.boot.actuate.endpoint.WalTracesEndpoint;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.listener.WalListenerDeliveries;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalSnapshotter;
import dev.wal.spring.workflow.WalTraceRecovery;
import dev.wal.trace.TraceJournal;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link WalEndpoint},
 * {@link WalTailEndpoint} and {@link WalTracesEndpoint}.
 */
@AutoConfiguration(after = WalAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnSingleCandidate(WriteAheadLog.class)
public final class WalEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint
	WalEndpoint walEndpoint(WriteAheadLog wal, ObjectProvider<WalCheckpointer> checkpointer,
			ObjectProvider<WalReplayProgress> replay, ObjectProvider<WalListenerDeliveries> listeners,
			ObjectProvider<WalSnapshotter> snapshotter, Environment environment) {
		return new WalEndpoint(wal, checkpointer.getIfAvailable(), replay.getIfAvailable(), listeners.getIfAvailable(),
				snapshotter.getIfAvailable(), FailureText.of(environment));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint
	WalTailEndpoint walTailEndpoint(WriteAheadLog wal) {
		return new WalTailEndpoint(wal);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint
	@ConditionalOnSingleCandidate(TraceJournal.class)
	WalTracesEndpoint walTracesEndpoint(TraceJournal journal, ObjectProvider<WalTraceRecovery> recovery) {
		return new WalTracesEndpoint(journal, recovery.getIfAvailable(), Clock.systemUTC());
	}

}
