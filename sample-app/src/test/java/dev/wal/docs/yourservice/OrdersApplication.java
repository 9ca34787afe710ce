// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.yourservice;

import java.util.Collection;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class OrdersApplication {

	private final Orders orders;

	OrdersApplication(Orders orders) {
		this.orders = orders;
	}

	public static void main(String[] args) {
		SpringApplication.run(OrdersApplication.class, args);
	}

	@PostMapping("/orders")
	long place(@RequestBody String order) {
		return this.orders.place(order).value();
	}

	@GetMapping("/orders")
	Collection<String> all() {
		return this.orders.all();
	}

}
