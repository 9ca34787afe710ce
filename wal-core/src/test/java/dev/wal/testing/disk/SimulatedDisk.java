// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.io.StorageLockedException;

/**
 * A disk in memory that records what is done to it, and that can lose power: what was not
 * forced is then lost, kept, reordered and torn as on a real one. Thread-safe.
 * <p>
 * The model is that of a POSIX file system without any favours: a force of a file says
 * nothing about its name, a force of the directory nothing about the content of files;
 * the sectors and the size of a file, and each name, reach the disk independently of each
 * other; a sector is written whole or not at all, and writing it does no harm to its
 * neighbours; a rename is atomic.
 */
public final class SimulatedDisk implements Storage {

	private static final Path DIRECTORY = Path.of("simulated");

	private final DiskImage image;

	private final List<DiskCall> calls = new ArrayList<>();

	private final List<DiskFault> faults = new CopyOnWriteArrayList<>();

	private long capacity = Long.MAX_VALUE;

	private boolean locked;

	private int openFiles;

	/**
	 * Create a disk without a directory.
	 */
	public SimulatedDisk() {
		this(new DiskImage());
	}

	SimulatedDisk(DiskImage image) {
		this.image = image;
	}

	// ---- what tests do

	/**
	 * Add a fault.
	 */
	public SimulatedDisk inject(DiskFault fault) {
		this.faults.add(fault);
		return this;
	}

	/**
	 * Remove all faults.
	 */
	public void heal() {
		this.faults.clear();
	}

	/**
	 * Set how many bytes there is room for.
	 */
	public synchronized void capacity(long bytes) {
		this.capacity = bytes;
	}

	/**
	 * Leave room for so many bytes.
	 */
	public synchronized void room(long bytes) {
		this.capacity = this.image.used() + bytes;
	}

	/**
	 * Leave a mark among the calls.
	 */
	public synchronized void mark(Object mark) {
		DiskCall call = new DiskCall(DiskCall.Kind.MARK, "");
		call.mark = mark;
		this.calls.add(call);
	}

	/**
	 * Return all calls so far, in the order in which they took effect.
	 */
	public synchronized List<DiskCall> calls() {
		return List.copyOf(this.calls);
	}

	/**
	 * Return how many calls there were so far.
	 */
	public synchronized int position() {
		return this.calls.size();
	}

	/**
	 * Return the number of files that are open.
	 */
	public synchronized int openFiles() {
		return this.openFiles;
	}

	/**
	 * Return whether the lock is taken.
	 */
	public synchronized boolean isLocked() {
		return this.locked;
	}

	/**
	 * Return whether there is a file of a name.
	 */
	public synchronized boolean has(String name) {
		return this.image.find(name) != 0;
	}

	/**
	 * Return the content of a file.
	 */
	public synchronized byte[] content(String name) {
		return this.image.file(this.image.find(name)).content();
	}

	/**
	 * Return a hash of all names and contents.
	 */
	public synchronized long fingerprint() {
		return this.image.fingerprint();
	}

	/**
	 * Return the disk as a new process finds it after this one was killed: with all that
	 * the page cache has.
	 */
	public synchronized SimulatedDisk processCrash() {
		return new SimulatedDisk(this.image.copy());
	}

	/**
	 * Return the disk as it may be found after the power was lost.
	 */
	public synchronized SimulatedDisk powerLoss(Random random) {
		int[] grains = { SimulatedFile.SECTOR, 4096, Integer.MAX_VALUE };
		return new SimulatedDisk(this.image.survive(Chooser.random(random), grains[random.nextInt(grains.length)]));
	}

	/**
	 * Return the disk with nothing but what was forced.
	 */
	public synchronized SimulatedDisk powerLossOfEverythingUnforced() {
		return new SimulatedDisk(this.image.survive(Chooser.oldest(), SimulatedFile.SECTOR));
	}

	/**
	 * Return a copy of the state.
	 */
	synchronized DiskImage image() {
		return this.image.copy();
	}

	// ---- the file system

	@Override
	public Path directory() {
		return DIRECTORY;
	}

	@Override
	public synchronized boolean exists() {
		return this.image.exists();
	}

	@Override
	public void create() throws IOException {
		execute(new DiskCall(DiskCall.Kind.MAKE_DIRECTORY, ""), (call) -> 0);
	}

	@Override
	public boolean contains(String name) {
		return has(name);
	}

	@Override
	public List<String> list() throws IOException {
		List<String> names = new ArrayList<>();
		execute(new DiskCall(DiskCall.Kind.LIST, ""), (call) -> {
			names.addAll(this.image.names());
			return 0;
		});
		return names;
	}

