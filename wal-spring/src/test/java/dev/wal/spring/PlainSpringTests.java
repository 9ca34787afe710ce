// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

import dev.wal.Lsn;
import dev.wal.WalBuilder;
import dev.wal.WalRecordListener;
import dev.wal.WalState;
import dev.wal.WriteAheadLog;
import dev.wal.spring.checkpoint.WalCheckpointSource;
import dev.wal.spring.checkpoint.WalCheckpointTask;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.lifecycle.WalHandle;
import dev.wal.spring.lifecycle.WalLifecycle;
import dev.wal.spring.listener.WalListenerSubscriptions;
import dev.wal.spring.replay.WalDeadLetterHandler;
import dev.wal.spring.replay.WalReplayHandler;
import dev.wal.spring.replay.WalReplayLifecycle;
import dev.wal.spring.replay.WalReplayer;
import dev.wal.trace.TraceJournal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application without Spring Boot has all of the module when it declares
 * the beans itself, as the auto-configuration does.
 */
class PlainSpringTests {

	@TempDir
	Path directory;

	@Test
	void replayListenersAndCheckpointsWorkWithoutBoot() throws Exception {
		assertThat(ClassUtils.isPresent("org.springframework.boot.SpringApplication", null)).isFalse();
		try (AnnotationConfigApplicationContext context = run()) {
			Application application = context.getBean(Application.class);
			assertThat(application.replayed).isEmpty();
			append(context, "one");
			append(context, "two");
			context.getBean(WriteAheadLog.class).sync();
		}
		try (AnnotationConfigApplicationContext context = run()) {
			Application application = context.getBean(Application.class);
			assertThat(application.replayed).containsExactly("one", "two");
			append(context, "three");
			assertThat(application.heard.take()).isEqualTo("three");
			application.applied = Lsn.of(2);
			assertThat(context.getBean(WalCheckpointer.class).checkpoint().checkpointLsn()).isEqualTo(Lsn.of(2));
		}
		try (AnnotationConfigApplicationContext context = run()) {
			assertThat(context.getBean(Application.class).replayed).containsExactly("three");
		}
	}

	@Test
	void theLogClosesWithTheContext() {
		WriteAheadLog wal;
		try (AnnotationConfigApplicationContext context = run()) {
			wal = context.getBean(WriteAheadLog.class);
			assertThat(wal.status().state()).isEqualTo(WalState.OPEN);
		}
		assertThat(wal.status().state()).isEqualTo(WalState.CLOSED);
	}

	private AnnotationConfigApplicationContext run() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean(Path.class, () -> this.directory);
		context.register(Application.class);
		context.refresh();
		return context;
	}

	private static void append(ApplicationContext context, String text) {
		context.getBean(WriteAheadLog.class).append(text.getBytes(StandardCharsets.UTF_8));
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		private final List<String> replayed = new CopyOnWriteArrayList<>();

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		private volatile Lsn applied = Lsn.NONE;

		@Bean
		WalHandle walHandle(Path directory) {
			WalBuilder builder = WriteAheadLog.builder(directory);
			return new WalHandle(builder.options(), builder::open);
		}

		// The handle closes the log.
		@Bean(destroyMethod = "")
		WriteAheadLog writeAheadLog(WalHandle handle) {
			return handle.view();
		}

		@Bean
		WalLifecycle walLifecycle(WalHandle handle, WriteAheadLog wal, ApplicationContext context) {
			return new WalLifecycle(handle, wal, context);
		}

		@Bean
		WalReplayer walReplayer(WriteAheadLog wal, ObjectProvider<WalReplayHandler> handlers,
				ObjectProvider<WalDeadLetterHandler> deadLetters, ApplicationContext context) {
			return new WalReplayer(wal, handlers, deadLetters, context, null,
					new WalReplayer.Settings(false, 1, Duration.ZERO, Duration.ofSeconds(10)));
		}

		@Bean
		WalListenerSubscriptions walListenerSubscriptions(WriteAheadLog wal, ListableBeanFactory beanFactory) {
			return new WalListenerSubscriptions(wal, beanFactory, false);
		}

		@Bean
		WalReplayLifecycle walReplayLifecycle(WalReplayer replayer, WalListenerSubscriptions subscriptions) {
			return new WalReplayLifecycle(replayer, subscriptions::replayed);
		}

		@Bean
		WalCheckpointTask walCheckpointTask(WriteAheadLog wal, ObjectProvider<WalCheckpointSource> sources,
				ObjectProvider<TraceJournal> journals, WalReplayer replayer,
				ObjectProvider<WalReplayHandler> handlers) {
			return new WalCheckpointTask(wal, sources, journals, replayer, handlers, null,
					new WalCheckpointTask.Schedule(null, null));
		}

		@Bean
		WalReplayHandler handler() {
			return (record) -> this.replayed.add(record.toText());
		}

		@Bean
		WalRecordListener listener() {
			return (record) -> this.heard.add(record.toText());
		}

		@Bean
		WalCheckpointSource source() {
			return () -> this.applied;
		}

	}

}
