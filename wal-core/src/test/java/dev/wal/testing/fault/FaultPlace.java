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

	WRITE("append: write", Kind.WRITE, Options.PLAIN, FaultRun::openAndAppend, FaultPlace::first, FaultRun::append),

	WRITE_ZEROS("append: write, into zeros", Kind.WRITE, Options.FILLED, FaultRun::openFilled, FaultPlace::first,
			FaultRun::append),

	GROW("append: fill with zeros", Kind.WRITE, Options.FILLED, FaultRun::openWithoutPreparer, FaultPlace::first,
			FaultRun::append),

	TAKE_BACK("append: remove half a block, truncate", Kind.TRUNCATE, Options.PLAIN, FaultRun::openAndFindNoRoom,
			FaultPlace::first, FaultRun::append),

	FORCE_TAKE_BACK("append: remove half a block, force", Kind.FORCE, Options.PLAIN, FaultRun::openAndFindNoRoom,
			FaultPlace::first, FaultRun::append),

	FORCE("append: force", Kind.FORCE, Options.PLAIN, FaultRun::openAndAppend, FaultPlace::first, FaultRun::append),

	FORCE_INTERVAL("force of an interval", Kind.FORCE, Options.PLAIN, FaultRun::openAndAppend, FaultPlace::first,
			FaultRun::appendWithInterval),

	FILL("fill with zeros in the background: write", Kind.WRITE, Options.FILLED, FaultRun::nothing,
			FaultPlace::background, FaultRun::openAndWaitForPreparer),

	FORCE_FILL("fill with zeros in the background: force", Kind.FORCE, Options.FILLED, FaultRun::nothing,
			FaultPlace::background, FaultRun::openAndWaitForPreparer),

	FORCE_LEFT("rotate: force the segment that is left", Kind.FORCE, Options.SMALL, FaultRun::openWithUnforced,
			FaultPlace::first, FaultRun::appendMuch),

	CREATE("rotate: create the next segment", Kind.CREATE, Options.SMALL, FaultRun::nothing, FaultPlace::second,
			FaultRun::openAndRotate),

	WRITE_HEADER("rotate: write its header", Kind.WRITE, Options.SMALL, FaultRun::nothing,
			(run, call) -> call.name().equals(SegmentName.of(2) + SegmentName.NEW), FaultRun::openAndRotate),

	FORCE_HEADER("rotate: force its header", Kind.FORCE, Options.SMALL, FaultRun::nothing,
			(run, call) -> call.name().equals(SegmentName.of(2) + SegmentName.NEW), FaultRun::openAndRotate),

	RENAME("rotate: rename it", Kind.RENAME, Options.SMALL, FaultRun::nothing, FaultPlace::second,
			FaultRun::openAndRotate),

	FORCE_NAME("rotate: force the directory", Kind.FORCE_DIRECTORY, Options.SMALL, FaultRun::nothing,
			(run, call) -> run.didName(SegmentName.of(2)), FaultRun::openAndRotate),

	WRITE_NEXT("rotate: first write", Kind.WRITE, Options.SMALL, FaultRun::nothing,
			(run, call) -> call.name().equals(SegmentName.of(2)), FaultRun::openAndRotate),

	FORCE_NEXT("rotate: first force", Kind.FORCE, Options.SMALL, FaultRun::nothing,
			(run, call) -> call.name().equals(SegmentName.of(2)), FaultRun::openAndRotate),

	GIVE_BACK("truncate the unused end of a segment: truncate", Kind.TRUNCATE, Options.FILLED, FaultRun::openFilled,
			FaultPlace::background, FaultRun::rotateAndWaitForPreparer),

	FORCE_GIVE_BACK("truncate the unused end of a segment: force", Kind.FORCE, Options.FILLED, FaultRun::openFilled,
			FaultPlace::background, FaultRun::rotateAndWaitForPreparer),

	CREATE_CHECKPOINT("checkpoint: create the file", Kind.CREATE, Options.PLAIN, FaultRun::openTwoSegments,
			FaultPlace::checkpoint, FaultRun::checkpoint),

	WRITE_CHECKPOINT("checkpoint: write", Kind.WRITE, Options.PLAIN, FaultRun::openTwoSegments, FaultPlace::checkpoint,
			FaultRun::checkpoint),

	FORCE_CHECKPOINT("checkpoint: force", Kind.FORCE, Options.PLAIN, FaultRun::openTwoSegments, FaultPlace::checkpoint,
			FaultRun::checkpoint),

	RENAME_CHECKPOINT("checkpoint: rename", Kind.RENAME, Options.PLAIN, FaultRun::openTwoSegments,
			FaultPlace::checkpoint, FaultRun::checkpoint),

	FORCE_CHECKPOINT_NAME("checkpoint: force the directory", Kind.FORCE_DIRECTORY, Options.PLAIN,
			FaultRun::openTwoSegments, (run, call) -> !run.did(Kind.DELETE), FaultRun::checkpoint),

	DELETE("delete a segment", Kind.DELETE, Options.PLAIN, FaultRun::openTwoSegments, FaultPlace::first,
			FaultRun::checkpoint),

	FORCE_DELETE("delete a segment: force the directory", Kind.FORCE_DIRECTORY, Options.PLAIN,
			FaultRun::openTwoSegments, (run, call) -> run.did(Kind.DELETE), FaultRun::checkpoint),

	RECYCLE("use a segment's file again: rename", Kind.RENAME, Options.FILLED, FaultRun::openTwoFilled,
			FaultPlace::first, FaultRun::recycle),

	BLANK("use a segment's file again: fill with zeros", Kind.WRITE, Options.FILLED, FaultRun::openTwoFilled,
			(run, call) -> call.name().equals(SegmentName.of(1) + SegmentName.NEW), FaultRun::recycle),

	FORCE_BLANK("use a segment's file again: force", Kind.FORCE, Options.FILLED, FaultRun::openTwoFilled,
			(run, call) -> call.name().equals(SegmentName.of(1) + SegmentName.NEW), FaultRun::recycle),

	OPEN_READER("read: open a segment", Kind.OPEN_FOR_READING, Options.PLAIN, FaultRun::openAndAppend,
			FaultPlace::first, FaultRun::read),

	READ("read", Kind.READ, Options.PLAIN, FaultRun::openAndAppend, FaultPlace::first, FaultRun::read),

	WRITE_CLOSE("close: write the close block", Kind.WRITE, Options.FILLED, FaultRun::openFilled, FaultPlace::first,
			FaultRun::close),

	FORCE_CLOSE("close: force", Kind.FORCE, Options.FILLED, FaultRun::openFilled, FaultPlace::first, FaultRun::close),

	TRIM("close: truncate", Kind.TRUNCATE, Options.FILLED, FaultRun::openFilled, FaultPlace::first, FaultRun::close),

	CLOSE("close: close the segment", Kind.CLOSE, Options.FILLED, FaultRun::openFilled, FaultPlace::first,
			FaultRun::close),

	DELETE_SPARE("close: delete the next segment", Kind.DELETE, Options.FILLED, FaultRun::openFilled,
			FaultPlace::second, FaultRun::close),

	FORCE_DELETE_SPARE("close: force the directory", Kind.FORCE_DIRECTORY, Options.FILLED, FaultRun::openFilled,
			(run, call) -> true, FaultRun::close),

	UNLOCK("close: release the lock", Kind.UNLOCK, Options.PLAIN, FaultRun::openAndAppend, (run, call) -> true,
			FaultRun::close),

	MAKE_DIRECTORY("open: create the directory", Kind.MAKE_DIRECTORY, Options.PLAIN, FaultRun::nothing,
			(run, call) -> true, FaultRun::open),

	LOCK("open: lock", Kind.LOCK, Options.PLAIN, FaultRun::crash, (run, call) -> true, FaultRun::open),

	LIST("open: list the directory", Kind.LIST, Options.PLAIN, FaultRun::crash, (run, call) -> true, FaultRun::open),

	INSPECT("open: open a segment to read", Kind.OPEN_FOR_READING, Options.PLAIN, FaultRun::crash, FaultPlace::first,
			FaultRun::open),

	INSPECT_BEFORE_SPARE("open: open the last segment but for the next one", Kind.OPEN_FOR_READING, Options.FILLED,
			FaultRun::crashFilled, FaultPlace::first, FaultRun::open),

	SCAN("open: read a segment", Kind.READ, Options.PLAIN, FaultRun::crash, FaultPlace::first, FaultRun::open),

	DELETE_UNFINISHED("open: delete an unfinished file", Kind.DELETE, Options.PLAIN, FaultRun::crash,
			(run, call) -> call.name().endsWith(SegmentName.NEW), FaultRun::open),

	FORCE_NAMES("open: force the directory", Kind.FORCE_DIRECTORY, Options.PLAIN, FaultRun::crash,
			(run, call) -> !run.did(Kind.CREATE), FaultRun::open),

	CREATE_TORN("open: create the .torn file", Kind.CREATE, Options.PLAIN, FaultRun::crash, FaultPlace::torn,
			FaultRun::open),

	WRITE_TORN("open: write the .torn file", Kind.WRITE, Options.PLAIN, FaultRun::crash, FaultPlace::torn,
			FaultRun::open),

	FORCE_TORN("open: force the .torn file", Kind.FORCE, Options.PLAIN, FaultRun::crash, FaultPlace::torn,
			FaultRun::open),

	FORCE_TORN_NAME("open: force its name", Kind.FORCE_DIRECTORY, Options.PLAIN, FaultRun::crash,
			(run, call) -> run.did(Kind.CREATE), FaultRun::open),

	CUT("open: truncate the torn tail", Kind.TRUNCATE, Options.PLAIN, FaultRun::crash, FaultPlace::first,
			FaultRun::open),

	FORCE_CUT("open: force the truncation", Kind.FORCE, Options.PLAIN, FaultRun::crash,
			(run, call) -> first(run, call) && !run.didWrite(SegmentName.of(1)), FaultRun::open),

	REOPEN("open: open the last segment to write", Kind.OPEN, Options.PLAIN, FaultRun::crash,
			(run, call) -> first(run, call) && run.did(Kind.TRUNCATE), FaultRun::open),

	REWRITE("open: write the last records again", Kind.WRITE, Options.PLAIN, FaultRun::crash, FaultPlace::first,
			FaultRun::open),

	FORCE_REWRITE("open: force them", Kind.FORCE, Options.PLAIN, FaultRun::crash,
			(run, call) -> first(run, call) && run.didWrite(SegmentName.of(1)), FaultRun::open),

	MOVE_AWAY("open: rename a damaged segment", Kind.RENAME, Options.TRUNCATING, FaultRun::damage, FaultPlace::second,
			FaultRun::open);

	private final String label;

	private final Kind kind;

	private final WalOptions options;

	private final Consumer<FaultRun> before;

	private final BiPredicate<FaultRun, DiskCall> calls;

	private final Consumer<FaultRun> step;

	FaultPlace(String label, Kind kind, WalOptions options, Consumer<FaultRun> before,
			BiPredicate<FaultRun, DiskCall> calls, Consumer<FaultRun> step) {
		this.label = label;
		this.kind = kind;
		this.options = options;
		this.before = before;
		this.calls = calls;
		this.step = step;
	}

	private static boolean first(FaultRun run, DiskCall call) {
		return call.name().equals(SegmentName.of(1)) && !call.thread().equals("wal-preallocator");
	}

	private static boolean second(FaultRun run, DiskCall call) {
		return call.name().startsWith(SegmentName.of(2));
	}

	private static boolean background(FaultRun run, DiskCall call) {
		return call.name().equals(SegmentName.of(1)) && call.thread().equals("wal-preallocator");
	}

	private static boolean checkpoint(FaultRun run, DiskCall call) {
		return call.name().startsWith(SegmentName.CHECKPOINT);
	}

	private static boolean torn(FaultRun run, DiskCall call) {
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

	void before(FaultRun run) {
		this.before.accept(run);
	}

	void step(FaultRun run) {
		this.step.accept(run);
	}

	boolean isAt(FaultRun run, DiskCall call) {
		return call.kind() == this.kind && this.calls.test(run, call);
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
			.options((builder) -> builder.segmentSize(FaultRun.FILLED).preallocate(true));

		static final WalOptions TRUNCATING = RecordedRun
			.options((builder) -> builder.corruptionPolicy(CorruptionPolicy.TRUNCATE));

		private Options() {
		}

	}

}
