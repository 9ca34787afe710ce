// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.util.ArrayList;
import java.util.List;

import dev.wal.benchmarks.CommitVariant.Trait;

/**
 * What each decision about group commit is worth on the disk at hand: the floor's, with
 * one thing done differently at a time. Says why the log does it the way it does, or that
 * it should not here.
 */
final class DesignWorkload implements Workload {

	private final String name;

	private final Settings settings;

	private final Load load;

	private final int writers;

	private final int payload;

	DesignWorkload(String name, Settings settings, Load load, int writers, int payload) {
		this.name = name;
		this.settings = settings;
		this.load = load;
		this.writers = writers;
		this.payload = payload;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String description() {
		return "variants of the floor's group commit: " + this.writers + " writers, "
				+ Settings.size(this.payload).replace("4096 B", "4 KiB");
	}

	@Override
	public List<Cell> cells() {
		long size = this.settings.floorBytes();
		List<Subject> variants = List.of(new GroupFloor(size), new CommitVariant("no yield", size, Trait.NO_YIELD),
				new CommitVariant("woken in a chain", size, Trait.CHAIN),
				new CommitVariant("a thread that owns the file", size, Trait.OWNER),
				new CommitVariant("whole blocks", size, Trait.PADDED), new CommitVariant("direct", size, Trait.DIRECT),
				new CommitVariant("direct, two in flight", size, Trait.DIRECT, Trait.TWO_IN_FLIGHT));
		List<Cell> cells = new ArrayList<>();
		for (Subject variant : variants) {
			cells.add(new Cell(variant.name(), this.settings.cellSeconds(), (directory) -> {
				try (Subject.Log log = variant.open(directory, this.payload)) {
					return this.load.closedLoop(log, this.writers, this.payload);
				}
			}));
		}
		return cells;
	}

	@Override
	public List<Row> rows(Results results) {
		return List.of();
	}

}
