// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the whole service over HTTP.
 */
class SampleApplicationTests {

	@TempDir
	static Path directory;

	private static RunningSample sample;

	@BeforeAll
	static void start() {
		sample = RunningSample.start(directory);
	}

	@AfterAll
	static void stop() {
		sample.close();
	}

	@Test
	void placedOrderCanBeReadBackAndCounts() throws Exception {
		OrderService.Summary before = sample.summary();
		Order order = sample.place(new OrderRequest("Ada", "Paper \"tape\" \ud83d\ude00", 3, 999L, null));
		assertThat(order.id()).isEqualTo(before.lastLsn() + 1);
		assertThat(OrderClient.order(sample.get("/orders/" + order.id()))).isEqualTo(order);
		assertThat(sample.summary()).isEqualTo(new OrderService.Summary(before.count() + 1,
				before.totalAmountCents() + 999, order.id(), before.recoveredCount()));
	}

	@Test
	void ordersAreReadPageByPage() throws Exception {
		List<Order> placed = sample.place(1001, 1005);
		long after = placed.get(0).id();
		JsonNode page = sample.getJson("/orders?limit=2&after=" + after);
		assertThat(page).hasSize(2);
		assertThat(page.get(0).get("id").asLong()).isEqualTo(after + 1);
		assertThat(page.get(1).get("id").asLong()).isEqualTo(after + 2);
	}

	@Test
	void orderThatIsTooLargeForTheLogIsRefusedAndUsesNoLsn() throws Exception {
		OrderService.Summary before = sample.summary();
		HttpResponse<String> response = sample.post(new OrderRequest("Ada", "x".repeat(70_000), 1, 1L, null));
		assertThat(response.statusCode()).isEqualTo(413);
		assertThat(response.body()).contains("The order is too large");
		assertThat(sample.summary()).isEqualTo(before);
		assertThat(sample.place(new OrderRequest("Ada", "x".repeat(60_000), 1, 1L, null)).id())
			.isEqualTo(before.lastLsn() + 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "health", "wal", "waltail", "metrics", "prometheus" })
	void operatorsSeeTheLog(String endpoint) throws Exception {
		HttpResponse<String> response = sample.get("/actuator/" + endpoint);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		if (!endpoint.equals("waltail")) {
			assertThat(response.body()).contains("wal");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "env", "heapdump", "shutdown", "beans" })
	void operatorsSeeNothingElse(String endpoint) throws Exception {
		assertThat(sample.get("/actuator/" + endpoint).statusCode()).isEqualTo(404);
	}

	@Test
	void pageNeedsNothingFromElsewhere() throws Exception {
		HttpResponse<String> page = sample.get("/");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.headers().firstValue("Content-Type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("text/html"));
		assertThat(page.body()).contains("Recovered at the last start")
			.doesNotContain("http://", "https://", " src=", "@import", "innerHTML");
	}

	@Test
	void pageShowsOnlyFiguresThatThereAre() throws Exception {
		String page = sample.get("/").body();
		JsonNode status = sample.getJson("/status");
		assertThatAllExist(page, "\\bstatus\\.(\\w+)", status);
		assertThatAllExist(page, "\\brecovered\\.(\\w+)", status.get("recovered"));
		assertThatAllExist(page, "\\blog\\.(\\w+)", status.get("log"));
	}

	private static void assertThatAllExist(String page, String pattern, JsonNode node) {
		List<String> names = Pattern.compile(pattern)
			.matcher(page)
			.results()
			.map((MatchResult match) -> match.group(1))
			.distinct()
			.toList();
		assertThat(names).isNotEmpty().allMatch(node::has, "is in " + node.propertyNames());
	}

}
