// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import dev.wal.LocalWriteAheadLog;
import dev.wal.WalBuilder;
import dev.wal.WalObserver;
import dev.wal.WalOptions;
import dev.wal.WriteAheadLog;
import dev.wal.spring.WalBuilderCustomizer;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.checkpoint.WalCheckpointSource;
import dev.wal.spring.checkpoint.WalCheckpointTask;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.lifecycle.WalHandle;
import dev.wal.spring.lifecycle.WalLifecycle;
import dev.wal.spring.lifecycle.WalObservers;
import dev.wal.spring.listener.WalListenerSubscriptions;
import dev.wal.spring.message.WalMessageConverter;
import dev.wal.spring.replay.WalDeadLetterHandler;
import dev.wal.spring.replay.WalReplayHandler;
import dev.wal.spring.replay.WalReplayLifecycle;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalReplayer;
import dev.wal.spring.replay.WalSnapshotTask;
import dev.wal.spring.replay.WalSnapshotter;
import dev.wal.spring.workflow.WalTraceHandler;
import dev.wal.spring.workflow.WalTraceRecoverer;
import dev.wal.trace.TraceJournal;
import dev.wal.trace.TraceObserver;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.annotation.RegisterReflection;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The parts of {@link WalAutoConfiguration}. They are imported in this order, because the
 * conditions of each part see the beans of the parts before it.
 */
final class WalConfigurations {

	private WalConfigurations() {
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(WriteAheadLog.class)
	@RegisterReflection(classes = { WalBuilder.class, WalProperties.class },
			memberCategories = MemberCategory.INVOKE_PUBLIC_METHODS)
	static class Log {

		@Bean
		WalHandle walHandle(WalProperties properties, ObjectProvider<WalBuilderCustomizer> customizers,
				ObjectProvider<WalObserver> observers) {
			WalBuilder builder = WalPropertiesMapper.builder(properties);
			customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
			// Validates the settings and opens nothing.
			WalOptions customized = builder.options();
			List<WalObserver> all = new ArrayList<>(observers.orderedStream().toList());
			all.add(customized.log().observer());
			builder.observer(new WalObservers(all));
			return new WalHandle(builder.options(), builder::open);
		}

		// The handle closes the log.
		@Bean(destroyMethod = "")
		LocalWriteAheadLog writeAheadLog(WalHandle walHandle) {
			return walHandle.view();
		}

		@Bean
		WalLifecycle walLifecycle(WalHandle walHandle, WriteAheadLog wal, ApplicationContext context) {
			return new WalLifecycle(walHandle, wal, context);
		}

		@Bean
		WalFailureWatcher walFailureWatcher(ApplicationContext context, ObjectProvider<WriteAheadLog> wal,
				WalProperties properties, ObjectProvider<ApplicationAvailability> availability) {
			return new WalFailureWatcher(context, wal, properties.breakLivenessOnFailure(), availability);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(WriteAheadLog.class)
	@ConditionalOnBooleanProperty(name = "wal.replay.enabled", matchIfMissing = true)
	@ConditionalOnMissingBean(WalSnapshotter.class)
	static class Snapshots {

		@Bean
		WalSnapshotTask walSnapshotTask(WriteAheadLog wal, WalProperties properties, ListableBeanFactory beanFactory) {
			return new WalSnapshotTask(wal, beanFactory, WalPropertiesMapper.snapshotDirectory(properties),
					WalPropertiesMapper.snapshotsKept(properties));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(WriteAheadLog.class)
	@ConditionalOnBooleanProperty(name = "wal.replay.enabled", matchIfMissing = true)
	static class ReplayProgress {

		@Bean
		WalReplayer walReplayer(WriteAheadLog wal, WalProperties properties, ObjectProvider<WalReplayHandler> handlers,
				ObjectProvider<WalDeadLetterHandler> deadLetterHandlers, ApplicationContext context,
				ObjectProvider<WalSnapshotTask> snapshots) {
			return new WalReplayer(wal, handlers, deadLetterHandlers, context, snapshots.getIfAvailable(),
					WalPropertiesMapper.replay(properties));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(WriteAheadLog.class)
	static class Listeners {

		@Bean
		WalListenerSubscriptions walListenerSubscriptions(WriteAheadLog wal, ListableBeanFactory beanFactory,
				ObjectProvider<WalReplayer> replayer) {
			return new WalListenerSubscriptions(wal, beanFactory, replayer.getIfAvailable() == null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(WriteAheadLog.class)
	@ConditionalOnBooleanProperty(name = "wal.replay.enabled", matchIfMissing = true)
	static class Replay {

		@Bean
		@ConditionalOnProperty(name = "wal.replay.phase", havingValue = "runner", matchIfMissing = true)
		WalReplayRunner walReplayRunner(WalReplayer replayer, WalListenerSubscriptions subscriptions) {
			return new WalReplayRunner(replayer, subscriptions::replayed);
		}

		@Bean
		@ConditionalOnMissingBean(WalReplayRunner.class)
		WalReplayLifecycle walReplayLifecycle(WalReplayer replayer, WalListenerSubscriptions subscriptions) {
			return new WalReplayLifecycle(replayer, subscriptions::replayed);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(WriteAheadLog.class)
	@ConditionalOnBooleanProperty(name = "wal.trace.enabled")
	static class Traces {

		@Bean
		@ConditionalOnMissingBean
		TraceJournal traceJournal(WriteAheadLog wal, ObjectProvider<TraceObserver> observers) {
			return new TraceJournal(wal, TraceJournal.RECORD_TYPE, Clock.systemUTC(),
					observers.orderedStream().toList());
		}

		@Bean
		WalTraceRecoverer walTraceRecoverer(TraceJournal journal, WalProperties properties,
				ObjectProvider<WalTraceHandler> handlers, ApplicationContext context) {
			WalPropertiesMapper.requireTraceRecovery(properties);
			return new WalTraceRecoverer(journal, handlers, context);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(WriteAheadLog.class)
	@ConditionalOnMissingBean(WalCheckpointer.class)
	static class Checkpoint {

		@Bean
		WalCheckpointTask walCheckpointTask(WriteAheadLog wal, WalProperties properties,
				ObjectProvider<WalCheckpointSource> sources, ObjectProvider<TraceJournal> journals,
				ObjectProvider<WalReplayProgress> replay, ObjectProvider<WalReplayHandler> handlers,
				ObjectProvider<WalSnapshotter> snapshotter) {
			return new WalCheckpointTask(wal, sources, journals, replay.getIfAvailable(), handlers,
					snapshotter.getIfAvailable(), WalPropertiesMapper.schedule(properties));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(WriteAheadLog.class)
	@ConditionalOnMissingBean(WalTemplate.class)
	static class Template {

		@Bean
		WalTemplate walTemplate(WriteAheadLog wal, WalMessageConverter converter) {
			return new WalTemplate(wal, converter);
		}

	}

}
