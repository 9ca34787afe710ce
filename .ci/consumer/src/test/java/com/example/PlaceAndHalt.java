// SPDX-License-Identifier: Apache-2.0
package com.example;

import org.springframework.boot.SpringApplication;

/**
 * Places an order, and is gone as after a kill: nothing is closed, no hook runs.
 */
final class PlaceAndHalt {

	static final int STATUS = 137;

	private PlaceAndHalt() {
	}

	public static void main(String[] args) {
		SpringApplication.run(Application.class, args).getBean(Orders.class).place("paper tape");
		Runtime.getRuntime().halt(STATUS);
	}

}
