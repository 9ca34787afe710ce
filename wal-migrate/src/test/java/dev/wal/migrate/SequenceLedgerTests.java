// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

import dev.wal.migrate.LegacyFinding.Kind;
import dev.wal.migrate.LegacySource.NumberedFile;
import dev.wal.migrate.SequenceLedger.Gap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SequenceLedger} and its {@link SequenceSet}.
 */
@Tag("R88")
class SequenceLedgerTests {

	private static final List<NumberedFile> FILES = List.of(new NumberedFile("a", 0), new NumberedFile("b", 100),
			new NumberedFile("c", 250));

	/**
	 * Entries in any order, some of them often, some of them never.
	 */
	@Test
	void countsWhatIsMissingInAnyOrder() {
		Random random = new Random(7);
		for (int round = 0; round < 200; round++) {
			List<Long> sequences = new ArrayList<>();
			for (int i = 0; i < 400; i++) {
				sequences.add(1L + random.nextInt(300));
			}
			sequences.add(300L);
			Collections.shuffle(sequences, random);
			SequenceLedger ledger = new SequenceLedger(FILES);
			Set<Long> seen = new TreeSet<>();
			long repeats = 0;
			for (long sequence : sequences) {
				boolean repeated = !seen.add(sequence);
				boolean first = ledger.count(sequence);
				assertThat(first).isEqualTo(repeated && repeats == 0);
				repeats += repeated ? 1 : 0;
			}
			assertThat(ledger.gaps()).containsExactlyElementsOf(expected(seen));
		}
	}

	private static List<Gap> expected(Set<Long> seen) {
		List<Gap> gaps = new ArrayList<>();
		long[] ends = { 0, 100, 250, 300 };
		for (int i = 0; i < FILES.size(); i++) {
			long missing = LongStream.rangeClosed(ends[i] + 1, ends[i + 1]).filter((n) -> !seen.contains(n)).count();
			if (missing > 0) {
				gaps.add(new Gap(Kind.DAMAGE,
						missing + " of the entries " + (ends[i] + 1) + " to " + ends[i + 1] + " that belong into "
								+ FILES.get(i).name()
								+ " are missing: a line or a file was removed, or appends failed"));
			}
		}
		return gaps;
	}

	/**
	 * What comes too late for the bounded memory is reported as missing, never the other
	 * way about.
	 */
	@Test
	void boundsTheNumberOfGapsAndHidesNone() {
		SequenceLedger ledger = new SequenceLedger(List.of(new NumberedFile("a", 0)), 10);
		for (long sequence = 2; sequence <= 100; sequence += 2) {
			ledger.count(sequence);
		}
		ledger.count(1);
		ledger.count(99);
		assertThat(ledger.gaps()).singleElement()
			.extracting(Gap::reason)
			.asString()
			.startsWith("49 of the entries 1 to 100");
	}

	@Test
	void numbersAreUnsigned() {
		SequenceLedger ledger = new SequenceLedger(List.of(new NumberedFile("a", 0)));
		ledger.count(1);
		ledger.count(-1);
		assertThat(ledger.gaps()).singleElement()
			.extracting(Gap::reason)
			.asString()
			.startsWith("18446744073709551613 of the entries 1 to 18446744073709551615");
	}

	@Test
	void numbersThatFollowEachOtherAreOneRange() {
		SequenceSet set = new SequenceSet();
		for (long number : new long[] { 5, 3, 4, Long.MAX_VALUE, Long.MIN_VALUE, -1, -2, 0 }) {
			assertThat(set.add(number)).isTrue();
			assertThat(set.add(number)).isFalse();
		}
		assertThat(set.size()).isEqualTo(4);
		assertThat(set.removeLowest()).isEqualTo(new SequenceSet.Range(0, 0));
		assertThat(set.removeLowest()).isEqualTo(new SequenceSet.Range(3, 5));
		assertThat(set.removeLowest()).isEqualTo(new SequenceSet.Range(Long.MAX_VALUE, Long.MIN_VALUE));
		assertThat(set.removeLowest()).isEqualTo(new SequenceSet.Range(-2, -1));
	}

}
