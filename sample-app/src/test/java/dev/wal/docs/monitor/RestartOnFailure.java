// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.monitor;

import dev.wal.spring.WalFailedEvent;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

@Component
class RestartOnFailure {

	private final ApplicationContext context;

	RestartOnFailure(ApplicationContext context) {
		this.context = context;
	}

	@EventListener
	void onFailure(WalFailedEvent event) {
		AvailabilityChangeEvent.publish(this.context, LivenessState.BROKEN);
	}

}
