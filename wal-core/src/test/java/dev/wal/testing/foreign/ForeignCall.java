// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.foreign;

import dev.wal.testing.foreign.ForeignRun.Conduct;

/**
 * Code of the application that the log calls.
 */
public enum ForeignCall {

	OBSERVER_APPENDED("`WalObserver.appended`"),

	OBSERVER_APPENDED_ASYNC("`WalObserver.appended`, of an asynchronous append"),

	OBSERVER_WRITTEN("`WalObserver.written`"),

	OBSERVER_FORCED("`WalObserver.forced`"),

	OBSERVER_REJECTED("`WalObserver.rejected`"),

	OBSERVER_STATE_CHANGED("`WalObserver.stateChanged`"),

	OBSERVER_FAILED("`WalObserver.failed`"),

	LISTENER("`WalRecordListener`"),

	DEPENDENT("what depends on the future of an asynchronous append"),

	CLOCK("the clock");

	private final String label;

	ForeignCall(String label) {
		this.label = label;
	}

	public String label() {
		return this.label;
	}

	/**
	 * Return whether the log can do anything about it: a record has no time stamp until
	 * the clock returns.
	 */
	public boolean concerns(Conduct conduct) {
		return this != CLOCK || conduct != Conduct.BLOCKS;
	}

}
