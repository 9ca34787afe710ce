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

	private final boolean lazily;

	private final Findings findings;

	private Inspection(Storage storage, @Nullable String owner, CorruptionPolicy policy, RecoveryScan level,
			boolean lazily) {
		this.storage = storage;
		this.owner = owner;
		this.level = (policy == CorruptionPolicy.FAIL) ? level : RecoveryScan.FULL;
		this.lazily = lazily;
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
		return new Inspection(storage, owner, policy, level, false).run();
	}

	/**
	 * Inspect the directory of a log that nobody else changes. If the policy and the
	 * level allow it, older segments are read when they are needed: their numbers tell
	 * that none is missing.
	 */
	public static InspectedLog ofTail(Storage storage, @Nullable String owner, CorruptionPolicy policy,
			RecoveryScan level) throws IOException {
		if (policy == CorruptionPolicy.FAIL && level != RecoveryScan.FULL) {
			try {
				return new Inspection(storage, owner, policy, level, true).run();
			}
			catch (WalCorruptedException ex) {
				// Only an inspection that reads all segments can tell all that is wrong.
			}
		}
		return of(storage, owner, policy, level);
	}

	private InspectedLog run() throws IOException {
		Listing listing = Listing.of(this.storage, this.lazily);
		Identity identity = Identity.of(this.storage, listing, this.owner, this.findings);
		SegmentBounds bounds = new SegmentBounds(this.storage, listing, identity.checkpointLsn());
		SegmentChain chain = SegmentChain.of(this.storage.directory(), listing, identity, bounds, this.findings);
		scanOlder(chain);
		TailVerdict verdict = TailVerdict.of(this.storage, listing, chain, identity.checkpointDamaged(), bounds,
				this.findings);
		List<Segment> segments = new ArrayList<>(chain.segments());
		segments.addAll(verdict.segments());
		RestartPlan plan = RestartPlan.of(segments, verdict.nextLsn(), chain.checkpointLsn(), listing, this.findings);
		if (plan != null) {
			segments = plan.segments();
			verdict = verdict.restarted(plan.start());
		}
		checkReachable(verdict.nextLsn());
		Remains remains = Remains.of(listing.unfinished(), chain, (plan != null) ? plan.leftOut() : List.of());
		return new InspectedLog(identity.withCheckpoint(chain.checkpointLsn()), segments, verdict,
				(plan != null) ? plan.start() : null, remains, listing.highestNumber(), this.findings.damage(),
				this.findings.scanned(), tail(segments, verdict));
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
							segment.readableEnd(), segment.lastLsn(), this.findings.isTolerant()));
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

	private TailState tail(List<Segment> segments, TailVerdict verdict) {
		Lsn next = Lsn.of(verdict.nextLsn());
		Findings.Loss loss = this.findings.firstLoss();
		if (loss != null && this.findings.policy() == CorruptionPolicy.TRUNCATE) {
			return new TailState(TailState.Kind.DAMAGE_TRUNCATED, SegmentName.of(loss.number()), loss.offset(), 0,
					Lsn.of(loss.expectedLsn()), loss.reason(), null);
		}
		TornTail torn = verdict.torn();
		if (torn != null) {
			return new TailState(TailState.Kind.TRUNCATED, torn.segment().name(), torn.from(), torn.length(), next,
					torn.reason(), null);
		}
		Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
		return new TailState(TailState.Kind.CLEAN, (last != null) ? last.name() : null,
				(last != null) ? last.readableEnd() : 0, 0, next, null, null);
	}

}
