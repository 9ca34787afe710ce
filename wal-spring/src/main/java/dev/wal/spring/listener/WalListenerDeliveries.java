package dev.wal.spring.listener;

import java.util.List;

import dev.wal.Lsn;
import dev.wal.WalRecordListener;
import org.jspecify.annotations.Nullable;

/**
 * How far the {@link WalRecordListener} beans have come. Reading it takes no lock.
 */
public interface WalListenerDeliveries {

	/**
	 * Return the delivery to each listener.
	 * @return the deliveries in the order of the beans, none before the replay is through
	 */
	List<Delivery> deliveries();

	/**
	 * The delivery to one listener.
	 *
	 * @param listener the name of the listener's bean
	 * @param position the LSN of the record that it is given next
	 * @param active whether records are delivered to it
	 * @param failureCount how often it threw since the context was last started
	 * @param lastFailure what it threw last, or {@code null}
	 */
	record Delivery(String listener, Lsn position, boolean active, long failureCount, @Nullable Throwable lastFailure) {
	}

}
