// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing;

import java.util.Map;

import dev.wal.CorruptionPolicy;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.testing.disk.BytesStorage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Logs that are refused when they are opened, with every byte left as it is.
 */
public final class Refusals {

	private Refusals() {
	}

	public static WalCorruptedException refusedAsDamaged(Map<String, byte[]> files) {
		return refused(files, CorruptionPolicy.FAIL, WalCorruptedException.class);
	}

	public static <X extends WalException> X refused(Map<String, byte[]> files, CorruptionPolicy policy,
			Class<X> type) {
		BytesStorage storage = new BytesStorage(files);
		X refusal = null;
		try {
			TestLogs.open(storage, policy).close();
		}
		catch (WalException ex) {
			assertThat(ex).isInstanceOf(type);
			refusal = type.cast(ex);
		}
		assertThat(refusal).as("refused").isNotNull();
		assertThat(storage.changes()).isZero();
		return refusal;
	}

	public static LsnRange lsns(long first, long last) {
		return new LsnRange(Lsn.of(first), Lsn.of(last));
	}

}
