// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.wal.CorruptionPolicy;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.RecoveryScan;
import dev.wal.TailState;
import dev.wal.WalCorruptedException;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.segment.ControlFile;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentName;
import dev.wal.internal.segment.SegmentScan;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what lies in the directory of a log: lists the files, checks whose they are,
 * follows the chain of segments, judges how the log ends, and plans where it continues.
 * Inspecting changes no byte; {@link Recovery} acts on the result.
 * <p>
 * Where nothing is damaged it runs without streams and lambdas: the first ones in a JVM
 * made opening a log take 10 ms more.
 */
public final class Inspection {

	private final Storage storage;

	private final @Nullable String owner;

	private final RecoveryScan level;

	private final boolean held;

	private final Findings findings;

	private Inspection(Storage storage, @Nullable String owner, CorruptionPolicy policy, RecoveryScan level,
			boolean held) {
		this.storage = storage;
		this.owner = owner;
		this.level = (policy == CorruptionPolicy.FAIL) ? level : RecoveryScan.FULL;
		this.held = held;
		this.findings = new Findings(storage.directory(), policy);
	}

	/**
	 * Inspect the directory of a log, with the beginnings of all segments.
	 * @param owner the owner that the log must have, or {@code null} for any
	 * @param policy what to do with damage: throw, or continue after it
	 * @param level how much to verify; everything unless the policy is to throw
	 */
	public static InspectedLog of(Storage storage, @Nullable String owner, CorruptionPolicy policy, RecoveryScan level)
			throws IOException {
		return new Inspection(storage, owner, policy, level, false).run(false);
	}

	/**
	 * Inspect the directory of a log whose lock this process holds. If the policy and the
	 * level allow it, older segments are read when they are needed: their numbers tell
	 * that none is missing.
	 */
	public static InspectedLog ofTail(Storage storage, @Nullable String owner, CorruptionPolicy policy,
			RecoveryScan level) throws IOException {
		if (policy == CorruptionPolicy.FAIL && level != RecoveryScan.FULL) {
			try {
				return new Inspection(storage, owner, policy, level, true).run(true);
			}
			catch (WalCorruptedException ex) {
				// Only an inspection that reads all segments can tell all that is wrong.
			}
		}
		return new Inspection(storage, owner, policy, level, true).run(false);
	}

	private InspectedLog run(boolean lazily) throws IOException {
		ControlFile.Found control = ControlFile.read(this.storage);
		Listing listing = Listing.of(this.storage, lazily, control.record());
		Identity identity = Identity.of(this.storage.directory(), listing, this.owner, control,
				this.held ? control : later(control), this.findings);
		ControlCheck check = new ControlCheck(this.storage.directory(), this.findings);
		identity = check.beforeReading(identity, listing);
		SegmentBounds bounds = new SegmentBounds(this.storage, listing, identity.checkpointLsn());
		SegmentChain chain = SegmentChain.of(this.storage.directory(), listing, identity, bounds, this.findings);
		List<FoundSegment> badHeaders = listing.badHeaders();
		for (FoundSegment segment : badHeaders) {
			if (segment.isHeaderConcluded()) {
				this.findings.headerUnreadable(segment);
			}
		}
		scanOlder(chain);
		TailVerdict verdict = TailVerdict.of(this.storage, listing, chain, identity, bounds, this.findings);
		identity = check.afterReading(identity, verdict);
		List<Segment> segments = new ArrayList<>(chain.segments());
		segments.addAll(verdict.segments());
		TailVerdict whole = verdict;
		RestartPlan plan = RestartPlan.of(segments, verdict.nextLsn(), identity.highestLsn(), listing, this.findings);
		if (plan != null) {
			segments = plan.segments();
			verdict = verdict.restarted(plan.start());
		}
		checkReachable(verdict.nextLsn());
		Remains remains = Remains.of(listing.unfinished(), chain,
				(plan != null) ? plan.leftOut() : verdict.discarded());
		return new InspectedLog(identity.withCheckpoint(chain.checkpointLsn()), segments, verdict,
				(plan != null) ? plan.start() : null, remains, badHeaders, listing.highestNumber(),
				this.findings.damage(), LossCount.of(this.findings, chain.segments(), whole), this.findings.scanned(),
				tail(identity, segments, verdict));
	}

	/**
	 * Read the control file once more. What a live writer says there of the end of the
	 * log is true of the segments that are read after it, and what it says of the
	 * checkpoint of those that were read before.
	 */
	private ControlFile.Found later(ControlFile.Found before) throws IOException {
		ControlFile.Found later = ControlFile.read(this.storage);
		boolean opened = !later.isSameAs(before) && (before.isClosed() || later.isClosed());
		if (opened || later.missing() != before.missing()) {
			throw new LogChangedException();
		}
		return later;
	}

	/**
	 * Read those of the segments before the newest one that the level asks for.
	 */
	private void scanOlder(SegmentChain chain) throws IOException {
		if (this.level == RecoveryScan.HEADERS && chain.incomplete().isEmpty()) {
			return;
		}
		for (Segment segment : chain.segments()) {
			boolean wanted = chain.incomplete().contains(segment.number()) || this.level == RecoveryScan.FULL
					|| (this.level == RecoveryScan.SINCE_CHECKPOINT && segment.lastLsn() > chain.checkpointLsn());
			if (wanted) {
				try (StorageFile file = this.storage.openForReading(segment.name())) {
					this.findings.scanned(segment, SegmentScan.of(file, segment.header(), segment.firstLsn(),
							segment.readableEnd(), segment.lastLsn(), 0, this.findings.isTolerant()));
				}
			}
		}
	}

	private void checkReachable(long nextLsn) {
		if (nextLsn < 1 || nextLsn > Format.MAX_LSN) {
			throw new WalCorruptedException(this.storage.directory(), 0, LsnRange.EMPTY,
					"the next LSN would be " + Lsn.of(nextLsn) + ", which no log can reach");
		}
	}

	private TailState tail(Identity identity, List<Segment> segments, TailVerdict verdict) {
		Lsn next = Lsn.of(verdict.nextLsn());
		Lsn proven = Lsn.of(verdict.provenLsn());
		boolean confirmed = identity.closed() && this.findings.firstLoss() == null;
		Findings.Loss loss = this.findings.firstLoss();
		if (loss != null && this.findings.policy() == CorruptionPolicy.TRUNCATE) {
			return new TailState(TailState.Kind.DAMAGE_TRUNCATED, SegmentName.of(loss.number()), loss.offset(), 0,
					Lsn.of(loss.expectedLsn()), proven, false, loss.reason(), null);
		}
		TornTail torn = verdict.torn();
		if (torn != null) {
			return new TailState(TailState.Kind.TRUNCATED, torn.segment().name(), torn.from(), torn.length(), next,
					proven, confirmed, torn.reason(), null);
		}
		Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
		return new TailState(TailState.Kind.CLEAN, (last != null) ? last.name() : null,
				(last != null) ? last.readableEnd() : 0, 0, next, proven, confirmed, null, null);
	}

}
