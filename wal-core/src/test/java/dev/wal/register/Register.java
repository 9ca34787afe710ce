// SPDX-License-Identifier: Apache-2.0
package dev.wal.register;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.wal.register.Requirement.Status;

/**
 * The requirements with the tests that are tagged with them: what does not fit together,
 * and the page that shows both.
 */
final class Register {

	/** Tags of the build, which choose what runs, and of the properties: no codes. */
	private static final Pattern GROUP = Pattern.compile("[a-z]+(-[a-z]+)*|property:[a-z.-]+");

	/** As many tests are folded, so that a row stays a row. */
	private static final int FOLDED = 7;

	private final List<Requirement> requirements;

	private final List<TaggedTest> tests;

	Register(List<Requirement> requirements, List<TaggedTest> tests) {
		this.requirements = requirements;
		this.tests = tests.stream().filter((test) -> !GROUP.matcher(test.tag()).matches()).toList();
	}

	static List<Requirement> read(Path file) throws IOException {
		return Files.readAllLines(file).stream().skip(1).map(Requirement::parse).toList();
	}

	/**
	 * Return the codes that must have a row, whether or not a test has them.
	 */
	static List<String> codes() {
		return Stream.of(codes("R", 104), codes("D", 35), codes("Rule", 13)).flatMap((codes) -> codes).toList();
	}

	private static Stream<String> codes(String kind, int last) {
		return IntStream.rangeClosed(1, last).mapToObj((number) -> kind + number);
	}

	/**
	 * Return what is wrong with the rows and the tags, a sentence each.
	 */
	List<String> problems() {
		List<String> problems = new ArrayList<>();
		Map<String, List<TaggedTest>> proofs = proofs();
		Set<String> rows = new LinkedHashSet<>();
		for (Requirement requirement : this.requirements) {
			String code = requirement.code();
			if (!rows.add(code)) {
				problems.add(code + " has two rows");
			}
			if (requirement.status() != Status.NOT_YET && !proofs.containsKey(code)) {
				problems.add(code + " is " + requirement.status().text() + ", but no test is tagged with it");
			}
			if (requirement.sentence().isBlank()) {
				problems.add(code + " has no sentence");
			}
			if (requirement.why().isBlank() != (requirement.status() == Status.PROVEN)) {
				problems.add(code + " is " + requirement.status().text() + (requirement.why().isBlank()
						? ", and the row does not say why" : ", but the row says why not"));
			}
		}
		for (TaggedTest test : this.tests) {
			if (!rows.contains(test.tag())) {
				problems.add(test.name() + " is tagged with " + test.tag() + ", which has no row");
			}
			if (!test.seen()) {
				problems.add(test.name() + " has the tag " + test.tag()
						+ ", which nothing that runs it sees: it is no test, or the other engine's annotation was taken");
			}
		}
		codes().stream().filter((code) -> !rows.contains(code)).forEach((code) -> problems.add(code + " has no row"));
		return problems;
	}

	private Map<String, List<TaggedTest>> proofs() {
		return this.tests.stream().filter(TaggedTest::seen).collect(Collectors.groupingBy(TaggedTest::tag));
	}

	/**
	 * Return the page, as it should be in the documentation.
	 */
	String page() {
		StringBuilder page = new StringBuilder();
		page.append(
				"""
						# The register of requirements

						What the log must do, and which tests prove it. A test has the code of what it proves as a tag, so that
						`mvn test -Dgroups=R46` runs the proofs of one row. Rows are kept in
						`wal-core/src/test/resources/requirements.tsv`; this page is made of them and of the tags, and the build fails
						when it is stale. To write it anew:

						```
						mvn -pl wal-core test -Dtest=RequirementsRegisterTests -Dwal.register.write=true
						```

						| status | means | rows |
						| --- | --- | --- |
						""");
		status(page, Status.PROVEN, "tests fail without it, and no case is known in which it does not hold");
		status(page, Status.PARTLY, "tests show a part of it; the row says what is missing");
		status(page, Status.NOT_YET, "nothing does it; the row says why");
		section(page, "R", "Requirements");
		section(page, "D", "What older logs did wrong");
		section(page, "Rule", "Rules of the engine");
		section(page, "I", "Invariants");
		return page.toString();
	}

	private void status(StringBuilder page, Status status, String meaning) {
		long rows = this.requirements.stream().filter((requirement) -> requirement.status() == status).count();
		page.append("| %s | %s | %d |\n".formatted(status.text(), meaning, rows));
	}

	private void section(StringBuilder page, String kind, String title) {
		page.append("\n## ").append(title).append("\n\n");
		page.append("| code | what must hold | status | tests |\n| --- | --- | --- | --- |\n");
		Map<String, List<TaggedTest>> proofs = proofs();
		Pattern code = Pattern.compile(kind + "\\d+");
		for (Requirement requirement : this.requirements) {
			if (code.matcher(requirement.code()).matches()) {
				page.append("| %s | %s | %s | %s |\n".formatted(requirement.code(), requirement.sentence(),
						requirement.status().text() + (requirement.why().isEmpty() ? "" : ": " + requirement.why()),
						tests(proofs.getOrDefault(requirement.code(), List.of()))));
			}
		}
	}

	/**
	 * Return the names of tests, class by class: not their place, so that a class that
	 * moves leaves the page as it is.
	 */
	private String tests(List<TaggedTest> tests) {
		if (tests.isEmpty()) {
			return "none";
		}
		Map<String, Set<String>> byType = new TreeMap<>();
		for (TaggedTest test : tests) {
			byType.computeIfAbsent(type(test), (type) -> new TreeSet<>())
				.add(test.method().isEmpty() ? "all of it" : test.method());
		}
		String names = byType.entrySet()
			.stream()
			.map((entry) -> "`" + entry.getKey() + "`: " + String.join(", ", entry.getValue()))
			.collect(Collectors.joining("<br>"));
		if (tests.size() < FOLDED) {
			return names;
		}
		return "<details><summary>%d in %d classes</summary>%s</details>".formatted(tests.size(), byType.size(), names);
	}

	/**
	 * Return the name of a class, with that of its module where two have the same.
	 */
	private String type(TaggedTest test) {
		Map<String, Set<String>> modules = new LinkedHashMap<>();
		this.tests
			.forEach((other) -> modules.computeIfAbsent(other.type(), (type) -> new TreeSet<>()).add(other.module()));
		boolean unique = modules.getOrDefault(test.type(), Set.of()).size() == 1;
		return unique ? test.type() : test.module() + "/" + test.type();
	}

}
