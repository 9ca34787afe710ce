// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The directories that are held by this virtual machine, whatever class loader the log
 * comes from. Thread-safe.
 * <p>
 * Several class loaders share nothing but what the platform keeps. System properties
 * would be the usual place, but tests and frameworks save them and put them back, which
 * brings back entries of logs that were closed, and loses those of logs that are open.
 * Nobody can do that to a security property.
 */
final class HeldLocks {

	private static final String PROPERTY = "dev.wal.locks";

	private HeldLocks() {
	}

	/**
	 * Return the monitor that holds up every change of the list.
	 */
	static Object monitor() {
		return Security.class;
	}

	/**
	 * Add a directory to the list.
	 * @param token names the entry, to remove it
	 * @param holder describes the holder to those that are refused
	 * @throws StorageLockedException if the list has the directory already, under this
	 * path or another one
	 */
	static void add(Path directory, UUID token, String holder) throws IOException {
		Entry added = Entry.of(directory, token, holder);
		synchronized (monitor()) {
			List<Entry> entries = entries();
			for (Entry entry : entries) {
				if (entry.isFor(added)) {
					throw new StorageLockedException(entry.holder + ", in this process");
				}
			}
			entries.add(added);
			save(entries);
		}
	}

	/**
	 * Return the holder of a directory in this virtual machine, or {@code null}.
	 */
	static @Nullable String holder(Path directory) throws IOException {
		Entry wanted = Entry.of(directory, new UUID(0, 0), "");
		synchronized (monitor()) {
			for (Entry entry : entries()) {
				if (entry.isFor(wanted)) {
					return entry.holder;
				}
			}
			return null;
		}
	}

	static void remove(UUID token) {
		synchronized (monitor()) {
			List<Entry> entries = entries();
			entries.removeIf((entry) -> entry.token.equals(token.toString()));
			save(entries);
		}
	}

	private static List<Entry> entries() {
		List<Entry> entries = new ArrayList<>();
		for (String line : Objects.requireNonNullElse(Security.getProperty(PROPERTY), "").split("\n", -1)) {
			if (!line.isEmpty()) {
				String[] words = line.split("\t", 4);
				entries.add(new Entry(words[0], words[1], words[2], words[3]));
			}
		}
		return entries;
	}

	private static void save(List<Entry> entries) {
		StringBuilder text = new StringBuilder();
		for (Entry entry : entries) {
			text.append(entry.token)
				.append('\t')
				.append(entry.key)
				.append('\t')
				.append(entry.path)
				.append('\t')
				.append(entry.holder)
				.append('\n');
		}
		Security.setProperty(PROPERTY, text.toString());
	}

	/**
	 * A directory that is held. Another mount of it has another path and the same key;
	 * what took its place has the same path and another key.
	 */
	private record Entry(String token, String key, String path, String holder) {

		static Entry of(Path directory, UUID token, String holder) throws IOException {
			Path real = directory.toRealPath();
			return new Entry(token.toString(), FileKey.of(real), LockPage.escape(real.toString()),
					LockPage.escape(holder));
		}

		boolean isFor(Entry other) {
			return this.path.equals(other.path) || (!this.key.isEmpty() && this.key.equals(other.key));
		}

	}

}
