// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.types;

import dev.wal.spring.message.WalRevision;
import dev.wal.spring.message.WalUpcaster;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.stereotype.Component;

@Component
class OrderCurrency implements WalUpcaster {

	@Override
	public String type() {
		return "order.placed";
	}

	@Override
	public int fromVersion() {
		return 1;
	}

	@Override
	public WalRevision upcast(WalRevision revision) {
		((ObjectNode) revision.body()).put("currency", "EUR");
		return revision.next();
	}

}
