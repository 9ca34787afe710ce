// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.UnaryOperator;

import dev.wal.internal.segment.ControlFile;
import dev.wal.internal.segment.ControlRecord;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.disk.BytesStorage;

/**
 * The control files of logs in memory.
 */
public final class TestControl {

	private TestControl() {
	}

	/**
	 * Return what the control file of a log says.
	 */
	public static ControlRecord read(Map<String, byte[]> files) {
		try {
			return ControlFile.read(new BytesStorage(files)).record();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the bytes of a control file.
	 */
	public static byte[] bytes(ControlRecord record) {
		BytesStorage storage = new BytesStorage();
		try {
			ControlFile.create(new LogDirectory(storage), record).close();
			return storage.files().get(SegmentName.CONTROL);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return a copy of a log whose control file says something else.
	 */
	public static Map<String, byte[]> with(Map<String, byte[]> files, UnaryOperator<ControlRecord> change) {
		Map<String, byte[]> copy = TestLogs.copy(files);
		copy.put(SegmentName.CONTROL, bytes(change.apply(read(files))));
		return copy;
	}

}
