// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import dev.wal.WalClosedException;
import dev.wal.WalException;
import dev.wal.WalFailedException;
import dev.wal.WalFullException;
import dev.wal.WalOverloadedException;
import dev.wal.WalRecordTooLargeException;
import dev.wal.spring.message.WalTypeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.validation.FieldError;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Answers failures with problem details (RFC 9457). A client must learn from a failure
 * whether its order was accepted, so every answer says so.
 */
@RestControllerAdvice
class ProblemHandler extends ResponseEntityExceptionHandler {

	private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

	@Override
	protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(MethodArgumentNotValidException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		Map<String, String> errors = new LinkedHashMap<>();
		for (FieldError error : ex.getBindingResult().getFieldErrors()) {
			errors.putIfAbsent(error.getField(), Objects.requireNonNullElse(error.getDefaultMessage(), "is invalid"));
		}
		ProblemDetail problem = problem(status, "The order is not valid", "The order was not accepted. See 'errors'.");
		problem.setProperty("errors", errors);
		return handleExceptionInternal(ex, problem, headers, status, request);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handleTooLarge(WalRecordTooLargeException ex) {
		return answer(problem(HttpStatus.CONTENT_TOO_LARGE, "The order is too large", ex.getMessage()));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handleUnwritable(WalTypeException ex) {
		return answer(problem(HttpStatus.UNPROCESSABLE_CONTENT, "The order cannot be stored", ex.getMessage()));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handleConflict(OrderConflictException ex) {
		return answer(problem(HttpStatus.CONFLICT, "The clientOrderId is already used", ex.getMessage()));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handleNotRecovered(NotRecoveredException ex) {
		return retry(problem(HttpStatus.SERVICE_UNAVAILABLE, "The service is starting", ex.getMessage()), 1);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handleFull(WalFullException ex) {
		log.warn("An order was rejected: {}", ex.getMessage());
		return retry(problem(HttpStatus.SERVICE_UNAVAILABLE, "The disk is full",
				"The order was not accepted. The service accepts orders again when there is space on the disk."), 10);
	}

	@ExceptionHandler({ WalOverloadedException.class, WalClosedException.class })
	ResponseEntity<ProblemDetail> handleBusy(WalException ex) {
		return retry(problem(HttpStatus.SERVICE_UNAVAILABLE, "The log does not accept orders at the moment",
				"The order was not accepted. Send it again in a moment."), 1);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handleFailed(WalFailedException ex) {
		log.error("An order could not be written: {}", ex.getMessage());
		return answer(problem(HttpStatus.SERVICE_UNAVAILABLE, "The log has failed",
				"The order may or may not have been accepted. Send it again with the same clientOrderId after the service"
						+ " was restarted."));
	}

	private static ProblemDetail problem(HttpStatusCode status, String title, @Nullable String detail) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
		problem.setTitle(title);
		return problem;
	}

	private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem) {
		return ResponseEntity.of(problem).build();
	}

	private static ResponseEntity<ProblemDetail> retry(ProblemDetail problem, int seconds) {
		return ResponseEntity.of(problem).header(HttpHeaders.RETRY_AFTER, String.valueOf(seconds)).build();
	}

}
