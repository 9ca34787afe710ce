// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.wal.internal.format.BlockHeader;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.StorageFile;
import org.jspecify.annotations.Nullable;

/**
 * What reading all of a segment found, and the verdict on how it ends.
 * <p>
 * A segment ends at the first offset without a valid block. What lies after it decides
 * whether that is the end of the log or damage. Every block carries the highest LSN that
 * had been forced before it was written. So if a valid header after the end says that the
 * LSN due there was durable, then it was there once. Otherwise nothing shows that
 * anything was acknowledged: blocks that were written out of order and never acknowledged
 * look the same.
 *
 * @param end where the valid blocks end
 * @param nextLsn the LSN that the next record would have
 * @param provenLsn the highest LSN that a block says was forced
 * @param unprovenFrom where the first block begins that {@code provenLsn} does not cover
 * @param records the number of records
 * @param closed whether the last block closes the log
 * @param problem what lies at {@code end}, as a phrase, or {@code null} if zeros or
 * nothing
 * @param dirtyEnd where the last byte that is not zero ends
 * @param seenLsn the highest LSN that is mentioned anywhere, also in unreadable blocks
 * @param gaps where acknowledged data is missing. Only the first such part, unless the
 * scan was to continue after it
 */
public record SegmentScan(long end, long nextLsn, long provenLsn, long unprovenFrom, long records, boolean closed,
		@Nullable String problem, long dirtyEnd, long seenLsn, List<Gap> gaps) {

	/**
	 * Create the result of a scan.
	 */
	public SegmentScan {
		gaps = List.copyOf(gaps);
	}

	/**
	 * Scan a segment.
	 * @param file the segment, which is left open
	 * @param header its header
	 * @param expectedLsn the LSN due if the segment has no start block
	 * @param limit where the segment ends according to its successor, or the size of the
	 * file
	 * @param sealedLsn the last LSN of the segment according to its successor, or -1 if
	 * it has none
	 * @param skip whether to continue after damage
	 */
	public static SegmentScan of(StorageFile file, SegmentHeader header, long expectedLsn, long limit, long sealedLsn,
			boolean skip) throws IOException {
		BlockReader reader = new BlockReader(file, header.salt(), limit);
		try {
			Scanner scanner = new Scanner(reader, expectedLsn);
			scanner.run(sealedLsn, skip);
			return scanner.result();
		}
		finally {
			reader.release();
		}
	}

	/**
	 * A part of the segment without valid blocks.
	 *
	 * @param from where it begins
	 * @param to where the next valid block begins, or where the segment ends
	 * @param firstLsn the LSN that was due at its beginning
	 * @param nextLsn the LSN of the next valid block
	 * @param problem what lies there, as a phrase
	 */
	public record Gap(long from, long to, long firstLsn, long nextLsn, String problem) {
	}

	private static final class Scanner {

		private final BlockReader reader;

		private long end = Format.SEGMENT_HEADER_SIZE;

		private long nextLsn;

		private long provenLsn;

		private long unprovenFrom = Format.SEGMENT_HEADER_SIZE;

		private long records;

		private boolean closed;

		private @Nullable String problem;

		private long dirtyEnd;

		private long seenLsn;

		/** The highest durable LSN that a header after the first bad place tells of. */
		private long durableLsn;

		/** Whether all that follows the first bad place was looked at. */
		private boolean looked;

		private boolean readAgain;

		private final List<Gap> gaps = new ArrayList<>();

		/**
		 * Whether a valid block lies at {@link #end} that does not belong there. Nothing
		 * that a crash does can move one.
		 */
		private boolean outOfPlace;

		Scanner(BlockReader reader, long expectedLsn) {
			this.reader = reader;
			this.nextLsn = expectedLsn;
		}

		SegmentScan result() {
			return new SegmentScan(this.end, this.nextLsn, this.provenLsn, this.unprovenFrom, this.records, this.closed,
					this.problem, this.dirtyEnd, this.seenLsn, this.gaps);
		}

		void run(long sealedLsn, boolean skip) throws IOException {
			boolean sealed = sealedLsn >= 0;
			readValidBlocks();
			while (!sealed || this.end != this.reader.limit() || this.nextLsn != sealedLsn + 1) {
				boolean damaged = isDamaged(sealed);
				this.dirtyEnd = Math.max(this.end, this.dirtyEnd);
				this.seenLsn = Math.max(Math.max(this.nextLsn - 1, this.seenLsn), sealedLsn);
				if (!damaged) {
					return;
				}
				if (goesOnByNow()) {
					continue;
				}
				long resume = findReadable();
				Gap gap = gap(resume, sealed);
				this.gaps.add(gap);
				if (!skip) {
					return;
				}
				this.end = gap.to();
				this.nextLsn = gap.nextLsn();
				if (resume < 0) {
					return;
				}
				this.reader.seek(resume);
				readValidBlocks();
			}
		}

		/**
		 * Return whether something durable is missing after the valid blocks. All that
		 * lies there is looked at once, however many gaps there are. Only where the LSN
		 * that is due is above every durable LSN that was found it is looked at again,
		 * which happens twice at most: what continues the log then has a higher one.
		 */
		private boolean isDamaged(boolean sealed) throws IOException {
			boolean known = sealed || this.outOfPlace;
			if (this.looked && (known || this.durableLsn >= this.nextLsn)) {
				return true;
			}
			this.looked = true;
			Evidence evidence = new Evidence(this.end, this.nextLsn);
			evidence.look(this.reader, BlockReader.ALIGNED);
			this.dirtyEnd = Math.max(this.dirtyEnd, this.reader.dirtyEnd());
			if (!known && !evidence.provesLoss() && this.dirtyEnd > this.end) {
				evidence.look(this.reader, BlockReader.ANYWHERE);
			}
			this.durableLsn = Math.max(this.durableLsn, evidence.durableLsn);
			this.seenLsn = Math.max(this.seenLsn, evidence.seenLsn);
			return known || evidence.provesLoss();
		}

		/**
		 * Read again where the blocks ended, once. Beside a live writer a block may have
		 * been read before it was complete, and later ones after that. Once a later one
		 * was seen, it is complete, and so are all before it.
		 */
		private boolean goesOnByNow() throws IOException {
			if (this.readAgain) {
				return false;
			}
			this.readAgain = true;
			long before = this.end;
			this.reader.extend(this.reader.limit());
			this.reader.seek(before);
			readValidBlocks();
			return this.end > before;
		}

		private Gap gap(long resume, boolean sealed) {
			String reason = ((this.problem != null) ? this.problem : "there is nothing") + ", where LSN " + this.nextLsn
					+ " is due";
			if (resume >= 0) {
				long resumeLsn = this.reader.header().firstLsn;
				return new Gap(this.end, resume, this.nextLsn, resumeLsn, reason);
			}
			long to = sealed ? Math.max(this.end, this.reader.limit()) : this.dirtyEnd;
			return new Gap(this.end, to, this.nextLsn, this.seenLsn + 1, reason);
		}

		private void readValidBlocks() throws IOException {
			this.problem = null;
			this.outOfPlace = false;
			while (true) {
				BlockReader.Step step = this.reader.next();
				if (step == BlockReader.Step.BAD) {
					this.problem = this.reader.problem();
				}
				if (step == BlockReader.Step.UNKNOWN) {
					misplaced(this.reader.problem());
				}
				if (step != BlockReader.Step.BLOCK) {
					return;
				}
				BlockHeader header = this.reader.header();
				boolean first = this.reader.offset() == Format.SEGMENT_HEADER_SIZE;
				if (first != (header.kind == Format.KIND_START)) {
					misplaced(first ? "the first block does not start the segment" : "a second start block");
					return;
				}
				if (first) {
					StartBlock found = StartBlock.decode(header, this.reader.body(), this.reader.bodyIndex());
					if (!found.isPossible()) {
						misplaced("the start block contains impossible values");
						return;
					}
					this.nextLsn = header.firstLsn;
				}
				if (header.firstLsn != this.nextLsn) {
					misplaced("a block begins with LSN " + header.firstLsn);
					return;
				}
				this.provenLsn = Math.max(this.provenLsn, header.durableLsn);
				this.end = this.reader.nextOffset();
				this.nextLsn = header.nextLsn();
				this.records += header.count;
				this.closed = header.kind == Format.KIND_CLOSE;
				if (header.durableLsn == header.firstLsn - 1) {
					// All blocks before this one were forced; nothing says that of
					// itself.
					this.unprovenFrom = this.reader.offset();
				}
			}
		}

		private void misplaced(String problem) {
			this.problem = problem;
			this.outOfPlace = true;
		}

		/**
		 * Return where the first block that can be read again begins, with the reader at
		 * its header, or -1. A block at the end itself was read, and does not belong
		 * there unless its LSN is higher.
		 */
		private long findReadable() throws IOException {
			long found = this.reader.findBlock(this.end, this.nextLsn);
			return (found == this.end && this.reader.header().firstLsn == this.nextLsn)
					? this.reader.findBlock(found + 1, this.nextLsn) : found;
		}

	}

	/**
	 * What lies after the valid blocks.
	 */
	private static final class Evidence {

		private final long end;

		private final long expectedLsn;

		private long durableLsn;

		private long seenLsn;

		private boolean continues;

		Evidence(long end, long expectedLsn) {
			this.end = end;
			this.expectedLsn = expectedLsn;
		}

		void look(BlockReader reader, int step) throws IOException {
			for (long at = reader.findHeader(this.end, step); at >= 0; at = reader.findHeader(at + step, step)) {
				BlockHeader header = reader.header();
				this.durableLsn = Math.max(this.durableLsn, header.durableLsn);
				this.seenLsn = Math.max(this.seenLsn, header.nextLsn() - 1);
				this.continues |= at > this.end && header.firstLsn == this.expectedLsn
						&& header.durableLsn == this.expectedLsn - 1 && header.kind == Format.KIND_DATA
						&& (at - this.end) % Format.BLOCK_HEADER_SIZE == 0;
			}
		}

		/**
		 * Return whether something that was durable is missing. Besides what the durable
		 * LSNs say, a block that continues the LSNs without any missing shows that close
		 * blocks were lost, which have no records: nothing is appended before they are
		 * durable. (A close block proves nothing of the kind: a payload may hold a copy.)
		 * At the beginning of a segment it may be the start block that is missing, which
		 * is written together with the block after it.
		 */
		boolean provesLoss() {
			return this.durableLsn >= this.expectedLsn || (this.continues && this.end > Format.SEGMENT_HEADER_SIZE);
		}

	}

}
