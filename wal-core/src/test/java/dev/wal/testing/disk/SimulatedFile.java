// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/**
 * The content of a file: as the page cache has it, as the disk has it for certain, and
 * what the disk may have of each sector instead. Sectors and the size reach the disk
 * independently of each other.
 */
final class SimulatedFile {

	static final int SECTOR = 512;

	private static final byte[] ZEROS = new byte[SECTOR];

	/**
	 * Whether a sector that had nothing in it, and was being written from its first byte
	 * on, may hold anything after a loss of power.
	 */
	private static final boolean GARBAGE = Boolean.getBoolean("wal.crash.garbage");

	private byte[] cache;

	private int size;

	/** What is on the disk, if nothing pending reached it. */
	private byte[] disk;

	private int diskSize;

	/** Sectors of which the disk may have another version than {@link #disk}. */
	private final NavigableMap<Integer, Sector> pending = new TreeMap<>();

	private final List<Resize> resizes = new ArrayList<>();

	/** Whether a force would bring the size to the disk. */
	private boolean sizeDirty;

	private int sequence;

	SimulatedFile() {
		this(new byte[0], 0);
	}

	private SimulatedFile(byte[] content, int size) {
		this.cache = content.clone();
		this.size = size;
		this.disk = content;
		this.diskSize = size;
	}

	int size() {
		return this.size;
	}

	int read(byte[] target, int from, int length, long position) {
		if (position >= this.size) {
			return -1;
		}
		int count = (int) Math.min(length, this.size - position);
		System.arraycopy(this.cache, (int) position, target, from, count);
		return count;
	}

	void write(byte[] data, int length, long position) {
		if (length == 0) {
			return;
		}
		int end = (int) position + length;
		this.sequence++;
		if (end > this.cache.length) {
			this.cache = Arrays.copyOf(this.cache, Math.max(roundUp(end), this.cache.length * 2));
		}
		System.arraycopy(data, 0, this.cache, (int) position, length);
		if (end > this.size) {
			this.size = end;
			this.resizes.add(new Resize(this.sequence, end, false));
		}
		this.sizeDirty |= end > this.diskSize;
		for (int sector = (int) position / SECTOR; sector * SECTOR < end; sector++) {
			touch(sector, position <= (long) sector * SECTOR);
		}
	}

	void truncate(long newSize) {
		if (newSize >= this.size) {
			return;
		}
		this.sequence++;
		int from = (int) newSize;
		Arrays.fill(this.cache, from, this.size, (byte) 0);
		for (int sector = from / SECTOR; sector * SECTOR < this.size; sector++) {
			touch(sector, false);
		}
		this.size = from;
		this.resizes.add(new Resize(this.sequence, from, true));
		this.sizeDirty = true;
	}

	private void touch(int sector, boolean fromStart) {
		int from = sector * SECTOR;
		Sector pending = this.pending.computeIfAbsent(sector, (key) -> new Sector(fromStart));
		pending.versions.add(new Version(this.sequence, Arrays.copyOfRange(this.cache, from, from + SECTOR)));
		pending.dirty = true;
	}

	/**
	 * Bring to the disk what is dirty. Without metadata a size is brought there only if
	 * what was written could not be read otherwise: a cut may come undone.
	 */
	void force(boolean metadata) {
		Resize last = this.resizes.isEmpty() ? null : this.resizes.get(this.resizes.size() - 1);
		boolean cutRemains = !metadata && last != null && last.cut && last.size <= this.diskSize;
		int end = cutRemains ? roundUp(this.size) : Integer.MAX_VALUE;
		this.pending.forEach((index, sector) -> {
			if (sector.dirty && index * SECTOR < end) {
				settle(index, sector.versions.get(sector.versions.size() - 1).content);
			}
		});
		this.pending.entrySet().removeIf((entry) -> entry.getValue().dirty && entry.getKey() * SECTOR < end);
		if (this.sizeDirty && !cutRemains) {
			this.diskSize = this.size;
			this.resizes.clear();
			this.sizeDirty = false;
		}
	}

	private void settle(int sector, byte[] content) {
		int from = sector * SECTOR;
		if (from + SECTOR > this.disk.length) {
			this.disk = Arrays.copyOf(this.disk, Math.max(from + SECTOR, this.disk.length * 2));
		}
		System.arraycopy(content, 0, this.disk, from, SECTOR);
	}

	/**
	 * Fail to bring to the disk what is dirty. As Linux does it: everything is clean
	 * afterwards, some of it is on the disk and some is not, and the page cache does not
	 * show which.
	 */
	void failForce() {
		this.pending.values().forEach((sector) -> sector.dirty = false);
		this.sizeDirty = false;
	}

