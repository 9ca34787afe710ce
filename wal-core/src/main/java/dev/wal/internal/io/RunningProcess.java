// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * A process, told apart from every other that has, had or will have the same id.
 * <p>
 * Linux tells when a process started in ticks since the boot, which do not move when
 * somebody sets the clock. Where there is no {@code /proc}, the start time by the clock
 * has to do.
 *
 * @param pid the process id
 * @param started when it started: in ticks since the boot, or in milliseconds since the
 * epoch if there is no boot id
 * @param boot the id of the boot in which it runs, or {@link #UNKNOWN_BOOT}
 * @param namespace the number of the namespace that its id is from; 0 without a boot id
 */
record RunningProcess(long pid, long started, UUID boot, long namespace) {

	static final UUID UNKNOWN_BOOT = new UUID(0, 0);

	/**
	 * How far two readings of one start time by the clock may be apart: systems round it.
	 */
	private static final long TOLERANCE_MILLIS = 2000;

	private static final long SECOND_LOOK = TimeUnit.SECONDS.toNanos(1);

	private static final long LOOK_INTERVAL = TimeUnit.MILLISECONDS.toNanos(10);

	private static final Path PROC = Path.of("/proc");

	/** The number of threads is the 20th field; the first two are cut off before. */
	private static final int THREADS = 20 - 3;

	/** The start time is the 22nd field. */
	private static final int STARTED = 22 - 3;

	// Written out for the reason that the control record gives.
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof RunningProcess process && this.pid == process.pid && this.started == process.started
				&& this.boot.equals(process.boot) && this.namespace == process.namespace;
	}

	@Override
	public int hashCode() {
		return Long.hashCode(this.pid);
	}

	/**
	 * Return this process.
	 */
	static RunningProcess self() {
		return Self.PROCESS;
	}

	/**
	 * Return whether it can be found out if the process still runs: not if it ran before
	 * the last boot, on another host or in another container.
	 */
	boolean canBeAsked() {
		RunningProcess self = self();
		return this.boot.equals(self.boot) && this.namespace == self.namespace;
	}

	/**
	 * Return whether the process still runs. One that was killed and waits for its parent
	 * to take notice does not.
	 * @return {@code true} if it runs; {@code false} if it has ended, or cannot be asked
	 */
	boolean isAlive() {
		if (!canBeAsked()) {
			return false;
		}
		if (!this.boot.equals(UNKNOWN_BOOT)) {
			Stat stat = Stat.of(Long.toString(this.pid));
			return stat != null && stat.started() == this.started && !stat.hasEnded();
		}
		return ProcessHandle.of(this.pid)
			.filter(ProcessHandle::isAlive)
			.flatMap((process) -> process.info().startInstant())
			.map((start) -> Math.abs(start.toEpochMilli() - this.started) <= TOLERANCE_MILLIS)
			.orElse(false);
	}

	/**
	 * Return whether this is another process than the own one, and runs, also after a
	 * second look: a process that was killed releases its locks before it is gone. Takes
	 * a second where it runs, and is not interruptible.
	 */
	boolean runsElsewhere() {
		if (equals(self()) || !isAlive()) {
			return false;
		}
		boolean interrupted = false;
		long began = System.nanoTime();
		while (isAlive() && System.nanoTime() - began < SECOND_LOOK) {
			LockSupport.parkNanos(LOOK_INTERVAL);
			interrupted |= Thread.interrupted();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return isAlive();
	}

	private static RunningProcess read() {
		Stat stat = Stat.of("self");
		String boot = readText(PROC.resolve("sys/kernel/random/boot_id"));
		long namespace = readNamespace();
		if (stat == null || boot == null || namespace == 0) {
			ProcessHandle self = ProcessHandle.current();
			return new RunningProcess(self.pid(), self.info().startInstant().orElse(Instant.EPOCH).toEpochMilli(),
					UNKNOWN_BOOT, 0);
		}
		return new RunningProcess(stat.pid(), stat.started(), UUID.fromString(boot), namespace);
	}

	/**
	 * Return the number in a link such as {@code pid:[4026531836]}, or 0.
	 */
	private static long readNamespace() {
		try {
			String link = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
			return Long.parseLong(link, link.indexOf('[') + 1, link.indexOf(']'), 10);
		}
		catch (IOException | RuntimeException ex) {
			return 0;
		}
	}

	/**
	 * Read a file of the kernel. An interrupt does not disturb a stream, as it would a
	 * channel.
	 */
	static @Nullable String readText(Path file) {
		try (InputStream input = new FileInputStream(file.toString())) {
			return new String(input.readNBytes(4096), StandardCharsets.ISO_8859_1).strip();
		}
		catch (IOException ex) {
			return null;
		}
	}

	/** Read once: none of it changes while the process runs. */
	private static final class Self {

		static final RunningProcess PROCESS = read();

		private Self() {
		}

	}

	/**
	 * What {@code /proc/<pid>/stat} says.
	 */
	record Stat(long pid, char state, long threads, long started) {

		private static @Nullable Stat of(String process) {
			String text = readText(PROC.resolve(process).resolve("stat"));
			return (text != null) ? parse(text) : null;
		}

		static @Nullable Stat parse(String text) {
			// The name of the program stands in parentheses, and may hold any character.
			String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1);
			if (fields.length <= STARTED) {
				return null;
			}
			return new Stat(Long.parseLong(text, 0, text.indexOf(' '), 10), fields[0].charAt(0),
					Long.parseLong(fields[THREADS]), Long.parseLong(fields[STARTED]));
		}

		/**
		 * The state is that of the first thread. Another one may still be in a write that
		 * cannot be interrupted.
		 */
		boolean hasEnded() {
			return (this.state == 'Z' || this.state == 'X' || this.state == 'x') && this.threads <= 1;
		}

	}

}
