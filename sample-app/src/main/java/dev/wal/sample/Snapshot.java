package dev.wal.sample;

import java.util.Collection;
import java.util.UUID;

/**
 * The state of the service after one record of the log.
 *
 * @param logId the log that the LSN belongs to: a snapshot means nothing beside another
 * @param lsn the LSN of the last record that is part of the state
 * @param orders exactly the orders with LSNs up to there, oldest first
 */
record Snapshot(UUID logId, long lsn, Collection<Order> orders) {

}
