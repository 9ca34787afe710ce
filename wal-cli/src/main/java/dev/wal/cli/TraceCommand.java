// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;

import dev.wal.LocalWalView;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.trace.OutputLocation;
import dev.wal.trace.RecoveryAction;
import dev.wal.trace.TraceJournal;
import dev.wal.trace.TraceRecord;
import dev.wal.trace.TraceRecordType;
import dev.wal.trace.TraceRecovery;
import dev.wal.trace.TraceState;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code wal trace}.
 */
@Command(name = "trace",
		description = "Show the time line of one workflow trace, or list the traces that did not end. Changes nothing.",
		exitCodeList = { "0:The trace or the list was printed.",
				"1:The log has no record of that trace, or is damaged.", "2:The command could not be carried out." })
final class TraceCommand implements Callable<Integer> {

	@Parameters(index = "0", paramLabel = "DIR", description = "The directory of the log.")
	private Path directory = Path.of("");

	@Parameters(index = "1", arity = "0..1", paramLabel = "TRACE_ID", description = "The trace.")
	private @Nullable UUID traceId;

	@Option(names = "--type", paramLabel = "TYPE", defaultValue = "" + TraceJournal.RECORD_TYPE,
			description = "The type that the trace records have in the log (${DEFAULT-VALUE}).")
	private int type;

	@Option(names = "--texts", description = "Show errors and metadata too.")
	private boolean texts;

	@Spec
	private @Nullable CommandSpec spec;

	@Override
	public Integer call() {
		Console console = Console.of(Objects.requireNonNull(this.spec));
		try (LocalWalView view = WriteAheadLog.builder(this.directory).openReadOnly()) {
			if (this.traceId == null) {
				return list(console, view);
			}
			return timeLine(console, view, this.traceId);
		}
		finally {
			console.out().flush();
		}
	}

	private int list(Console console, LocalWalView view) {
		TraceRecovery recovery = new TraceRecovery();
		if (!view.firstLsn().isNone()) {
			try (WalReader reader = view.read(view.firstLsn())) {
				recovery.read(reader, this.type);
			}
		}
		for (TraceState trace : recovery.incompleteTraces()) {
			console.print("%s  since LSN %s  %s", trace.traceId(), trace.firstLsn(), describe(trace));
		}
		console.print("%s, %s, %d without a start.",
				Units.count(recovery.incompleteTraces().size(), "incomplete trace"),
				Units.count(recovery.records(), "trace record"), recovery.orphanedRecords());
		return WalCommand.OK;
	}

	private int timeLine(Console console, LocalWalView view, UUID wanted) {
		TraceRecovery recovery = new TraceRecovery();
		TraceRecord first = null;
		TraceRecord last = null;
		if (!view.firstLsn().isNone()) {
			try (WalReader reader = view.read(view.firstLsn())) {
				for (WalRecord record : reader) {
					if (record.type() != this.type) {
						continue;
					}
					TraceRecord entry = TraceRecord.decode(record.payload());
					if (entry.traceId().equals(wanted)) {
						recovery.accept(record.lsn(), entry);
						first = (first != null) ? first : entry;
						last = entry;
						console.print("LSN %s  %s  %s", record.lsn(), offset(first, entry), describe(entry));
					}
				}
			}
		}
		if (first == null || last == null) {
			console.err().println("The log has no record of the trace " + wanted + ".");
			console.err().flush();
			return WalCommand.DAMAGED;
		}
		console.print("Began %s. %s", time(first), outcome(recovery, wanted, last));
		return WalCommand.OK;
	}

	private static String outcome(TraceRecovery recovery, UUID wanted, TraceRecord last) {
		return recovery.incompleteTrace(wanted)
			.map((state) -> "Incomplete: " + describe(state) + ".")
			.orElseGet(() -> switch (last.type()) {
				case TRACE_COMPLETE -> "Complete.";
				case TRACE_FAILED -> "Given up.";
				default -> "Its start is no longer in the log.";
			});
	}

	private String describe(TraceRecord entry) {
		TraceRecordType kind = entry.type();
		StringBuilder text = new StringBuilder(kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
		switch (kind) {
			case NODE_START, NODE_DONE, NODE_ERROR, TRACE_SUSPENDED -> text.append("  node ").append(entry.nodeId());
			case LOOP_ITERATION, LOOP_EXIT ->
				text.append("  node ").append(entry.nodeId()).append("  iteration ").append(entry.iteration());
			default -> {
				// Of the trace as a whole.
			}
		}
		OutputLocation output = entry.output();
		if (!output.equals(OutputLocation.NONE)) {
			text.append("  output of ").append(Units.count(output.size(), "byte"));
		}
		append(text, "error", entry.error());
		append(text, "metadata", entry.metadata());
		return text.toString();
	}

	private void append(StringBuilder text, String name, @Nullable String value) {
		if (value != null) {
			text.append("  ").append(name).append(this.texts ? ": " + Payload.escape(value) : " (see --texts)");
		}
	}

	/**
	 * Say where a trace stands, and what its recovery would do by default.
	 */
	private static String describe(TraceState trace) {
		RecoveryAction action = RecoveryAction.of(trace);
		String next = "begins anew";
		if (action instanceof RecoveryAction.AwaitResume await) {
			next = "waits at node " + await.node();
		}
		else if (action instanceof RecoveryAction.RetryNodes retry) {
			next = "runs again: node " + join(trace.startedNodes(), retry);
		}
		else if (action instanceof RecoveryAction.ResumeFrom resume) {
			next = "continues after node " + resume.lastCompletedNode();
		}
		int failed = trace.failedNodes().size();
		return Units.count(trace.completedNodes().size(), "node") + " done"
				+ ((failed > 0) ? ", " + failed + " failed" : "") + ", " + next;
	}

	private static String join(Map<Long, Long> started, RecoveryAction.RetryNodes retry) {
		return String.join(", ",
				started.keySet().stream().filter(retry.nodes()::contains).map(String::valueOf).toList());
	}

	private static Instant time(TraceRecord entry) {
		long nanos = entry.timestampNanos();
		return Instant.ofEpochSecond(Long.divideUnsigned(nanos, 1_000_000_000L),
				Long.remainderUnsigned(nanos, 1_000_000_000L));
	}

	private static String offset(TraceRecord first, TraceRecord entry) {
		Duration elapsed = Duration.between(time(first), time(entry));
		return String.format(java.util.Locale.ROOT, "%+12.6f s", elapsed.toNanos() / 1e9);
	}

}
