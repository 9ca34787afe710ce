// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.fault;

import java.util.function.BiPredicate;
import java.util.function.Consumer;

import dev.wal.CorruptionPolicy;
import dev.wal.WalOptions;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.crash.RecordedRun;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;

/**
 * Where something may go wrong: the rows of the matrix. Each has a log brought to the
 * point before it, and then the call made that comes by.
 */
@SuppressWarnings("ImmutableEnumChecker")
public enum FaultPlace {

	WRITE("append: write", Kind.WRITE, Options.PLAIN, FaultedLog::openAndAppend, FaultPlace::first, FaultedLog::append),

	WRITE_ZEROS("append: write, into zeros", Kind.WRITE, Options.FILLED, FaultedLog::openFilled, FaultPlace::first,
			FaultedLog::append),

	GROW("append: fill with zeros", Kind.WRITE, Options.FILLED, FaultedLog::openWithoutPreparer, FaultPlace::first,
			FaultedLog::append),

	TAKE_BACK("append: remove half a block, truncate", Kind.TRUNCATE, Options.PLAIN, FaultedLog::openAndFindNoRoom,
			FaultPlace::first, FaultedLog::append),

	FORCE_TAKE_BACK("append: remove half a block, force", Kind.FORCE, Options.PLAIN, FaultedLog::openAndFindNoRoom,
			FaultPlace::first, FaultedLog::append),

	FORCE("append: force", Kind.FORCE, Options.PLAIN, FaultedLog::openAndAppend, FaultPlace::first, FaultedLog::append),

	FORCE_INTERVAL("force of an interval", Kind.FORCE, Options.PLAIN, FaultedLog::openAndAppend, FaultPlace::first,
			FaultedLog::appendWithInterval),

	FILL("fill with zeros in the background: write", Kind.WRITE, Options.FILLED, FaultedLog::nothing,
			FaultPlace::background, FaultedLog::openAndWaitForPreparer),

	FORCE_FILL("fill with zeros in the background: force", Kind.FORCE, Options.FILLED, FaultedLog::nothing,
			FaultPlace::background, FaultedLog::openAndWaitForPreparer),

	FORCE_LEFT("rotate: force the segment that is left", Kind.FORCE, Options.SMALL, FaultedLog::openWithUnforced,
			FaultPlace::first, FaultedLog::appendMuch),

	CREATE("rotate: create the next segment", Kind.CREATE, Options.SMALL, FaultedLog::nothing, FaultPlace::second,
			FaultedLog::openAndRotate),

	WRITE_HEADER("rotate: write its header", Kind.WRITE, Options.SMALL, FaultedLog::nothing,
			(log, call) -> call.name().equals(SegmentName.of(2) + SegmentName.NEW), FaultedLog::openAndRotate),

	FORCE_HEADER("rotate: force its header", Kind.FORCE, Options.SMALL, FaultedLog::nothing,
			(log, call) -> call.name().equals(SegmentName.of(2) + SegmentName.NEW), FaultedLog::openAndRotate),

	RENAME("rotate: rename it", Kind.RENAME, Options.SMALL, FaultedLog::nothing, FaultPlace::second,
			FaultedLog::openAndRotate),

	FORCE_NAME("rotate: force the directory", Kind.FORCE_DIRECTORY, Options.SMALL, FaultedLog::nothing,
			(log, call) -> log.didName(SegmentName.of(2)), FaultedLog::openAndRotate),

	WRITE_NEXT("rotate: first write", Kind.WRITE, Options.SMALL, FaultedLog::nothing,
			(log, call) -> call.name().equals(SegmentName.of(2)), FaultedLog::openAndRotate),

	FORCE_NEXT("rotate: first force", Kind.FORCE, Options.SMALL, FaultedLog::nothing,
			(log, call) -> call.name().equals(SegmentName.of(2)), FaultedLog::openAndRotate),

	GIVE_BACK("truncate the unused end of a segment: truncate", Kind.TRUNCATE, Options.FILLED, FaultedLog::openFilled,
			FaultPlace::background, FaultedLog::rotateAndWaitForPreparer),

	FORCE_GIVE_BACK("truncate the unused end of a segment: force", Kind.FORCE, Options.FILLED, FaultedLog::openFilled,
			FaultPlace::background, FaultedLog::rotateAndWaitForPreparer),

	CREATE_CHECKPOINT("checkpoint: create the file", Kind.CREATE, Options.PLAIN, FaultedLog::openTwoSegments,
			FaultPlace::checkpoint, FaultedLog::checkpoint),

	WRITE_CHECKPOINT("checkpoint: write", Kind.WRITE, Options.PLAIN, FaultedLog::openTwoSegments,
			FaultPlace::checkpoint, FaultedLog::checkpoint),

