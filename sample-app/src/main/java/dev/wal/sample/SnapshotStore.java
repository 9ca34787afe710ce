package dev.wal.sample;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * Keeps snapshots as JSON files, named by their LSN.
 * <p>
 * A file comes into being under another name, is forced, renamed, and its directory is
 * forced: under its own name it is complete, whenever the power fails. Its last line is a
 * checksum of all that precedes it, against what a disk does later.
 * <p>
 * The two newest are kept, and {@link #releasedLsn()} names the older one: should the
 * newest ever be unreadable, the other one and the log still make up the state.
 */
@Component
class SnapshotStore {

	private static final Logger logger = LoggerFactory.getLogger(SnapshotStore.class);

	private static final int FORMAT = 1;

	private static final int KEPT = 2;

	private static final Pattern FILE_NAME = Pattern.compile("orders-\\d{19}\\.json");

	/** The checksum ends the file, so that one pass writes both. */
	private static final int CHECKSUM_LENGTH = checksumLine(0).length();

	private final Path directory;

	/** Of its own: what is on the disk must not change with {@code spring.jackson.*}. */
	private final JsonMapper json = JsonMapper.builder().build();

	SnapshotStore(SampleProperties properties) {
		this.directory = properties.snapshotDirectory();
	}

	/**
	 * Save a snapshot. When this returns, it survives whatever happens.
	 * @param snapshot the snapshot
	 * @throws IOException if the disk fails or is full; older snapshots are untouched
	 */
	synchronized void save(Snapshot snapshot) throws IOException {
		Files.createDirectories(this.directory);
		Path temporary = this.directory.resolve("orders.tmp");
		write(snapshot, temporary);
		Files.move(temporary, fileOf(snapshot.lsn()), StandardCopyOption.ATOMIC_MOVE,
				StandardCopyOption.REPLACE_EXISTING);
		force(this.directory);
		force(this.directory.resolveSibling("."));
		for (Path old : files().stream().skip(KEPT).toList()) {
			Files.deleteIfExists(old);
		}
	}

	/**
	 * Load the newest snapshot that is intact. A damaged one is set aside, never deleted:
	 * it may be all that someone has.
	 * @return the snapshot, empty if there is none
	 * @throws IOException if the disk fails
	 */
	synchronized Optional<Snapshot> loadNewest() throws IOException {
		for (Path file : files()) {
			try {
				return Optional.of(read(file));
			}
			catch (DamagedSnapshotException ex) {
				Path aside = file.resolveSibling(file.getFileName() + ".damaged");
				Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
				force(this.directory);
				logger.warn(
						"The snapshot {} is damaged ({}). It was set aside as {}; the state comes from an older snapshot"
								+ " or from the log alone, and nothing is lost if the start succeeds. Check the disk.",
						file, ex.getMessage(), aside.getFileName());
			}
		}
		return Optional.empty();
	}

	/**
	 * Return up to where the log is no longer needed, even if the newest snapshot turned
	 * out to be unreadable.
	 * @return the LSN of the oldest snapshot kept, 0 if there are not two yet
	 */
	synchronized long releasedLsn() throws IOException {
		List<Path> files = files();
		return (files.size() < KEPT) ? 0 : lsnOf(files.get(KEPT - 1));
	}

	private void write(Snapshot snapshot, Path file) throws IOException {
		// Not a FileChannel: an interrupt, as by a scheduler that shuts down, would close
		// it.
		try (FileOutputStream target = new FileOutputStream(file.toFile())) {
			CheckedOutputStream checked = new CheckedOutputStream(target, new CRC32C());
			OutputStream out = new BufferedOutputStream(checked, 1 << 16);
			print(out, "{\"format\":" + FORMAT + ",\"logId\":\"" + snapshot.logId() + "\",\"lsn\":" + snapshot.lsn()
					+ ",\"orders\":[");
			String separator = "\n";
			for (Order order : snapshot.orders()) {
				print(out, separator);
				out.write(this.json.writeValueAsBytes(order));
				separator = ",\n";
			}
			print(out, "\n],\n");
			out.flush();
			print(target, checksumLine(checked.getChecksum().getValue()));
			target.getFD().sync();
		}
	}

	private Snapshot read(Path file) throws IOException {
		byte[] bytes = Files.readAllBytes(file);
		int length = bytes.length - CHECKSUM_LENGTH;
		if (length < 0) {
			throw new DamagedSnapshotException("it has only " + bytes.length + " bytes");
		}
		CRC32C checksum = new CRC32C();
		checksum.update(bytes, 0, length);
		String expected = checksumLine(checksum.getValue());
		if (!expected.equals(new String(bytes, length, CHECKSUM_LENGTH, StandardCharsets.ISO_8859_1))) {
			throw new DamagedSnapshotException("its checksum does not match");
		}
		try {
			Document document = this.json.readValue(bytes, Document.class);
			if (document.format() != FORMAT) {
				throw new UnusableSnapshotException("The snapshot " + file + " has format " + document.format()
						+ ", this release reads " + FORMAT + ".", "Start the release that wrote it, or a later one.");
			}
			return new Snapshot(document.logId(), document.lsn(), document.orders());
		}
		catch (JacksonException ex) {
			throw new DamagedSnapshotException(ex.getOriginalMessage());
		}
	}

	/** The newest first. */
	private List<Path> files() throws IOException {
		if (!Files.isDirectory(this.directory)) {
			return List.of();
		}
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> FILE_NAME.matcher(file.getFileName().toString()).matches())
				.sorted(Comparator.comparingLong(SnapshotStore::lsnOf).reversed())
				.toList();
		}
	}

	private Path fileOf(long lsn) {
		return this.directory.resolve(String.format(Locale.ROOT, "orders-%019d.json", lsn));
	}

	private static long lsnOf(Path file) {
		return Long.parseLong(file.getFileName().toString().replaceAll("\\D", ""));
	}

	private static String checksumLine(long checksum) {
		return String.format(Locale.ROOT, "\"crc32c\":\"%08x\"}\n", checksum);
	}

	private static void print(OutputStream out, String text) throws IOException {
		out.write(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	/** Without it a new name may be gone after a loss of power. */
	private static void force(Path directory) throws IOException {
		if (!System.getProperty("os.name").startsWith("Windows")) {
			try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
				channel.force(true);
			}
		}
	}

	/** The file as it is written. */
	private record Document(int format, UUID logId, long lsn, List<Order> orders, String crc32c) {

	}

	/** The file is not what was written. */
	private static final class DamagedSnapshotException extends IOException {

		private static final long serialVersionUID = 1L;

		DamagedSnapshotException(String message) {
			super(message);
		}

	}

}
