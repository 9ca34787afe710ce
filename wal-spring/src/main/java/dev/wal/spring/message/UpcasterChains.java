// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import dev.wal.message.MessageEnvelope;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes messages through the chain of upcasters that begins at their type and version.
 */
final class UpcasterChains implements UnaryOperator<MessageEnvelope> {

	private final Map<Step, WalUpcaster> upcasters = new HashMap<>();

	private final WalTypes types;

	private final JsonMapper mapper;

	UpcasterChains(Collection<? extends WalUpcaster> upcasters, WalTypes types, JsonMapper mapper) {
		this.types = types;
		this.mapper = mapper;
		for (WalUpcaster upcaster : upcasters) {
			WalUpcaster other = this.upcasters.put(from(upcaster), upcaster);
			if (other != null) {
				throw new WalTypeDefinitionException("Two upcasters take " + from(upcaster) + ": "
						+ other.getClass().getName() + " and " + upcaster.getClass().getName(), "Remove one of them");
			}
		}
		this.upcasters.values().forEach(this::checkChain);
	}

	private static Step from(WalUpcaster upcaster) {
		return new Step(upcaster.type(), upcaster.fromVersion());
	}

	private static Step to(WalUpcaster upcaster) {
		return new Step(upcaster.toType(), upcaster.toVersion());
	}

	/** Follow a chain to its end, which must be a class as it is now. */
	private void checkChain(WalUpcaster first) {
		Set<Step> passed = new HashSet<>();
		Step step = from(first);
		for (WalUpcaster upcaster = first; upcaster != null; upcaster = find(step)) {
			Step next = to(upcaster);
			if (!passed.add(step) || (next.type.equals(step.type) && next.version <= step.version)) {
				throw new WalTypeDefinitionException(
						"The upcaster " + upcaster.getClass().getName() + " turns " + step + " into " + next
								+ ", which leads back to where it began",
						"Let the version rise, or change the name to one that does not lead back");
			}
			WalTypes.Type current = this.types.find(step.type).orElse(null);
			if (current != null && current.name().equals(step.type) && step.version >= current.version()) {
				throw new WalTypeDefinitionException(
						"The upcaster " + upcaster.getClass().getName() + " takes " + step + ", but "
								+ current.javaType().getName() + " has version " + current.version(),
						"Raise the version of the class, or remove the upcaster");
			}
			step = next;
		}
		checkEnd(step);
	}

	private void checkEnd(Step end) {
		WalTypes.Type type = this.types.find(end.type)
			.orElseThrow(() -> new WalTypeDefinitionException(
					"A chain of upcasters ends at " + end + ", but no class has the name '" + end.type + "'",
					"Add an upcaster that goes on from there, or name the class with @WalType"));
		if (type.version() != end.version) {
			throw new WalTypeDefinitionException(
					"A chain of upcasters ends at " + end + ", but " + type.javaType().getName() + " has version "
							+ type.version(),
					(end.version < type.version())
							? "Add a WalUpcaster bean that takes version " + end.version + " of '" + end.type + "'"
							: "Correct the version of the class, or of the upcaster");
		}
	}

	/**
	 * Return the upcaster of a step. One for a former name comes before those for the
	 * name of today.
	 */
	private @Nullable WalUpcaster find(Step step) {
		WalUpcaster upcaster = this.upcasters.get(step);
		if (upcaster != null) {
			return upcaster;
		}
		return this.types.find(step.type)
			.map((type) -> this.upcasters.get(new Step(type.name(), step.version)))
			.orElse(null);
	}

	@Override
	public MessageEnvelope apply(MessageEnvelope message) {
		WalUpcaster upcaster = find(new Step(message.type(), message.version()));
		if (upcaster == null) {
			return message;
		}
		if (message.codec() != MessageEnvelope.CODEC_JSON) {
			throw new CodecException("it has an upcaster, but is not in JSON");
		}
		WalRevision revision = new WalRevision(message.type(), message.version(), tree(message.body()),
				message.headers());
		while (upcaster != null) {
			// Under a former name it is given the one that it takes.
			revision = upcast(upcaster, revision.to(upcaster.type(), revision.version()));
			upcaster = find(new Step(revision.type(), revision.version()));
		}
		return new MessageEnvelope(revision.type(), revision.version(), message.key(), revision.headers(),
				message.codec(), ByteBuffer.wrap(this.mapper.writeValueAsBytes(revision.body())));
	}

	private JsonNode tree(ByteBuffer body) {
		return JsonCodec.read(body, (bytes, offset, length) -> this.mapper.readTree(bytes, offset, length));
	}

	private static WalRevision upcast(WalUpcaster upcaster, WalRevision revision) {
		WalRevision next;
		try {
			next = upcaster.upcast(revision);
		}
		catch (RuntimeException ex) {
			throw new CodecException("the upcaster " + upcaster.getClass().getName() + " threw "
					+ ex.getClass().getName() + " for version " + revision.version());
		}
		if (!to(upcaster).equals(new Step(next.type(), next.version()))) {
			throw new CodecException("the upcaster " + upcaster.getClass().getName() + " returned " + next.type() + " v"
					+ next.version() + " in the place of " + to(upcaster));
		}
		return next;
	}

	/**
	 * A version of a type.
	 */
	private record Step(String type, int version) {

		@Override
		public String toString() {
			return this.type + " v" + this.version;
		}

	}

}