	FORCE_CHECKPOINT("checkpoint: force", Kind.FORCE, Options.PLAIN, FaultedLog::openTwoSegments,
			FaultPlace::checkpoint, FaultedLog::checkpoint),

	RENAME_CHECKPOINT("checkpoint: rename", Kind.RENAME, Options.PLAIN, FaultedLog::openTwoSegments,
			FaultPlace::checkpoint, FaultedLog::checkpoint),

	FORCE_CHECKPOINT_NAME("checkpoint: force the directory", Kind.FORCE_DIRECTORY, Options.PLAIN,
			FaultedLog::openTwoSegments, (log, call) -> !log.did(Kind.DELETE), FaultedLog::checkpoint),

	DELETE("delete a segment", Kind.DELETE, Options.PLAIN, FaultedLog::openTwoSegments, FaultPlace::first,
			FaultedLog::checkpoint),

	FORCE_DELETE("delete a segment: force the directory", Kind.FORCE_DIRECTORY, Options.PLAIN,
			FaultedLog::openTwoSegments, (log, call) -> log.did(Kind.DELETE), FaultedLog::checkpoint),

	RECYCLE("use a segment's file again: rename", Kind.RENAME, Options.FILLED, FaultedLog::openTwoFilled,
			FaultPlace::first, FaultedLog::recycle),

	BLANK("use a segment's file again: fill with zeros", Kind.WRITE, Options.FILLED, FaultedLog::openTwoFilled,
			(log, call) -> call.name().equals(SegmentName.of(1) + SegmentName.NEW), FaultedLog::recycle),

	FORCE_BLANK("use a segment's file again: force", Kind.FORCE, Options.FILLED, FaultedLog::openTwoFilled,
			(log, call) -> call.name().equals(SegmentName.of(1) + SegmentName.NEW), FaultedLog::recycle),

	OPEN_READER("read: open a segment", Kind.OPEN_FOR_READING, Options.PLAIN, FaultedLog::openAndAppend,
			FaultPlace::first, FaultedLog::read),

	READ("read", Kind.READ, Options.PLAIN, FaultedLog::openAndAppend, FaultPlace::first, FaultedLog::read),

	WRITE_CLOSE("close: write the close block", Kind.WRITE, Options.FILLED, FaultedLog::openFilled, FaultPlace::first,
			FaultedLog::close),

	FORCE_CLOSE("close: force", Kind.FORCE, Options.FILLED, FaultedLog::openFilled, FaultPlace::first,
			FaultedLog::close),

	TRIM("close: truncate", Kind.TRUNCATE, Options.FILLED, FaultedLog::openFilled, FaultPlace::first,
			FaultedLog::close),

	CLOSE("close: close the segment", Kind.CLOSE, Options.FILLED, FaultedLog::openFilled, FaultPlace::first,
			FaultedLog::close),

	DELETE_SPARE("close: delete the next segment", Kind.DELETE, Options.FILLED, FaultedLog::openFilled,
			FaultPlace::second, FaultedLog::close),

	FORCE_DELETE_SPARE("close: force the directory", Kind.FORCE_DIRECTORY, Options.FILLED, FaultedLog::openFilled,
			(log, call) -> true, FaultedLog::close),

	UNLOCK("close: release the lock", Kind.UNLOCK, Options.PLAIN, FaultedLog::openAndAppend, (log, call) -> true,
			FaultedLog::close),

	MAKE_DIRECTORY("open: create the directory", Kind.MAKE_DIRECTORY, Options.PLAIN, FaultedLog::nothing,
			(log, call) -> true, FaultedLog::open),

	LOCK("open: lock", Kind.LOCK, Options.PLAIN, FaultedLog::crash, (log, call) -> true, FaultedLog::open),

	CLAIM("open: name the holder", Kind.CLAIM, Options.PLAIN, FaultedLog::crash, (log, call) -> true, FaultedLog::open),

	LIST("open: list the directory", Kind.LIST, Options.PLAIN, FaultedLog::crash, (log, call) -> true,
			FaultedLog::open),

	INSPECT("open: open a segment to read", Kind.OPEN_FOR_READING, Options.PLAIN, FaultedLog::crash, FaultPlace::first,
			FaultedLog::open),

	INSPECT_BEFORE_SPARE("open: open the last segment but for the next one", Kind.OPEN_FOR_READING, Options.FILLED,
			FaultedLog::crashFilled, FaultPlace::first, FaultedLog::open),

	SCAN("open: read a segment", Kind.READ, Options.PLAIN, FaultedLog::crash, FaultPlace::first, FaultedLog::open),

	DELETE_UNFINISHED("open: delete an unfinished file", Kind.DELETE, Options.PLAIN, FaultedLog::crash,
			(log, call) -> call.name().endsWith(SegmentName.NEW), FaultedLog::open),

