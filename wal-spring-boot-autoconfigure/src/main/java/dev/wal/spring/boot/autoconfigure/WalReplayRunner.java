// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import dev.wal.spring.replay.WalReplayer;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.Ordered;

/**
 * Replays the log after the context has started, before other runners and before the
 * application is ready for traffic.
 */
final class WalReplayRunner implements ApplicationRunner, Ordered {

	/** Early, but after runners that prepare something for the handlers. */
	static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

	private final WalReplayer replayer;

	private final Runnable next;

	WalReplayRunner(WalReplayer replayer, Runnable next) {
		this.replayer = replayer;
		this.next = next;
	}

	@Override
	public void run(ApplicationArguments args) {
		this.replayer.replay();
		this.next.run();
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
