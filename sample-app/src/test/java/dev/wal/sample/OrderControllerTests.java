// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

import dev.wal.Lsn;
import dev.wal.WalClosedException;
import dev.wal.WalFailedException;
import dev.wal.WalFullException;
import dev.wal.WalIoException;
import dev.wal.WalRecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.never;

/**
 * Tests for {@link OrderController} and {@link ProblemHandler}.
 */
@WebMvcTest(OrderController.class)
class OrderControllerTests {

	private static final String VALID = """
			{"customer": "Ada", "item": "Paper tape", "quantity": 2, "amountCents": 1250, "clientOrderId": "a-1"}""";

	private static final Order ORDER = new Order(42, "Ada", "Paper tape", 2, 1250, "a-1",
			Instant.parse("2026-01-01T12:00:00Z"));

	@Autowired
	private MockMvcTester mvc;

	@MockitoBean
	private OrderService service;

	@Test
	void acceptedOrderIsAnsweredWithItsIdAndPlace() {
		given(this.service.place(new OrderRequest("Ada", "Paper tape", 2, 1250L, "a-1")))
			.willReturn(new OrderService.Placement(ORDER, true));
		MvcTestResult result = post(VALID);
		assertThat(result).hasStatus(HttpStatus.CREATED).hasHeader("Location", "/orders/42");
		assertThat(result).bodyJson().isStrictlyEqualTo("""
				{"id": 42, "customer": "Ada", "item": "Paper tape", "quantity": 2, "amountCents": 1250,
				"clientOrderId": "a-1", "placedAt": "2026-01-01T12:00:00Z"}""");
	}

	@Test
	void orderThatWasAcceptedBeforeIsAnsweredWith200() {
		given(this.service.place(any())).willReturn(new OrderService.Placement(ORDER, false));
		assertThat(post(VALID)).hasStatusOk().hasHeader("Location", "/orders/42");
	}

	@Test
	void invalidOrderIsAnsweredWithAllThatIsWrongWithIt() {
		MvcTestResult result = post("""
				{"customer": " ", "quantity": 0, "amountCents": -1, "clientOrderId": ""}""");
		assertThatProblem(result, HttpStatus.BAD_REQUEST, "The order is not valid");
		assertThat(result).bodyJson()
			.extractingPath("$.errors")
			.asMap()
			.containsOnlyKeys("customer", "item", "quantity", "amountCents", "clientOrderId");
		then(this.service).should(never()).place(any());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "[]",
			"{\"customer\": \"Ada\", \"item\": \"x\", \"quantity\": 1.5, \"amountCents\": 1}",
			"{\"customer\": \"Ada\", \"item\": \"x\", \"quantity\": 1, \"amountCents\": 12.5}",
			"{\"customer\": \"Ada\", \"item\": \"x\", \"quantity\": 99999999999, \"amountCents\": 1}" })
	void whatIsNoOrderIsAProblem(String body) {
		assertThatProblem(post(body), HttpStatus.BAD_REQUEST, "Bad Request");
		then(this.service).should(never()).place(any());
	}

	@Test
	void orderThatNeedNotBeNumberedByTheClientIsAccepted() {
		given(this.service.place(new OrderRequest("Ada", "x", 1, 0L, null)))
			.willReturn(new OrderService.Placement(ORDER, true));
		assertThat(post("""
				{"customer": "Ada", "item": "x", "quantity": 1, "amountCents": 0}""")).hasStatus(HttpStatus.CREATED);
	}

	@Test
	void clientOrderIdOfAnotherOrderIsAConflict() {
		given(this.service.place(any())).willThrow(new OrderConflictException(ORDER));
		assertThatProblem(post(VALID), HttpStatus.CONFLICT, "The clientOrderId is already used");
	}

	@Test
	void fullDiskIsAnsweredWith503AndWhenToTryAgain() {
		given(this.service.place(any())).willThrow(new WalFullException(Path.of("secret-place"), 4096, 0, null));
		MvcTestResult result = post(VALID);
		assertThatProblem(result, HttpStatus.SERVICE_UNAVAILABLE, "The disk is full");
		assertThat(result).hasHeader("Retry-After", "10").bodyText().doesNotContain("secret-place");
	}

	@Test
	void logWithoutItsNextSegmentIsAnsweredWith503AndWhenToTryAgain() {
		given(this.service.place(any())).willThrow(new WalIoException("create the next segment in",
				Path.of("secret-place"), new IOException("Too many open files")));
		MvcTestResult result = post(VALID);
		assertThatProblem(result, HttpStatus.SERVICE_UNAVAILABLE, "The log does not accept orders at the moment");
		assertThat(result).hasHeader("Retry-After", "10").bodyText().doesNotContain("secret-place");
	}

	@Test
	void failedLogIsAnsweredWith503AndThatTheOutcomeIsUnknown() {
		given(this.service.place(any())).willThrow(new WalFailedException("The force failed.", Lsn.of(41), null));
		MvcTestResult result = post(VALID);
		assertThatProblem(result, HttpStatus.SERVICE_UNAVAILABLE, "The log has failed");
		assertThat(result).doesNotContainHeader("Retry-After").bodyText().contains("may or may not have been accepted");
	}

	@Test
	void closedLogIsAnsweredWith503() {
		given(this.service.place(any())).willThrow(new WalClosedException("The log is closed."));
		assertThatProblem(post(VALID), HttpStatus.SERVICE_UNAVAILABLE, "The log does not accept orders at the moment");
	}

	@Test
	void startingServiceIsAnsweredWith503() {
		given(this.service.summary()).willThrow(new NotRecoveredException());
		MvcTestResult result = this.mvc.get().uri("/summary").exchange();
		assertThatProblem(result, HttpStatus.SERVICE_UNAVAILABLE, "The service is starting");
		assertThat(result).hasHeader("Retry-After", "1");
	}

	@Test
	void tooLargeOrderIsAnsweredWith413() {
		given(this.service.place(any()))
			.willThrow(new WalRecordTooLargeException("A record", 70_000, 65_536, "max-record-size"));
		assertThatProblem(post(VALID), HttpStatus.CONTENT_TOO_LARGE, "The order is too large");
	}

	@Test
	void unknownOrderIsNotFound() {
		assertThatProblem(this.mvc.get().uri("/orders/7").exchange(), HttpStatus.NOT_FOUND, "Not Found");
	}

	@Test
	void pageBeginsAfterTheGivenOrder() {
		given(this.service.page(41, 1)).willReturn(List.of(ORDER));
		assertThat(this.mvc.get().uri("/orders?after=41&limit=1")).hasStatusOk()
			.bodyJson()
			.extractingPath("$[*].id")
			.asArray()
			.containsExactly(42);
	}

	@ParameterizedTest
	@ValueSource(strings = { "limit=0", "limit=1001", "after=-1", "after=x" })
	void pageThatCannotBeIsAProblem(String query) {
		assertThatProblem(this.mvc.get().uri("/orders?" + query).exchange(), HttpStatus.BAD_REQUEST, "Bad Request");
	}

	private MvcTestResult post(String body) {
		return this.mvc.post().uri("/orders").contentType(MediaType.APPLICATION_JSON).content(body).exchange();
	}

	private static void assertThatProblem(MvcTestResult result, HttpStatus status, String title) {
		assertThat(result).hasStatus(status).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(result).bodyJson().extractingPath("$.title").isEqualTo(title);
	}

}
