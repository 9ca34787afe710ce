// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import tools.jackson.databind.json.JsonMapper;

/**
 * Changes how the log writes and reads JSON. Beans of this type are called in their order
 * when the application starts. They are the only way: neither {@code spring.jackson.*}
 * nor modules on the class path change what records mean.
 * <p>
 * A change of settings applies to the records that are in the log too.
 */
@FunctionalInterface
public interface WalJsonMapperBuilderCustomizer {

	/**
	 * Customize the builder.
	 * @param builder the builder of the log's own mapper
	 */
	void customize(JsonMapper.Builder builder);

}