	@Override
	public StorageFile create(String name) throws IOException {
		DiskCall create = new DiskCall(DiskCall.Kind.CREATE, name);
		execute(create, (call) -> {
			long existing = this.image.find(name);
			call.file = (existing != 0) ? existing : this.image.nextNumber();
			this.openFiles++;
			return 0;
		});
		return new SimulatedHandle(this, name, create.file);
	}

	@Override
	public StorageFile open(String name) throws IOException {
		return open(new DiskCall(DiskCall.Kind.OPEN, name));
	}

	@Override
	public StorageFile openForReading(String name) throws IOException {
		return open(new DiskCall(DiskCall.Kind.OPEN_FOR_READING, name));
	}

	private StorageFile open(DiskCall open) throws IOException {
		execute(open, (call) -> {
			call.file = existing(call.name());
			this.openFiles++;
			return 0;
		});
		return new SimulatedHandle(this, open.name(), open.file);
	}

	@Override
	public void rename(String from, String to) throws IOException {
		DiskCall rename = new DiskCall(DiskCall.Kind.RENAME, from);
		rename.target = to;
		execute(rename, (call) -> existing(from));
	}

	@Override
	public void delete(String name) throws IOException {
		execute(new DiskCall(DiskCall.Kind.DELETE, name), (call) -> existing(name));
	}

	private long existing(String name) throws IOException {
		long file = this.image.find(name);
		if (file == 0) {
			throw new NoSuchFileException(name);
		}
		return file;
	}

	@Override
	public void force() throws IOException {
		execute(new DiskCall(DiskCall.Kind.FORCE_DIRECTORY, ""), (call) -> 0);
	}

	@Override
	public DirectoryLock lock(String name) throws IOException {
		execute(new DiskCall(DiskCall.Kind.LOCK, name), (call) -> {
			if (this.locked) {
				throw new StorageLockedException("another log of this test");
			}
			this.locked = true;
			return 0;
		});
		return new FakeLock(() -> execute(new DiskCall(DiskCall.Kind.CLAIM, name), (call) -> 0),
				() -> execute(new DiskCall(DiskCall.Kind.UNLOCK, name), (call) -> {
					this.locked = false;
					return 0;
				}));
	}

	@Override
	public String fileKey(String name) {
		return System.identityHashCode(this) + name;
	}

	@Override
	public synchronized long usableSpace() {
		return (this.capacity == Long.MAX_VALUE) ? -1 : Math.max(0, this.capacity - this.image.used());
	}

	@Override
	public void deleteAll(Predicate<String> belongs) throws IOException {
		for (String name : list()) {
			if (belongs.test(name)) {
				delete(name);
			}
		}
	}

	synchronized String nameOf(long file, String nameBefore) {
		return this.image.nameOf(file, nameBefore);
	}

	/**
	 * Return the file of a number. Only for effects.
	 */
	SimulatedFile file(long number) {
		return this.image.file(number);
	}

	/**
	 * Return how many bytes there is room for. Only for effects.
	 */
	long room() {
		return this.capacity - this.image.used();
	}

	/**
	 * Take note that a file was closed. Only for effects.
	 */
	void closed() {
		this.openFiles--;
	}

	/**
	 * Execute a call, unless a fault strikes. The effect runs with the lock of the disk.
	 */
	long execute(DiskCall call, Effect effect) throws IOException {
		IOException failure = null;
		long result = 0;
		try {
			int most = DiskFault.NONE;
			for (DiskFault fault : this.faults) {
				most = Math.min(most, fault.before(call));
			}
			call.size = Math.min(call.size, (call.kind() == DiskCall.Kind.WRITE) ? most : call.size);
		}
		catch (IOException ex) {
			failure = ex;
			call.failed = true;
		}
		synchronized (this) {
			try {
				if (failure == null) {
					result = effect.on(call);
				}
			}
			catch (IOException ex) {
				failure = ex;
				call.failed = true;
			}
			if (call.failed && call.kind() == DiskCall.Kind.WRITE) {
				call.size = 0;
			}
			this.image.apply(call);
			this.calls.add(call);
		}
		this.faults.forEach((fault) -> fault.after(call));
		if (failure != null) {
			throw failure;
		}
		return result;
	}

	@Override
	public String toString() {
		return "SimulatedDisk" + this.image.names();
	}

	/**
	 * What a call does to the disk, and what it returns.
	 */
	@FunctionalInterface
	interface Effect {

		long on(DiskCall call) throws IOException;

	}

}
