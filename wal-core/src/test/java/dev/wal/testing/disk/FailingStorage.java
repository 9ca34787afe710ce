// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.DiskStorage;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.segment.SegmentName;

/**
 * A directory at whose door tests listen, hold up and turn away: everything that changes
 * something passes a hook first.
 */
public final class FailingStorage implements Storage {

	private final Storage disk;

	private final AtomicInteger segmentForces = new AtomicInteger();

	private final Map<String, Integer> writeBackErrors = new ConcurrentHashMap<>();

	private volatile boolean forcing = true;

	private volatile boolean keysFail;

	private volatile Hook hook = (operation, file) -> {
	};

	public FailingStorage(Path directory) {
		this.disk = new DiskStorage(directory);
	}

	public void hook(Hook hook) {
		this.hook = hook;
	}

	/**
	 * Leave out all forces from now on, for tests that are about something else.
	 */
	public FailingStorage withoutForces() {
		this.forcing = false;
		return this;
	}

	/**
	 * Return how often a segment was forced.
	 */
	public int segmentForces() {
		return this.segmentForces.get();
	}

	/**
	 * Have the disk lose what was written to a file, as Linux does it: everybody who has
	 * the file open is told once, by the next force.
	 */
	public void loseUnforced(String file) {
		this.writeBackErrors.merge(file, 1, Integer::sum);
	}

	/**
	 * Hold up the next call of a kind until the gate is opened.
	 */
	public Gate holdNext(Operation held) {
		Gate gate = new Gate();
		AtomicBoolean first = new AtomicBoolean(true);
		hook((operation, file) -> {
			if (operation == held && SegmentName.parse(file).isPresent() && first.compareAndSet(true, false)) {
				gate.pass();
			}
		});
		return gate;
	}

	@Override
	public Path directory() {
		return this.disk.directory();
	}

	@Override
	public boolean exists() throws IOException {
		return this.disk.exists();
	}

	@Override
	public void create() throws IOException {
		this.disk.create();
	}

	@Override
	public boolean contains(String name) {
		return this.disk.contains(name);
	}

	@Override
	public List<String> list() throws IOException {
		return this.disk.list();
	}

	@Override
	public StorageFile create(String name) throws IOException {
		this.hook.before(Operation.CREATE, name);
		return new HookedFile(segmentName(name), this.disk.create(name));
	}

	/**
	 * A file that is being created is known by its final name.
	 */
	private static String segmentName(String name) {
		return name.endsWith(SegmentName.NEW) ? name.substring(0, name.length() - SegmentName.NEW.length()) : name;
	}

	@Override
	public StorageFile open(String name) throws IOException {
		return new HookedFile(segmentName(name), this.disk.open(name));
	}

	@Override
	public StorageFile openForReading(String name) throws IOException {
		return this.disk.openForReading(name);
	}

	@Override
	public void rename(String from, String to) throws IOException {
		this.hook.before(Operation.RENAME, to);
		this.disk.rename(from, to);
	}

	@Override
	public void delete(String name) throws IOException {
		this.hook.before(Operation.DELETE, name);
		this.disk.delete(name);
	}

	@Override
	public void force() throws IOException {
		this.hook.before(Operation.FORCE_DIRECTORY, "");
		if (this.forcing) {
			this.disk.force();
		}
	}

	@Override
	public DirectoryLock lock(String name) throws IOException {
		return this.disk.lock(name);
	}

	/**
	 * Have the disk fail when it is asked for the key of a file.
	 */
	public void failKeys(boolean failing) {
		this.keysFail = failing;
	}

	@Override
	public String fileKey(String name) throws IOException {
		if (this.keysFail) {
			throw new IOException("Input/output error");
		}
		return this.disk.fileKey(name);
	}

	@Override
	public long usableSpace() {
		return this.disk.usableSpace();
	}

	@Override
	public void deleteAll(Predicate<String> belongs) throws IOException {
		this.disk.deleteAll(belongs);
	}

	public enum Operation {

		CREATE, WRITE, FORCE, TRUNCATE, CLOSE, RENAME, DELETE, FORCE_DIRECTORY

	}

	/**
	 * Is called before anything is done; what it throws is thrown instead.
	 */
	@FunctionalInterface
	public interface Hook {

		void before(Operation operation, String file) throws IOException;

	}

	/**
	 * Where a thread is held up.
	 */
	public static final class Gate {

		private final CountDownLatch reached = new CountDownLatch(1);

		private final CountDownLatch open = new CountDownLatch(1);

		public void pass() throws IOException {
			this.reached.countDown();
			boolean interrupted = false;
			while (true) {
				try {
					if (!this.open.await(60, TimeUnit.SECONDS)) {
						throw new IOException("The test never opened the gate");
					}
					break;
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}

		public void awaitReached() throws InterruptedException {
			if (!this.reached.await(30, TimeUnit.SECONDS)) {
				throw new AssertionError("Nobody came to the gate");
			}
		}

		public void open() {
			this.open.countDown();
		}

	}

	private final class HookedFile implements StorageFile {

		private final String name;

		private final StorageFile file;

		private final AtomicInteger errorsSeen;

		HookedFile(String name, StorageFile file) {
			this.name = name;
			this.file = file;
			this.errorsSeen = new AtomicInteger(errors());
		}

		private int errors() {
			return FailingStorage.this.writeBackErrors.getOrDefault(this.name, 0);
		}

		@Override
		public int read(ByteBuffer target, long position) throws IOException {
			return this.file.read(target, position);
		}

		@Override
		public int write(ByteBuffer source, long position) throws IOException {
			FailingStorage.this.hook.before(Operation.WRITE, this.name);
			return this.file.write(source, position);
		}

		@Override
		public void force(boolean metadata) throws IOException {
			FailingStorage.this.segmentForces.incrementAndGet();
			FailingStorage.this.hook.before(Operation.FORCE, this.name);
			int errors = errors();
			if (this.errorsSeen.getAndSet(errors) < errors) {
				throw new IOException("Input/output error");
			}
			if (FailingStorage.this.forcing) {
				this.file.force(metadata);
			}
		}

		@Override
		public long size() throws IOException {
			return this.file.size();
		}

		@Override
		public void truncate(long size) throws IOException {
			FailingStorage.this.hook.before(Operation.TRUNCATE, this.name);
			this.file.truncate(size);
		}

		@Override
		public void close() throws IOException {
			FailingStorage.this.hook.before(Operation.CLOSE, this.name);
			this.file.close();
		}

	}

}
