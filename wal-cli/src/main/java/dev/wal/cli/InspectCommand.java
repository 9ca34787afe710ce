// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

import dev.wal.LocalWalView;
import dev.wal.Lsn;
import dev.wal.SegmentInfo;
import dev.wal.TailState;
import dev.wal.WalCorruptedException;
import dev.wal.WriteAheadLog;
import dev.wal.tools.WalDirectory;
import dev.wal.tools.WalFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code wal inspect}.
 */
@Command(name = "inspect",
		description = "Show segments, positions, checkpoint, side files and owner of a log. Reads the newest segment "
				+ "and the headers of the others; changes nothing.",
		exitCodeList = { "0:The log can be opened.", "1:It is damaged. Only 'wal verify' reads every byte.",
				"2:The command could not be carried out." })
final class InspectCommand implements Callable<Integer> {

	@Parameters(paramLabel = "DIR", description = "The directory of the log.")
	private Path directory = Path.of("");

	@Spec
	private @Nullable CommandSpec spec;

	@Override
	public Integer call() {
		Console console = Console.of(Objects.requireNonNull(this.spec));
		WalFiles files = WalDirectory.of(this.directory).files();
		console.print("%-11s %s", "directory", this.directory);
		printIdentity(console, files);
		Map<String, SegmentInfo> segments = new HashMap<>();
		WalCorruptedException damage = null;
		try (LocalWalView view = WriteAheadLog.builder(this.directory).openReadOnly()) {
			view.segments().forEach((segment) -> segments.put(segment.fileName(), segment));
			printPositions(console, view);
		}
		catch (WalCorruptedException ex) {
			damage = ex;
			console.print("%-11s %s: %s at offset %d, LSN %s; wal verify says more", "state", console.bad("DAMAGED"),
					ex.file().map(Path::getFileName).map(Path::toString).orElse(ex.location()), ex.offset(), ex.lost());
		}
		WalFiles.Checkpoint checkpoint = files.checkpoint();
		console.print("%-11s %s", "checkpoint",
				(checkpoint != null) ? "LSN " + checkpoint.lsn() + ", taken " + checkpoint.time() : "none");
		console.print("%-11s %s", "lock", Payload.escape(LockHolder.describe(files.lockHolder())));
		printSegments(console, files, segments);
		printOthers(console, files);
		return (damage != null) ? WalCommand.DAMAGED : WalCommand.OK;
	}

	private static void printIdentity(Console console, WalFiles files) {
		for (WalFiles.Segment segment : files.segments()) {
			WalFiles.Header header = segment.header();
			if (header != null) {
				console.print("%-11s %s, format version %d", "log id", header.logId(), header.version());
				console.print("%-11s %s", "owner",
						header.owner().isEmpty() ? "not set" : Payload.escape(header.owner()));
				return;
			}
		}
	}

	private static void printPositions(Console console, LocalWalView view) {
		Lsn first = view.firstLsn();
		console.print("%-11s %s", "records", first.isNone() ? "none, last LSN " + view.lastLsn()
				: "LSN " + first + " to " + view.lastLsn() + ", proven to be durable up to " + view.durableLsn());
		TailState tail = view.tailState();
		String state = view.recoveryReport().cleanShutdown() ? "closed" : "open, or not closed cleanly";
		if (tail.isClean()) {
			console.print("%-11s %s, %s", "state", console.good("ends cleanly"), state);
		}
		else {
			console.print("%-11s %s at offset %d of %s, %s: %s", "state", console.doubtful("torn"), tail.offset(),
					tail.place(), state, tail.reason());
		}
	}

	private static void printSegments(Console console, WalFiles files, Map<String, SegmentInfo> segments) {
		console.print("");
		console.print("%s", console.heading(String.format("%-28s  %-20s  %12s  %12s  %12s  %12s", "segment", "created",
				"first LSN", "last LSN", "used", "size")));
		for (WalFiles.Segment segment : files.segments()) {
			WalFiles.Header header = segment.header();
			SegmentInfo info = segments.get(segment.fileName());
			Lsn first = (info != null) ? info.firstLsn() : segment.firstLsn();
			String note = "";
			if (segment.problem() != null) {
				note = "  " + console.bad("DAMAGED") + ": " + segment.problem();
			}
			else if (info == null && first == null) {
				note = "  nothing written to it yet";
			}
			console.print("%-28s  %-20s  %12s  %12s  %12s  %12d%s", segment.fileName(),
					(header != null) ? header.created().truncatedTo(java.time.temporal.ChronoUnit.SECONDS) : "-",
					(first != null) ? first : "-", (info != null) ? info.lastLsn() : "-",
					(info != null) ? info.length() : "-", segment.size(), note);
		}
	}

	private static void printOthers(Console console, WalFiles files) {
		if (files.others().isEmpty()) {
			return;
		}
		console.print("");
		console.print("%s", console.heading(String.format("%-44s  %12s  %s", "other files", "size", "what it is")));
		for (WalFiles.Other other : files.others()) {
			console.print("%-44s  %12d  %s", Payload.escape(other.fileName()), other.size(), describe(other.kind()));
		}
	}

	private static String describe(WalFiles.Kind kind) {
		return switch (kind) {
			case TORN -> "bytes that a recovery removed; may be deleted";
			case DAMAGED -> "no longer part of the log; may be deleted when nothing in it is missed";
			case UNFINISHED -> "unfinished or recycled file; can be ignored";
			case DAMAGED_CHECKPOINT -> "the checkpoint, which does not match its checksum";
		};
	}

}
