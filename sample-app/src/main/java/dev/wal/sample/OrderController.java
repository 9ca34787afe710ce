// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.net.URI;
import java.util.List;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.PositiveOrZero;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * The orders over HTTP.
 */
@RestController
class OrderController {

	private final OrderService service;

	OrderController(OrderService service) {
		this.service = service;
	}

	/**
	 * Accept an order.
	 * @return 201 with the order when it is on the disk, 200 if it was accepted before
	 * with the same {@code clientOrderId}
	 */
	@PostMapping("/orders")
	ResponseEntity<Order> place(@Valid @RequestBody OrderRequest request) {
		OrderService.Placement placement = this.service.place(request);
		return ResponseEntity.status(placement.created() ? HttpStatus.CREATED : HttpStatus.OK)
			.location(URI.create("/orders/" + placement.order().id()))
			.body(placement.order());
	}

	@GetMapping("/orders/{id}")
	Order find(@PathVariable long id) {
		Order order = this.service.find(id);
		if (order == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no order " + id + ".");
		}
		return order;
	}

	/**
	 * Return a page of orders, oldest first.
	 * @param after the id of the last order of the page before, 0 for the first page
	 */
	@GetMapping("/orders")
	List<Order> page(@RequestParam(defaultValue = "0") @PositiveOrZero long after,
			@RequestParam(defaultValue = "50") @Min(1) @Max(1000) int limit) {
		return this.service.page(after, limit);
	}

	@GetMapping("/summary")
	OrderService.Summary summary() {
		return this.service.summary();
	}

}
