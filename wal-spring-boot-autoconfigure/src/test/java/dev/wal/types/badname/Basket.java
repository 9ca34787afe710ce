// SPDX-License-Identifier: Apache-2.0
package dev.wal.types.badname;

import java.util.List;

import dev.wal.spring.message.WalType;

/**
 * Keeps the application from starting.
 *
 * @param lines what is in it
 */
@WalType("Basket!")
public record Basket(List<String> lines) {

}
