// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.types;

import java.time.YearMonth;

import dev.wal.spring.message.WalTypes;
import dev.wal.spring.message.WalTypesCustomizer;

import org.springframework.stereotype.Component;

@Component
class ForeignTypes implements WalTypesCustomizer {

	@Override
	public void customize(WalTypes.Builder types) {
		types.add(YearMonth.class, "month-closed", 1);
	}

}
