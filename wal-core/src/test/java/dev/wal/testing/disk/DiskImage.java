// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state of a disk with one directory, and of the page cache above it. Changed by
 * calls, so that the calls of a recorded run lead an image through all its states.
 */
final class DiskImage {

	/** The files by number; a deleted one stays, for whoever has it open. */
	private final Map<Long, SimulatedFile> files = new TreeMap<>();

	private final Map<String, Long> names = new TreeMap<>();

	/** The names on the disk, if nothing pending reached it. */
	private final Map<String, Long> durableNames = new TreeMap<>();

	private final List<NameChange> changes = new ArrayList<>();

	private boolean exists;

	boolean exists() {
		return this.exists;
	}

	List<String> names() {
		return List.copyOf(this.names.keySet());
	}

	/**
	 * Return the number of a file, or 0 if there is none of that name.
	 */
	long find(String name) {
		return this.names.getOrDefault(name, 0L);
	}

	/**
	 * Return the name that a file has now.
	 * @param nameBefore the name of a file that was deleted
	 */
	String nameOf(long number, String nameBefore) {
		for (Map.Entry<String, Long> entry : this.names.entrySet()) {
			if (entry.getValue() == number) {
				return entry.getKey();
			}
		}
		return nameBefore;
	}

	SimulatedFile file(long number) {
		return this.files.get(number);
	}

	long nextNumber() {
		return this.files.size() + 1L;
	}

	long used() {
		long used = 0;
		for (long number : this.names.values()) {
			used += this.files.get(number).size();
		}
		return used;
	}

	/**
	 * Change this image as a call does.
	 */
	void apply(DiskCall call) {
		switch (call.kind()) {
			case MAKE_DIRECTORY -> this.exists = true;
			case CREATE -> create(call);
			case WRITE -> this.files.get(call.file).write(call.data, (int) call.size, call.offset);
			case TRUNCATE -> ifDone(call, () -> this.files.get(call.file).truncate(call.size));
			case FORCE -> force(call);
			case RENAME ->
				ifDone(call, () -> change(new NameChange(call.name(), call.target, this.names.get(call.name()))));
			case DELETE -> ifDone(call, () -> change(new NameChange(call.name(), null, 0)));
			case FORCE_DIRECTORY -> forceDirectory(!call.failed);
			default -> {
				// Changes nothing.
			}
		}
	}

	private static void ifDone(DiskCall call, Runnable change) {
		if (!call.failed) {
			change.run();
		}
	}

	private void create(DiskCall call) {
		if (call.failed) {
			return;
		}
		if (this.files.putIfAbsent(call.file, new SimulatedFile()) != null) {
			this.files.get(call.file).truncate(0);
		}
		else {
			change(new NameChange(null, call.name(), call.file));
		}
	}

	private void change(NameChange change) {
		change.apply(this.names);
		this.changes.add(change);
	}

	private void force(DiskCall call) {
		SimulatedFile file = this.files.get(call.file);
		if (call.failed) {
			file.failForce();
		}
		else {
			file.force(call.metadata);
		}
	}

	private void forceDirectory(boolean succeeds) {
		for (NameChange change : this.changes) {
			change.durable |= succeeds && change.dirty;
			change.dirty = false;
		}
		while (!this.changes.isEmpty() && this.changes.get(0).durable) {
			this.changes.remove(0).apply(this.durableNames);
		}
	}

	/**
	 * Return the disk as a power loss may leave it.
	 */
	DiskImage survive(Chooser chooser, int grain) {
		DiskImage survivor = new DiskImage();
		survivor.exists = this.exists;
		survivor.durableNames.putAll(this.durableNames);
		for (NameChange change : this.changes) {
			if (change.durable || chooser.choose(2) == 1) {
				change.apply(survivor.durableNames);
			}
		}
		survivor.names.putAll(survivor.durableNames);
		for (long number = 1; number < nextNumber(); number++) {
			boolean named = survivor.names.containsValue(number);
			survivor.files.put(number, named ? file(number).survive(chooser, grain) : new SimulatedFile());
		}
		return survivor;
	}

	DiskImage copy() {
		DiskImage copy = new DiskImage();
		this.files.forEach((number, file) -> copy.files.put(number, file.copy()));
		copy.names.putAll(this.names);
		copy.durableNames.putAll(this.durableNames);
		this.changes.forEach((change) -> copy.changes.add(change.copy()));
		copy.exists = this.exists;
		return copy;
	}

	long fingerprint() {
		long hash = this.exists ? 1 : 0;
		for (Map.Entry<String, Long> entry : this.names.entrySet()) {
			hash = (hash * 31 + entry.getKey().hashCode()) * 0x9E3779B97F4A7C15L + file(entry.getValue()).fingerprint();
		}
		return hash;
	}

	private static final class NameChange {

		final String removed;

		final String added;

		final long file;

		/** Whether a force of the directory would bring this to the disk. */
		boolean dirty = true;

		boolean durable;

		NameChange(String removed, String added, long file) {
			this.removed = removed;
			this.added = added;
			this.file = file;
		}

		void apply(Map<String, Long> names) {
			if (this.removed != null) {
				names.remove(this.removed);
			}
			if (this.added != null) {
				names.put(this.added, this.file);
			}
		}

		NameChange copy() {
			NameChange copy = new NameChange(this.removed, this.added, this.file);
			copy.dirty = this.dirty;
			copy.durable = this.durable;
			return copy;
		}

	}

}
