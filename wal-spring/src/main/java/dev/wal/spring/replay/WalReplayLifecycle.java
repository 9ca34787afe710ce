// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import org.springframework.context.SmartLifecycle;

/**
 * Replays the log while the context starts, after executors and before the web server and
 * message listeners.
 */
public final class WalReplayLifecycle implements SmartLifecycle {

	/**
	 * Lower than the phase of the web server (2048 below the default) and of message
	 * listeners (100 below the default), so that the replay comes first.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

	private final WalReplayer replayer;

	private final Runnable next;

	private volatile boolean running;

	public WalReplayLifecycle(WalReplayer replayer, Runnable next) {
		this.replayer = replayer;
		this.next = next;
	}

	@Override
	public void start() {
		this.replayer.replay();
		this.next.run();
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