	/**
	 * Return the file as a power loss may leave it.
	 * @param grain how much is written in order or not at all: all changes within so many
	 * bytes reach the disk in their order
	 */
	SimulatedFile survive(Chooser chooser, int grain) {
		int length = this.diskSize;
		int sizeSequence = 0;
		if (!this.resizes.isEmpty()) {
			int chosen = chooser.choose(this.resizes.size() + 1);
			if (chosen > 0) {
				Resize resize = this.resizes.get(chosen - 1);
				length = resize.size;
				sizeSequence = resize.sequence;
			}
		}
		byte[] content = Arrays.copyOf(this.disk, roundUp(length));
		int sectorsPerGrain = Math.max(1, grain / SECTOR);
		int grainAt = -1;
		int until = 0;
		for (Map.Entry<Integer, Sector> entry : this.pending.entrySet()) {
			int sector = entry.getKey();
			List<Version> possible = possible(sector, entry.getValue(), sizeSequence);
			if (grain > SECTOR) {
				if (sector / sectorsPerGrain != grainAt) {
					grainAt = sector / sectorsPerGrain;
					until = chooseSequence(grainAt * sectorsPerGrain, sectorsPerGrain, chooser);
				}
				int limit = until;
				possible.removeIf((version) -> version.sequence > limit);
				copy(possible, possible.size(), content, sector, sizeSequence);
			}
			else {
				boolean garbage = GARBAGE && !possible.isEmpty() && entry.getValue().fromStart
						&& isForcedAsZeros(sector);
				int chosen = chooser.choose(possible.size() + (garbage ? 2 : 1));
				if (chosen > possible.size()) {
					fillWithGarbage(content, sector);
				}
				else {
					copy(possible, chosen, content, sector, sizeSequence);
				}
			}
		}
		Arrays.fill(content, length, content.length, (byte) 0);
		return new SimulatedFile(content, length);
	}

	private boolean isForcedAsZeros(int sector) {
		int from = sector * SECTOR;
		return from >= this.disk.length || Arrays.equals(this.disk, from, Math.min(this.disk.length, from + SECTOR),
				ZEROS, 0, Math.min(SECTOR, this.disk.length - from));
	}

	private static void fillWithGarbage(byte[] content, int sector) {
		int from = sector * SECTOR;
		Random random = new Random(sector);
		for (int i = from; i < Math.min(content.length, from + SECTOR); i++) {
			content[i] = (byte) random.nextInt();
		}
	}

	private void copy(List<Version> versions, int chosen, byte[] content, int sector, int sizeSequence) {
		int from = sector * SECTOR;
		if (from >= content.length) {
			return;
		}
		if (chosen > 0) {
			System.arraycopy(versions.get(chosen - 1).content, 0, content, from, SECTOR);
		}
		else if (cutSince(sector, sizeSequence) > 0) {
			// What was cut off does not come back in a file that grew again.
			System.arraycopy(ZEROS, 0, content, from, SECTOR);
		}
	}

	private int chooseSequence(int first, int count, Chooser chooser) {
		List<Integer> distinct = this.pending.subMap(first, first + count)
			.values()
			.stream()
			.flatMap((sector) -> sector.versions.stream())
			.map((version) -> version.sequence)
			.sorted()
			.distinct()
			.toList();
		int chosen = chooser.choose(distinct.size() + 1);
		return (chosen == 0) ? 0 : distinct.get(chosen - 1);
	}

	private List<Version> possible(int sector, Sector pending, int sizeSequence) {
		int since = cutSince(sector, sizeSequence);
		int before = cutAfter(sector, sizeSequence);
		List<Version> possible = new ArrayList<>(pending.versions.size());
		for (Version version : pending.versions) {
			if (version.sequence >= since && version.sequence < before) {
				possible.add(version);
			}
		}
		return possible;
	}

	/**
	 * Return when a sector was last cut off, as seen from a size that reached the disk.
	 */
	private int cutSince(int sector, int sizeSequence) {
		int since = 0;
		for (Resize resize : this.resizes) {
			if (resize.cut && resize.sequence <= sizeSequence && sector * SECTOR >= resize.size) {
				since = resize.sequence;
			}
		}
		return since;
	}

	/**
	 * Return when a sector was cut off after a size that reached the disk.
	 */
	private int cutAfter(int sector, int sizeSequence) {
		for (Resize resize : this.resizes) {
			if (resize.cut && resize.sequence > sizeSequence && sector * SECTOR >= resize.size) {
				return resize.sequence;
			}
		}
		return Integer.MAX_VALUE;
	}

	SimulatedFile copy() {
		SimulatedFile copy = new SimulatedFile(this.disk.clone(), this.diskSize);
		copy.cache = this.cache.clone();
		copy.size = this.size;
		this.pending.forEach((sector, state) -> copy.pending.put(sector, state.copy()));
		copy.resizes.addAll(this.resizes);
		copy.sizeDirty = this.sizeDirty;
		copy.sequence = this.sequence;
		return copy;
	}

	long fingerprint() {
		long hash = this.size;
		for (int i = 0; i < this.size; i++) {
			hash = hash * 0x9E3779B97F4A7C15L + this.cache[i];
			hash ^= hash >>> 29;
		}
		return hash;
	}

	byte[] content() {
		return Arrays.copyOf(this.cache, this.size);
	}

	private static int roundUp(int size) {
		return (size + SECTOR - 1) / SECTOR * SECTOR;
	}

	private static final class Sector {

		final List<Version> versions = new ArrayList<>();

		/** Whether the first of the versions left nothing of what was there before. */
		final boolean fromStart;

		/** Whether a force would bring the last version to the disk. */
		boolean dirty;

		Sector(boolean fromStart) {
			this.fromStart = fromStart;
		}

		Sector copy() {
			Sector copy = new Sector(this.fromStart);
			copy.versions.addAll(this.versions);
			copy.dirty = this.dirty;
			return copy;
		}

	}

	private static final class Version {

		final int sequence;

		final byte[] content;

		Version(int sequence, byte[] content) {
			this.sequence = sequence;
			this.content = content;
		}

	}

	private record Resize(int sequence, int size, boolean cut) {
	}

}
