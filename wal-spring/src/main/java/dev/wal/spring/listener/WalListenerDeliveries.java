// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.listener;

import java.time.Duration;
import java.util.List;

import dev.wal.Lsn;
import dev.wal.WalRecordListener;
import org.jspecify.annotations.Nullable;

/**
 * How far each {@link WalRecordListener} bean has read. Its methods take no lock.
 */
public interface WalListenerDeliveries {

	/**
	 * Return the delivery to each listener.
	 * @return the deliveries in the order of the beans; empty until the replay has
	 * finished
	 */
	List<Delivery> deliveries();

	/**
	 * The delivery to one listener.
	 *
	 * @param listener the name of the listener's bean
	 * @param position the LSN of the next record that it is given
	 * @param active whether records are delivered to it
	 * @param failureCount the number of exceptions it threw since the context last
	 * started
	 * @param heldUpFor for how long it has had the record at its position, attempts and
	 * the pauses between them included; zero if it has none
	 * @param lastFailure the last exception it threw, or {@code null} if it threw none
	 */
	record Delivery(String listener, Lsn position, boolean active, long failureCount, Duration heldUpFor,
			@Nullable Throwable lastFailure) {
	}

}
