// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import dev.wal.internal.segment.FoundSegment;

/**
 * The names of files that are no part of the log.
 *
 * @param unfinished files whose creation was not finished
 * @param abandoned segments that hold something, in order of their numbers
 * @param unused segments that nothing was written to, or that a checkpoint released, in
 * order of their numbers
 */
record Remains(List<String> unfinished, List<String> abandoned, List<String> unused) {

	static Remains of(List<String> unfinished, SegmentChain chain, List<FoundSegment> givenUp) {
		Set<String> abandoned = new TreeSet<>();
		Set<String> unused = new TreeSet<>();
		for (FoundSegment segment : chain.released()) {
			unused.add(segment.name());
		}
		for (List<FoundSegment> segments : List.of(chain.leftOut(), givenUp)) {
			for (FoundSegment segment : segments) {
				(segment.unused() ? unused : abandoned).add(segment.name());
			}
		}
		return new Remains(unfinished, List.copyOf(abandoned), List.copyOf(unused));
	}

}
