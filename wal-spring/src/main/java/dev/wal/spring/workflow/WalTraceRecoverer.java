// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.workflow;

import java.util.List;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.spring.replay.WalReplayHandler;
import dev.wal.trace.RecoveryAction;
import dev.wal.trace.RecoveryAction.Skip;
import dev.wal.trace.TraceJournal;
import dev.wal.trace.TraceRecoveryHandler;
import dev.wal.trace.TraceRecoveryReport;
import dev.wal.trace.TraceRecoveryReport.Outcome;
import dev.wal.trace.TraceState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.Ordered;

/**
 * Finds the traces that earlier runs left open, during the replay, and gives them to the
 * handlers after all other replay handlers have finished. Its log lines contain no data
 * of a trace and no message of an exception.
 */
public final class WalTraceRecoverer implements WalReplayHandler, WalTraceRecovery, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(WalTraceRecoverer.class);

	private final TraceJournal journal;

	private final ObjectProvider<WalTraceHandler> handlers;

	private final ApplicationEventPublisher events;

	private volatile @Nullable TraceRecoveryReport report;

	public WalTraceRecoverer(TraceJournal journal, ObjectProvider<WalTraceHandler> handlers,
			ApplicationEventPublisher events) {
		this.journal = journal;
		this.handlers = handlers;
		this.events = events;
	}

	@Override
	public void onRecord(WalRecord record) {
		this.journal.replay(record);
	}

	@Override
	public void replayCompleted(Lsn from, Lsn to) {
		TraceRecoveryReport report = this.journal
			.recoverReplayed(new FirstSupporting(this.handlers.orderedStream().toList()));
		this.report = report;
		log(report);
		this.events.publishEvent(new WalTracesRecoveredEvent(report));
	}

	private static void log(TraceRecoveryReport report) {
		for (Outcome outcome : report.skipped()) {
			if (outcome.action() instanceof Skip skip) {
				logger.info("Trace {} ('{}') was given up: {}", outcome.trace().traceId(), outcome.trace().name(),
						skip.reason());
			}
		}
		for (Outcome outcome : report.failed()) {
			Exception failure = outcome.failure();
			logger.warn("Trace {} ('{}') stays open: {}. The next start tries again", outcome.trace().traceId(),
					outcome.trace().name(),
					(failure instanceof NoHandlerException) ? "no WalTraceHandler bean supports it"
							: "its recovery threw " + ((failure != null) ? failure.getClass().getName() : "nothing"));
			logger.debug("Exception of the recovery", failure);
		}
		logger.info("Recovered traces from {} trace records: {} continue, {} wait, {} were given up, {} stay open",
				report.records(), report.recovered().size(), report.awaiting().size(), report.skipped().size(),
				report.failed().size());
	}

	@Override
	public @Nullable TraceRecoveryReport report() {
		return this.report;
	}

	/** After the handlers whose state a trace may need when it continues. */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/** Gives each trace to the first handler that supports it. */
	private record FirstSupporting(List<WalTraceHandler> handlers) implements TraceRecoveryHandler {

		@Override
		public RecoveryAction decide(TraceState trace, RecoveryAction proposed) {
			return find(trace).decide(trace, proposed);
		}

		@Override
		public void recover(TraceState trace, RecoveryAction action) throws Exception {
			find(trace).recover(trace, action);
		}

		private WalTraceHandler find(TraceState trace) {
			return this.handlers.stream()
				.filter((handler) -> handler.supports(trace))
				.findFirst()
				.orElseThrow(NoHandlerException::new);
		}

	}

	/** Thrown before anything is written about the trace. */
	private static final class NoHandlerException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		NoHandlerException() {
			super("No WalTraceHandler bean supports the trace");
		}

	}

}
