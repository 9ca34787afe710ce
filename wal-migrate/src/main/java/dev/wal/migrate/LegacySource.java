// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.wal.WalIoException;

/**
 * Where the files of an older log are, in their order.
 *
 * @param layout the layout
 * @param version the version of the layout
 * @param path what the caller named
 * @param directory the directory of the files
 * @param files the files of the log
 * @param firstNumber the number that the first file of a log gets
 * @param ignored the other names in the directory
 */
record LegacySource(LegacyLayout layout, int version, Path path, SourceDirectory directory, List<NumberedFile> files,
		long firstNumber, List<String> ignored) {

	private static final Pattern XERV = Pattern.compile("wal_([0-9a-f]{16})\\.log");

	private static final Pattern ALLSOURCE = Pattern.compile("wal-([0-9a-f]{16})\\.log");

	/**
	 * Six digits, and more once those are used up, which walogs writes but does not find
	 * again.
	 */
	private static final Pattern WALOGS = Pattern.compile("wal-(\\d{6}|[1-9]\\d{6,17})\\.log");

	private static final String WALOGS_V1 = "wal.log";

	private static final Pattern WAVEKV = Pattern.compile("node_(\\d{1,10})\\.wal");

	private static final int HEX = 16;

	private static final int DECIMAL = 10;

	/**
	 * Find the files of a log.
	 * @throws LegacyFormatException if there are none, or not of one log
	 * @throws WalIoException if the directory cannot be read
	 */
	static LegacySource locate(LegacyLayout layout, Path path) {
		SourceDirectory directory = new SourceDirectory(path);
		try {
			if (directory.exists()) {
				return inDirectory(layout, path, directory);
			}
			return singleFile(layout, path);
		}
		catch (IOException ex) {
			throw new WalIoException("read", path, ex);
		}
	}

	static Set<LegacyLayout> layoutsIn(Path path) {
		SourceDirectory directory = new SourceDirectory(path);
		try {
			if (!directory.exists()) {
				return isThere(path) ? EnumSet.of(LegacyLayout.WAVEKV) : EnumSet.noneOf(LegacyLayout.class);
			}
			Set<LegacyLayout> layouts = EnumSet.noneOf(LegacyLayout.class);
			for (String name : directory.names()) {
				for (LegacyLayout layout : LegacyLayout.values()) {
					if (isName(layout, name)) {
						layouts.add(layout);
					}
				}
			}
			return layouts;
		}
		catch (IOException ex) {
			throw new WalIoException("read", path, ex);
		}
	}

	private static boolean isName(LegacyLayout layout, String name) {
		return switch (layout) {
			case XERV -> XERV.matcher(name).matches();
			case ALLSOURCE -> ALLSOURCE.matcher(name).matches();
			case WALOGS -> name.equals(WALOGS_V1) || WALOGS.matcher(name).matches();
			case WAVEKV -> WAVEKV.matcher(name).matches();
		};
	}

	/**
	 * Only the log of wavekv is a file by itself, of any name.
	 */
	private static LegacySource singleFile(LegacyLayout layout, Path path) throws IOException {
		Path file = path.toAbsolutePath().normalize();
		Path parent = file.getParent();
		Path name = file.getFileName();
		if (parent == null || name == null || !isThere(file)) {
			throw new LegacyFormatException(layout, path, "there is no such file or directory");
		}
		if (layout != LegacyLayout.WAVEKV) {
			throw new LegacyFormatException(layout, path, "it is a file; name the directory with all files of the log");
		}
		return new LegacySource(layout, 1, path, new SourceDirectory(parent),
				List.of(new NumberedFile(name.toString(), 0)), 0, List.of());
	}

	private static boolean isThere(Path path) throws IOException {
		Path file = path.toAbsolutePath().normalize();
		Path parent = file.getParent();
		if (parent == null) {
			return false;
		}
		SourceDirectory directory = new SourceDirectory(parent);
		return directory.exists() && directory.names().contains(String.valueOf(file.getFileName()));
	}

	private static LegacySource inDirectory(LegacyLayout layout, Path path, SourceDirectory directory)
			throws IOException {
		List<String> names = directory.names();
		return switch (layout) {
			case XERV -> numbered(layout, path, directory, XERV, HEX, 0);
			case ALLSOURCE -> numbered(layout, path, directory, ALLSOURCE, HEX, 0);
			case WALOGS -> names.contains(WALOGS_V1) ? walogsVersion1(path, directory)
					: numbered(layout, path, directory, WALOGS, DECIMAL, 1);
			case WAVEKV -> wavekv(path, directory);
		};
	}

	private static LegacySource walogsVersion1(Path path, SourceDirectory directory) throws IOException {
		List<String> names = new ArrayList<>(directory.names());
		names.remove(WALOGS_V1);
		for (String name : names) {
			if (WALOGS.matcher(name).matches()) {
				throw new LegacyFormatException(LegacyLayout.WALOGS, path, "there is " + WALOGS_V1
						+ " of version 1 and " + name + " of version 2. Only one can be the log");
			}
		}
		names.sort(Comparator.naturalOrder());
		return new LegacySource(LegacyLayout.WALOGS, 1, path, directory, List.of(new NumberedFile(WALOGS_V1, 1)), 1,
				names);
	}

	private static LegacySource wavekv(Path path, SourceDirectory directory) throws IOException {
		LegacySource source = numbered(LegacyLayout.WAVEKV, path, directory, WAVEKV, DECIMAL, 0);
		if (source.files.size() > 1) {
			throw new LegacyFormatException(LegacyLayout.WAVEKV, path, "there are the logs of several nodes, "
					+ source.files.get(0).name() + " among them. Name the file of one of them");
		}
		return source;
	}

	private static LegacySource numbered(LegacyLayout layout, Path path, SourceDirectory directory, Pattern pattern,
			int radix, long firstNumber) throws IOException {
		List<NumberedFile> files = new ArrayList<>();
		List<String> ignored = new ArrayList<>();
		for (String name : directory.names()) {
			Matcher matcher = pattern.matcher(name);
			if (matcher.matches()) {
				files.add(new NumberedFile(name, Long.parseUnsignedLong(matcher.group(1), radix)));
			}
			else {
				ignored.add(name);
			}
		}
		if (files.isEmpty()) {
			throw new LegacyFormatException(layout, path, "it has no file of such a log");
		}
		files.sort((left, right) -> Long.compareUnsigned(left.number(), right.number()));
		ignored.sort(Comparator.naturalOrder());
		int version = (layout == LegacyLayout.WALOGS) ? 2 : 1;
		return new LegacySource(layout, version, path, directory, List.copyOf(files), firstNumber, ignored);
	}

	/**
	 * Return whether the files are numbered without gaps.
	 */
	boolean isDense() {
		return this.layout == LegacyLayout.XERV || this.layout == LegacyLayout.WALOGS;
	}

	/**
	 * A file of the log.
	 *
	 * @param name its name
	 * @param number the number in its name, unsigned
	 */
	record NumberedFile(String name, long number) {
	}

}
