// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * What a process uses at a moment.
 *
 * @param second when, since the beginning
 * @param records how many records were acknowledged by then
 * @param heap bytes of the heap in use after a collection
 * @param direct bytes of direct memory
 * @param threads live threads
 * @param descriptors open file descriptors, 0 where that cannot be told
 * @param disk bytes of the files in the directory
 */
public record SoakSample(long second, long records, long heap, long direct, long threads, long descriptors, long disk) {

	public static final String HEADER = "| second | records | heap | direct memory | threads | descriptors | disk |\n"
			+ "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |";

	private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

	public static SoakSample take(long began, Path directory, SoakLoad load) throws IOException {
		System.gc();
		long heap = ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getType() == MemoryType.HEAP)
			.map(MemoryPoolMXBean::getCollectionUsage)
			.mapToLong(MemoryUsage::getUsed)
			.sum();
		long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(BufferPoolMXBean::getMemoryUsed)
			.sum();
		long disk;
		try (Stream<Path> files = Files.list(directory)) {
			disk = files.mapToLong(SoakSample::size).sum();
		}
		return new SoakSample(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began), load.acknowledged(), heap,
				direct, ManagementFactory.getThreadMXBean().getThreadCount(), descriptorCount(), disk);
	}

	private static long descriptorCount() throws IOException {
		if (!Files.isDirectory(DESCRIPTORS)) {
			return 0;
		}
		try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
			return descriptors.count();
		}
	}

	private static long size(Path file) {
		try {
			return Files.size(file);
		}
		catch (NoSuchFileException ex) {
			return 0;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "| %d | %,d | %.1f MiB | %.1f MiB | %d | %d | %.1f MiB |", this.second,
				this.records, mebibytes(this.heap), mebibytes(this.direct), this.threads, this.descriptors,
				mebibytes(this.disk));
	}

	private static double mebibytes(long bytes) {
		return bytes / 1048576.0;
	}

	/**
	 * Draw samples, one line for each thing that must stay flat, each from zero up.
	 */
	public static String draw(List<SoakSample> samples) {
		StringBuilder svg = new StringBuilder("""
				<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 330" font-family="sans-serif" font-size="12">
				<rect width="720" height="330" fill="white"/>
				""");
		line(svg, samples, 0, "heap after collection, KiB", (sample) -> sample.heap() >> 10);
		line(svg, samples, 1, "direct memory, KiB", (sample) -> sample.direct() >> 10);
		line(svg, samples, 2, "threads", SoakSample::threads);
		line(svg, samples, 3, "file descriptors", SoakSample::descriptors);
		line(svg, samples, 4, "disk, KiB", (sample) -> sample.disk() >> 10);
		long seconds = samples.get(samples.size() - 1).second();
		return svg
			.append("<text x=\"200\" y=\"322\">0 s</text><text x=\"640\" y=\"322\">" + seconds + " s</text>\n</svg>\n")
			.toString();
	}

	private static void line(StringBuilder svg, List<SoakSample> samples, int row, String label,
			ToLongFunction<SoakSample> value) {
		long most = Math.max(1, samples.stream().mapToLong(value).max().orElseThrow());
		long last = Math.max(1, samples.get(samples.size() - 1).second());
		int bottom = 60 * row + 58;
		svg.append("<text x=\"10\" y=\"" + (bottom - 20) + "\">" + label + "</text><text x=\"690\" y=\"" + (bottom - 38)
				+ "\" text-anchor=\"end\" fill=\"gray\">most: " + most + "</text>\n<path d=\"M200 " + bottom
				+ "H690\" stroke=\"lightgray\"/><polyline fill=\"none\" stroke=\"steelblue\" points=\"");
		for (SoakSample sample : samples) {
			svg.append(String.format(Locale.ROOT, "%d,%d ", 200 + 490 * sample.second() / last,
					bottom - 34 * value.applyAsLong(sample) / most));
		}
		svg.append("\"/>\n");
	}

}