	FORCE_NAMES("open: force the directory", Kind.FORCE_DIRECTORY, Options.PLAIN, FaultedLog::crash,
			(log, call) -> !log.did(Kind.CREATE), FaultedLog::open),

	CREATE_TORN("open: create the .torn file", Kind.CREATE, Options.PLAIN, FaultedLog::crash, FaultPlace::torn,
			FaultedLog::open),

	WRITE_TORN("open: write the .torn file", Kind.WRITE, Options.PLAIN, FaultedLog::crash, FaultPlace::torn,
			FaultedLog::open),

	FORCE_TORN("open: force the .torn file", Kind.FORCE, Options.PLAIN, FaultedLog::crash, FaultPlace::torn,
			FaultedLog::open),

	FORCE_TORN_NAME("open: force its name", Kind.FORCE_DIRECTORY, Options.PLAIN, FaultedLog::crash,
			(log, call) -> log.did(Kind.CREATE), FaultedLog::open),

	CUT("open: truncate the torn tail", Kind.TRUNCATE, Options.PLAIN, FaultedLog::crash, FaultPlace::first,
			FaultedLog::open),

	FORCE_CUT("open: force the truncation", Kind.FORCE, Options.PLAIN, FaultedLog::crash,
			(log, call) -> first(log, call) && !log.didWrite(SegmentName.of(1)), FaultedLog::open),

	REOPEN("open: open the last segment to write", Kind.OPEN, Options.PLAIN, FaultedLog::crash,
			(log, call) -> first(log, call) && log.did(Kind.TRUNCATE), FaultedLog::open),

	REWRITE("open: write the last records again", Kind.WRITE, Options.PLAIN, FaultedLog::crash, FaultPlace::first,
			FaultedLog::open),

	FORCE_REWRITE("open: force them", Kind.FORCE, Options.PLAIN, FaultedLog::crash,
			(log, call) -> first(log, call) && log.didWrite(SegmentName.of(1)), FaultedLog::open),

	MOVE_AWAY("open: rename a damaged segment", Kind.RENAME, Options.TRUNCATING, FaultedLog::damage, FaultPlace::second,
			FaultedLog::open);

	private final String label;

	private final Kind kind;

	private final WalOptions options;

	private final Consumer<FaultedLog> before;

	private final BiPredicate<FaultedLog, DiskCall> calls;

	private final Consumer<FaultedLog> step;

	FaultPlace(String label, Kind kind, WalOptions options, Consumer<FaultedLog> before,
			BiPredicate<FaultedLog, DiskCall> calls, Consumer<FaultedLog> step) {
		this.label = label;
		this.kind = kind;
		this.options = options;
		this.before = before;
		this.calls = calls;
		this.step = step;
	}

	private static boolean first(FaultedLog log, DiskCall call) {
		return call.name().equals(SegmentName.of(1)) && !call.thread().equals("wal-preallocator");
	}

	private static boolean second(FaultedLog log, DiskCall call) {
		return call.name().startsWith(SegmentName.of(2));
	}

	private static boolean background(FaultedLog log, DiskCall call) {
		return call.name().equals(SegmentName.of(1)) && call.thread().equals("wal-preallocator");
	}

	private static boolean checkpoint(FaultedLog log, DiskCall call) {
		return call.name().startsWith(SegmentName.CHECKPOINT);
	}

	private static boolean torn(FaultedLog log, DiskCall call) {
		return call.name().endsWith(".torn");
	}

	public String label() {
		return this.label;
	}

	Kind kind() {
		return this.kind;
	}

	WalOptions options() {
		return this.options;
	}

	void before(FaultedLog log) {
		this.before.accept(log);
	}

	void step(FaultedLog log) {
		this.step.accept(log);
	}

	boolean isAt(FaultedLog log, DiskCall call) {
		return call.kind() == this.kind && this.calls.test(log, call);
	}

	boolean isOpen() {
		return this.label.startsWith("open:");
	}

	boolean isClose() {
		return this.label.startsWith("close:");
	}

	/** The settings; apart, since an enum's constants come before its fields. */
	private static final class Options {

		static final WalOptions PLAIN = RecordedRun.options((builder) -> builder);

		static final WalOptions SMALL = RecordedRun.options((builder) -> builder.segmentSize(8192));

		static final WalOptions FILLED = RecordedRun
			.options((builder) -> builder.segmentSize(FaultedLog.FILLED).preallocate(true));

		static final WalOptions TRUNCATING = RecordedRun
			.options((builder) -> builder.corruptionPolicy(CorruptionPolicy.TRUNCATE));

		private Options() {
		}

	}

}
