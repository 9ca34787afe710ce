// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.util.Map;
import java.util.Objects;

import tools.jackson.databind.JsonNode;

/**
 * A message in JSON on its way from an older version to the one of today.
 *
 * @param type the name of its type
 * @param version its version
 * @param body its body; an object may be changed in place
 * @param headers its headers
 */
public record WalRevision(String type, int version, JsonNode body, Map<String, String> headers) {

	/**
	 * Create a revision.
	 */
	public WalRevision {
		Objects.requireNonNull(type, "type must not be null");
		Objects.requireNonNull(body, "body must not be null");
		headers = Map.copyOf(headers);
	}

	/**
	 * Return the next version, with the same body.
	 * @return a revision
	 */
	public WalRevision next() {
		return to(this.type, this.version + 1);
	}

	/**
	 * Return another version, under the same name or another, with the same body.
	 * @param type the name
	 * @param version the version
	 * @return a revision
	 */
	public WalRevision to(String type, int version) {
		return new WalRevision(type, version, this.body, this.headers);
	}

	/**
	 * Return the same version with another body.
	 * @param body the body
	 * @return a revision
	 */
	public WalRevision withBody(JsonNode body) {
		return new WalRevision(this.type, this.version, body, this.headers);
	}

	/**
	 * Return the same version with other headers.
	 * @param headers the headers
	 * @return a revision
	 */
	public WalRevision withHeaders(Map<String, String> headers) {
		return new WalRevision(this.type, this.version, this.body, headers);
	}

	/** Never shows the content. */
	@Override
	public String toString() {
		return "WalRevision[" + this.type + " v" + this.version + "]";
	}

}
