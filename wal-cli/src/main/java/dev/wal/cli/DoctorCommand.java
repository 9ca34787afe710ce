// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code wal doctor}.
 */
@Command(name = "doctor",
		description = { "Examine whether the disk under a directory keeps what it acknowledges, and how fast it is.",
				"Takes a few seconds and 1 MiB, in a file of its own that is deleted again." },
		exitCodeList = { "0:Nothing speaks against it.", "1:A force does not protect what was written here.",
				"2:The command could not be carried out." })
final class DoctorCommand implements Callable<Integer> {

	@Parameters(paramLabel = "DIR", description = "A directory on the disk, such as that of the log.")
	private Path directory = Path.of("");

	@Spec
	private @Nullable CommandSpec spec;

	@Override
	public Integer call() throws IOException {
		Console console = Console.of(Objects.requireNonNull(this.spec));
		if (!Files.isDirectory(this.directory)) {
			throw new IllegalArgumentException(this.directory + " is not a directory.");
		}
		String fileSystem = Files.getFileStore(this.directory).type();
		BlockDevice device = BlockDevice.of(this.directory);
		console.print("%-12s %s", "file system", fileSystem);
		console.print("%-12s %s", "device", (device != null)
				? device.name() + ", cache: " + Objects.requireNonNullElse(device.writeCache(), "unknown") : "unknown");
		console.print("%s", console
			.heading(String.format("%-40s  %5s  %9s  %9s", "4 KiB written and synced", "times", "p50", "p99")));
		SyncLatency log;
		OptionalLong flushes;
		try (SyncProbe probe = new SyncProbe(this.directory)) {
			print(console, probe.growing(false));
			print(console, probe.growing(true));
			OptionalLong before = flushes(device);
			log = probe.preallocated();
			flushes = difference(before, flushes(device));
			print(console, log);
			print(console, probe.preallocatedDsync());
			SyncLatency direct = probe.direct();
			if (direct != null) {
				print(console, direct);
			}
			else {
				console.print("%-40s  not possible here", "zeros, O_DIRECT, force(false)");
			}
			print(console, probe.empty());
		}
		flushes.ifPresent((count) -> console.print("%d flushes reached the device in %d forces of the third line.",
				count, log.count() + 1));
		Diagnosis diagnosis = Diagnosis.of(fileSystem, device, log, flushes);
		console.print("%s",
				diagnosis.trusted()
						? console.good("TRUSTED") + ": nothing speaks against it. Only pulling the plug would prove it."
						: console.bad("NOT TRUSTED") + ": do not keep here what must not be lost.");
		diagnosis.reasons().forEach((reason) -> console.print("  - %s", reason));
		return diagnosis.trusted() ? WalCommand.OK : WalCommand.DAMAGED;
	}

	private static OptionalLong flushes(@Nullable BlockDevice device) {
		return (device != null) ? device.flushes() : OptionalLong.empty();
	}

	private static OptionalLong difference(OptionalLong before, OptionalLong after) {
		return (before.isPresent() && after.isPresent()) ? OptionalLong.of(after.getAsLong() - before.getAsLong())
				: OptionalLong.empty();
	}

	private static void print(Console console, SyncLatency latency) {
		console.print("%-40s  %5d  %6.1f µs  %6.1f µs", latency.way(), latency.count(), latency.p50() / 1e3,
				latency.p99() / 1e3);
		console.out().flush();
	}

}
