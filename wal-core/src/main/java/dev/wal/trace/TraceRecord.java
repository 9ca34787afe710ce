// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * One record of a trace journal. Immutable. It has all the fields that the encoding has;
 * the factory methods set those that mean something for their type, and leave the others
 * at 0 or absent.
 *
 * @param type what it says
 * @param traceId the trace, or {@link #NO_TRACE} for a checkpoint
 * @param nodeId the node, from 0 to 2^32-1; 0 where there is none
 * @param timestampNanos the wall clock in nanoseconds since the epoch, 64 bits unsigned
 * @param output where the output of a completed node is, otherwise
 * {@link OutputLocation#NONE}
 * @param iteration the iteration of a loop, from 0 to 2^32-1
 * @param error why something failed, or {@code null}; never empty, as the encoding has no
 * empty text: an empty one becomes {@code null}
 * @param metadata anything, or {@code null}; never empty, as above
 */
public record TraceRecord(TraceRecordType type, UUID traceId, long nodeId, long timestampNanos, OutputLocation output,
		long iteration, @Nullable String error, @Nullable String metadata) {

	/**
	 * The id that stands for no trace.
	 */
	public static final UUID NO_TRACE = new UUID(0, 0);

	private static final long MAX_UNSIGNED_INT = 0xFFFF_FFFFL;

	/**
	 * Create a record.
	 * @param type what it says
	 * @param traceId the trace, or {@link #NO_TRACE} for a checkpoint
	 * @param nodeId the node, from 0 to 2^32-1; 0 where there is none
	 * @param timestampNanos the wall clock in nanoseconds since the epoch, 64 bits
	 * unsigned
	 * @param output where the output of a completed node is, otherwise
	 * {@link OutputLocation#NONE}
	 * @param iteration the iteration of a loop, from 0 to 2^32-1
	 * @param error why something failed, or {@code null}; never empty, as the encoding
	 * has no empty text: an empty one becomes {@code null}
	 * @param metadata anything, or {@code null}; never empty, as above
	 * @throws IllegalArgumentException if the node or the iteration does not have 32 bits
	 */
	public TraceRecord {
		Objects.requireNonNull(type, "type must not be null");
		Objects.requireNonNull(traceId, "traceId must not be null");
		Objects.requireNonNull(output, "output must not be null");
		checkUnsignedInt("nodeId", nodeId);
		checkUnsignedInt("iteration", iteration);
		error = (error != null && error.isEmpty()) ? null : error;
		metadata = (metadata != null && metadata.isEmpty()) ? null : metadata;
	}

	static void checkUnsignedInt(String name, long value) {
		if (value < 0 || value > MAX_UNSIGNED_INT) {
			throw new IllegalArgumentException("The " + name + " " + value + " is not from 0 to 2^32-1");
		}
	}

	private static TraceRecord of(TraceRecordType type, UUID traceId, long nodeId, Instant time) {
		return new TraceRecord(type, traceId, nodeId, nanos(time), OutputLocation.NONE, 0, null, null);
	}

	private static long nanos(Instant time) {
		return time.isBefore(Instant.EPOCH) ? 0 : time.getEpochSecond() * 1_000_000_000L + time.getNano();
	}

	/**
	 * Create the record of a trace that begins.
	 * @param traceId the trace
	 * @param time when
	 * @return the record
	 */
	public static TraceRecord traceStart(UUID traceId, Instant time) {
		return of(TraceRecordType.TRACE_START, traceId, 0, time);
	}

	/**
	 * Create the record of a node that begins to run.
	 * @param traceId the trace
	 * @param nodeId the node
	 * @param time when
	 * @return the record
	 */
	public static TraceRecord nodeStart(UUID traceId, long nodeId, Instant time) {
		return of(TraceRecordType.NODE_START, traceId, nodeId, time);
	}

	/**
	 * Create the record of a node that has completed.
	 * @param traceId the trace
	 * @param nodeId the node
	 * @param output where its output is
	 * @param time when
	 * @return the record
	 */
	public static TraceRecord nodeDone(UUID traceId, long nodeId, OutputLocation output, Instant time) {
		return new TraceRecord(TraceRecordType.NODE_DONE, traceId, nodeId, nanos(time), output, 0, null, null);
	}

	/**
	 * Create the record of a run of a node that has failed.
	 * @param traceId the trace
	 * @param nodeId the node
	 * @param error why
	 * @param time when
	 * @return the record
	 */
	public static TraceRecord nodeError(UUID traceId, long nodeId, @Nullable String error, Instant time) {
		return of(TraceRecordType.NODE_ERROR, traceId, nodeId, time).withError(error);
	}

	/**
	 * Create the record of a trace that has completed.
	 * @param traceId the trace
	 * @param time when
	 * @return the record
	 */
	public static TraceRecord traceComplete(UUID traceId, Instant time) {
		return of(TraceRecordType.TRACE_COMPLETE, traceId, 0, time);
	}

	/**
	 * Create the record of a trace that was given up.
	 * @param traceId the trace
	 * @param error why
	 * @param time when
	 * @return the record
	 */
	public static TraceRecord traceFailed(UUID traceId, @Nullable String error, Instant time) {
		return of(TraceRecordType.TRACE_FAILED, traceId, 0, time).withError(error);
	}

	/**
	 * Create the record of a trace that waits.
	 * @param traceId the trace
	 * @param nodeId the node that it waits at
	 * @param metadata what is needed to go on, or {@code null}
	 * @param time when
	 * @return the record
	 */
	public static TraceRecord traceSuspended(UUID traceId, long nodeId, @Nullable String metadata, Instant time) {
		return of(TraceRecordType.TRACE_SUSPENDED, traceId, nodeId, time).withMetadata(metadata);
	}

	/**
	 * Create the record of a trace that goes on.
	 * @param traceId the trace
	 * @param time when
	 * @return the record
	 */
	public static TraceRecord traceResumed(UUID traceId, Instant time) {
		return of(TraceRecordType.TRACE_RESUMED, traceId, 0, time);
	}

	/**
	 * Create the record of a mark that belongs to no trace.
	 * @param metadata what it marks, or {@code null}
	 * @param time when
	 * @return the record
	 */
	public static TraceRecord checkpoint(@Nullable String metadata, Instant time) {
		return of(TraceRecordType.CHECKPOINT, NO_TRACE, 0, time).withMetadata(metadata);
	}

	/**
	 * Create the record of an iteration that begins.
	 * @param traceId the trace
	 * @param nodeId the node of the loop
	 * @param iteration the iteration
	 * @param time when
	 * @return the record
	 */
	public static TraceRecord loopIteration(UUID traceId, long nodeId, long iteration, Instant time) {
		return new TraceRecord(TraceRecordType.LOOP_ITERATION, traceId, nodeId, nanos(time), OutputLocation.NONE,
				iteration, null, null);
	}

	/**
	 * Create the record of a loop that ends.
	 * @param traceId the trace
	 * @param nodeId the node of the loop
	 * @param iteration the number of iterations it had
	 * @param time when
	 * @return the record
	 */
	public static TraceRecord loopExit(UUID traceId, long nodeId, long iteration, Instant time) {
		return new TraceRecord(TraceRecordType.LOOP_EXIT, traceId, nodeId, nanos(time), OutputLocation.NONE, iteration,
				null, null);
	}

	/**
	 * Return this record with another reason of failure.
	 * @param text why, or {@code null}
	 * @return a record
	 */
	public TraceRecord withError(@Nullable String text) {
		return new TraceRecord(this.type, this.traceId, this.nodeId, this.timestampNanos, this.output, this.iteration,
				text, this.metadata);
	}

	/**
	 * Return this record with other metadata.
	 * @param text anything, or {@code null}
	 * @return a record
	 */
	public TraceRecord withMetadata(@Nullable String text) {
		return new TraceRecord(this.type, this.traceId, this.nodeId, this.timestampNanos, this.output, this.iteration,
				this.error, text);
	}

	/**
	 * Return when it was written.
	 * @return the timestamp
	 */
	public Instant timestamp() {
		return instant(this.timestampNanos);
	}

	static Instant instant(long nanos) {
		return Instant.ofEpochSecond(Long.divideUnsigned(nanos, 1_000_000_000L),
				Long.remainderUnsigned(nanos, 1_000_000_000L));
	}

	/**
	 * Encode the record as xerv does, byte for byte.
	 * @return the payload
	 * @throws IllegalArgumentException if a text has no UTF-8 form
	 */
	public byte[] encode() {
		return TraceRecordCodec.encode(this);
	}

	/**
	 * Decode a record. Strict: the bytes are exactly one record, match their checksum,
	 * and their texts are UTF-8.
	 * @param payload the bytes, from the position to the limit, both of which stay
	 * @return the record
	 * @throws TraceFormatException if they are not a record
	 */
	public static TraceRecord decode(ByteBuffer payload) {
		return TraceRecordCodec.decode(payload, true);
	}

	/**
	 * Decode a record as xerv does: bytes after the record are ignored, and what is not
	 * UTF-8 in a text is replaced.
	 * @param payload the bytes, from the position to the limit, both of which stay
	 * @return the record
	 * @throws TraceFormatException if they do not begin with a record
	 */
	public static TraceRecord decodeLeniently(ByteBuffer payload) {
		return TraceRecordCodec.decode(payload, false);
	}

	/**
	 * Return what the record is about, without its texts.
	 */
	@Override
	public String toString() {
		return "TraceRecord[" + this.type + ", trace=" + this.traceId + ", node=" + this.nodeId + "]";
	}

}
