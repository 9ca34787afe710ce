// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a force reaches the operating system. No test on a simulated disk can tell,
 * nor one that kills a process.
 */
class DiskForceTests {

	@TempDir
	private Path temp;

	private final List<String> forced = new ArrayList<>();

	private final FileSystemProvider provider = new RecordingProvider();

	private final FileSystem fileSystem = new RecordingFileSystem();

	private Path directory;

	@BeforeEach
	void recordForces() {
		this.directory = recorded(this.temp);
	}

	@Test
	@Tag("R40")
	void forceOfAFileForcesIt() throws IOException {
		DiskStorage storage = new DiskStorage(this.directory);
		try (StorageFile file = storage.create("file")) {
			file.writeFully(ByteBuffer.wrap(new byte[10]), 0);
			assertThat(this.forced).isEmpty();
			file.force(false);
			assertThat(this.forced).containsExactly("file false");
			file.force(true);
			assertThat(this.forced).containsExactly("file false", "file true");
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	@Tag("R40")
	@Tag("Rule7")
	void forceOfTheDirectoryForcesIt() throws IOException {
		new DiskStorage(this.directory).force();
		assertThat(this.forced).containsExactly(this.temp.getFileName() + " true");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	@Tag("R40")
	@Tag("Rule7")
	void everyNewLevelOfTheDirectoryIsForcedIntoItsParent() throws IOException {
		new DiskStorage(this.directory.resolve("a").resolve("b").resolve("c")).create();
		assertThat(this.temp.resolve("a/b/c")).isDirectory();
		assertThat(this.forced).containsExactly(this.temp.getFileName() + " true", "a true", "b true");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	@Tag("R2")
	@Tag("Rule7")
	void aDirectoryThatExistedIsForcedIntoItsParentToo() throws IOException {
		Files.createDirectory(this.temp.resolve("log"));
		new DiskStorage(this.directory.resolve("log")).create();
		assertThat(this.forced).containsExactly(this.temp.getFileName() + " true");
	}

	private Path recorded(Path path) {
		return (Path) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Path.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("getFileSystem")) {
						return this.fileSystem;
					}
					Object[] plain = new Object[(arguments != null) ? arguments.length : 0];
					for (int i = 0; i < plain.length; i++) {
						plain[i] = plain(arguments[i]);
					}
					try {
						Object result = method.invoke(path, plain);
						return (result instanceof Path other) ? recorded(other) : result;
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private Object plain(Object path) {
		return Proxy.isProxyClass(path.getClass()) ? this.temp.getFileSystem().getPath(path.toString()) : path;
	}

	private Path plainPath(Path path) {
		return (Path) plain(path);
	}

	private FileSystemProvider real() {
		return this.temp.getFileSystem().provider();
	}

	/**
	 * A channel that records forces.
	 */
	private final class RecordingChannel extends AsynchronousFileChannel {

		private final AsynchronousFileChannel channel;

		private final Path path;

		RecordingChannel(AsynchronousFileChannel channel, Path path) {
			this.channel = channel;
			this.path = path;
		}

		@Override
		public void force(boolean metadata) throws IOException {
			DiskForceTests.this.forced.add(this.path.getFileName() + " " + metadata);
			this.channel.force(metadata);
		}

		@Override
		public long size() throws IOException {
			return this.channel.size();
		}

		@Override
		public AsynchronousFileChannel truncate(long size) throws IOException {
			this.channel.truncate(size);
			return this;
		}

		@Override
		public <A> void lock(long position, long size, boolean shared, A attachment,
				CompletionHandler<FileLock, ? super A> handler) {
			this.channel.lock(position, size, shared, attachment, handler);
		}

		@Override
		public Future<FileLock> lock(long position, long size, boolean shared) {
			return this.channel.lock(position, size, shared);
		}

		@Override
		public FileLock tryLock(long position, long size, boolean shared) throws IOException {
			return this.channel.tryLock(position, size, shared);
		}

		@Override
		public <A> void read(ByteBuffer target, long position, A attachment,
				CompletionHandler<Integer, ? super A> handler) {
			this.channel.read(target, position, attachment, handler);
		}

		@Override
		public Future<Integer> read(ByteBuffer target, long position) {
			return this.channel.read(target, position);
		}

		@Override
		public <A> void write(ByteBuffer source, long position, A attachment,
				CompletionHandler<Integer, ? super A> handler) {
			this.channel.write(source, position, attachment, handler);
		}

		@Override
		public Future<Integer> write(ByteBuffer source, long position) {
			return this.channel.write(source, position);
		}

		@Override
		public boolean isOpen() {
			return this.channel.isOpen();
		}

		@Override
		public void close() throws IOException {
			this.channel.close();
		}

	}

	/**
	 * Does what the real one does, as far as it is asked here.
	 */
	private final class RecordingProvider extends FileSystemProvider {

		@Override
		public AsynchronousFileChannel newAsynchronousFileChannel(Path path, Set<? extends OpenOption> options,
				ExecutorService executor, FileAttribute<?>... attributes) throws IOException {
			return new RecordingChannel(
					real().newAsynchronousFileChannel(plainPath(path), options, executor, attributes), path);
		}

		@Override
		public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
			real().createDirectory(plainPath(path), attributes);
		}

		@Override
		public void checkAccess(Path path, AccessMode... modes) throws IOException {
			real().checkAccess(plainPath(path), modes);
		}

		@Override
		public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
				throws IOException {
			return real().readAttributes(plainPath(path), type, options);
		}

		@Override
		public String getScheme() {
			throw new UnsupportedOperationException();
		}

		@Override
		public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
			throw new UnsupportedOperationException();
		}

		@Override
		public FileSystem getFileSystem(URI uri) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Path getPath(URI uri) {
			throw new UnsupportedOperationException();
		}

		@Override
		public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options,
				FileAttribute<?>... attributes) {
			throw new UnsupportedOperationException();
		}

		@Override
		public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void delete(Path path) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void copy(Path source, Path target, CopyOption... options) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void move(Path source, Path target, CopyOption... options) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isSameFile(Path path, Path other) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isHidden(Path path) {
			throw new UnsupportedOperationException();
		}

		@Override
		public FileStore getFileStore(Path path) {
			throw new UnsupportedOperationException();
		}

		@Override
		public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
			throw new UnsupportedOperationException();
		}

	}

	/**
	 * Only leads to the provider.
	 */
	private final class RecordingFileSystem extends FileSystem {

		@Override
		public FileSystemProvider provider() {
			return DiskForceTests.this.provider;
		}

		@Override
		public void close() {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isOpen() {
			return true;
		}

		@Override
		public boolean isReadOnly() {
			return false;
		}

		@Override
		public String getSeparator() {
			return DiskForceTests.this.temp.getFileSystem().getSeparator();
		}

		@Override
		public Iterable<Path> getRootDirectories() {
			throw new UnsupportedOperationException();
		}

		@Override
		public Iterable<FileStore> getFileStores() {
			throw new UnsupportedOperationException();
		}

		@Override
		public Set<String> supportedFileAttributeViews() {
			return DiskForceTests.this.temp.getFileSystem().supportedFileAttributeViews();
		}

		@Override
		public Path getPath(String first, String... more) {
			return recorded(DiskForceTests.this.temp.getFileSystem().getPath(first, more));
		}

		@Override
		public PathMatcher getPathMatcher(String pattern) {
			throw new UnsupportedOperationException();
		}

		@Override
		public UserPrincipalLookupService getUserPrincipalLookupService() {
			throw new UnsupportedOperationException();
		}

		@Override
		public WatchService newWatchService() {
			throw new UnsupportedOperationException();
		}

	}

}
