// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.util.UUID;

import dev.wal.Lsn;
import dev.wal.trace.TraceState.LoopProgress;
import org.jspecify.annotations.Nullable;

/**
 * One open trace, to run without ceremony: {@link #run} writes that a node begins and how
 * it ends, and passes over a node that completed before. So one method, written from the
 * first node to the last, both begins a trace and takes it up again after a crash.
 * <p>
 * Between the effect of a step and the record that it completed there is always a moment
 * in which the process may die. Such a step is run again: it runs <em>at least</em> once,
 * and what it does outside must be idempotent, for example under a key made of
 * {@link #id()} and the node.
 * <p>
 * All methods but {@link #id()} throw {@link IllegalStateException} if the trace has
 * ended, and what {@link TraceJournal} says of writing. Thread-safe; two nodes may run at
 * the same time, a node on one thread only.
 */
public final class Trace {

	private final TraceJournal journal;

	private final UUID id;

	Trace(TraceJournal journal, UUID id) {
		this.journal = journal;
		this.id = id;
	}

	/**
	 * Return the id, which stays the same after a crash.
	 * @return the id
	 */
	public UUID id() {
		return this.id;
	}

	/**
	 * Return the name that the trace was begun with.
	 * @return the name, or {@code null} if it has none
	 */
	public @Nullable String name() {
		return this.journal.ask(this.id, OpenTrace::name);
	}

	/**
	 * Return where the trace begins in the log.
	 * @return the LSN of its start
	 */
	public Lsn firstLsn() {
		return this.journal.ask(this.id, OpenTrace::firstLsn);
	}

	/**
	 * Return whether a node has completed, in this run of the application or before.
	 * @param nodeId the node
	 * @return whether {@link #run} would pass over it
	 */
	public boolean hasCompleted(long nodeId) {
		return this.journal.ask(this.id, (trace) -> trace.completed(nodeId)) != null;
	}

	/**
	 * Run a node, unless it has completed.
	 * @param nodeId the node, from 0 to 2^32-1
	 * @param step what it does
	 * @param <E> what the step throws
	 * @throws E if the step does; the node is then written as failed, and the trace goes
	 * on or ends as the caller decides
	 */
	public <E extends Exception> void run(long nodeId, Step<E> step) throws E {
		call(nodeId, () -> {
			step.run();
			return OutputLocation.NONE;
		});
	}

	/**
	 * Run a node that has an output, unless it has completed.
	 * @param nodeId the node, from 0 to 2^32-1
	 * @param step what it does; returns where its output is
	 * @param <E> what the step throws
	 * @return where the output is, from the journal if the node had completed
	 * @throws E if the step does; the node is then written as failed
	 */
	public <E extends Exception> OutputLocation call(long nodeId, Call<E> step) throws E {
		OutputLocation before = this.journal.ask(this.id, (trace) -> trace.completed(nodeId));
		if (before != null) {
			return before;
		}
		this.journal.startNode(this.id, nodeId);
		long began = System.nanoTime();
		OutputLocation output;
		try {
			output = step.call();
		}
		catch (Throwable ex) {
			fail(nodeId, ex, System.nanoTime() - began);
			throw ex;
		}
		long nanos = System.nanoTime() - began;
		this.journal.completeNode(this.id, nodeId, output);
		this.journal.nodeRan(name(), nodeId, true, nanos);
		return output;
	}

	private void fail(long nodeId, Throwable failure, long nanos) {
		try {
			this.journal.nodeRan(name(), nodeId, false, nanos);
			this.journal.failNode(this.id, nodeId, failure.toString());
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * Run a loop, unless it has ended. After a crash it goes on with the iteration that
	 * had begun last.
	 * @param nodeId the node of the loop, from 0 to 2^32-1
	 * @param body is given the number of the iteration, from 0 on, and returns whether
	 * there is another one
	 * @param <E> what the body throws
	 * @throws E if the body does
	 */
	public <E extends Exception> void loop(long nodeId, Iteration<E> body) throws E {
		LoopProgress progress = this.journal.ask(this.id, (trace) -> trace.loop(nodeId));
		if (progress != null && progress.exited()) {
			return;
		}
		long iteration = (progress != null) ? progress.iteration() : 0;
		boolean more;
		do {
			this.journal.loopIteration(this.id, nodeId, iteration);
			more = body.run(iteration);
			iteration++;
		}
		while (more);
		this.journal.loopExit(this.id, nodeId, iteration);
	}

	/**
	 * Let the trace wait for something from outside, also across restarts.
	 * @param nodeId the node at which it waits
	 * @param metadata what is needed to go on, or {@code null}
	 */
	public void suspend(long nodeId, @Nullable String metadata) {
		requireOpen();
		this.journal.suspend(this.id, nodeId, metadata);
	}

	/**
	 * Let the trace go on: what it waited for has come.
	 */
	public void resume() {
		requireOpen();
		this.journal.resume(this.id);
	}

	/**
	 * End the trace: all is done.
	 */
	public void complete() {
		requireOpen();
		this.journal.completeTrace(this.id);
	}

	/**
	 * End the trace: it is given up.
	 * @param error why, or {@code null}
	 */
	public void fail(@Nullable String error) {
		requireOpen();
		this.journal.failTrace(this.id, error);
	}

	private void requireOpen() {
		firstLsn();
	}

	@Override
	public String toString() {
		return "Trace[" + this.id + "]";
	}

	/**
	 * What a node does.
	 *
	 * @param <E> what it throws
	 */
	@FunctionalInterface
	public interface Step<E extends Exception> {

		/**
		 * Do it. May have been done before, see {@link Trace}.
		 * @throws E if that fails
		 */
		void run() throws E;

	}

	/**
	 * What a node with an output does.
	 *
	 * @param <E> what it throws
	 */
	@FunctionalInterface
	public interface Call<E extends Exception> {

		/**
		 * Do it. May have been done before, see {@link Trace}.
		 * @return where the output is
		 * @throws E if that fails
		 */
		OutputLocation call() throws E;

	}

	/**
	 * What a loop does in an iteration.
	 *
	 * @param <E> what it throws
	 */
	@FunctionalInterface
	public interface Iteration<E extends Exception> {

		/**
		 * Do it. May have been done before, see {@link Trace}.
		 * @param iteration the number of the iteration
		 * @return whether there is another one
		 * @throws E if that fails
		 */
		boolean run(long iteration) throws E;

	}

}
