// SPDX-License-Identifier: Apache-2.0
package dev.wal.register;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;

import dev.wal.register.Requirement.Status;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests that the register of requirements, the tags of all tests and the page that shows
 * both agree.
 */
class RequirementsRegisterTests {

	private static final String ROWS = "wal-core/src/test/resources/requirements.tsv";

	private static final Path ROOT = root();

	private static final Path PAGE = ROOT.resolve("docs/contributing/requirements.md");

	@Test
	void everyTagHasARowAndEveryRowTheTestsItClaims() throws IOException {
		assertThat(register().problems()).isEmpty();
	}

	@Test
	void thePageIsWhatRowsAndTagsSay() throws IOException {
		String page = register().page();
		if (Boolean.getBoolean("wal.register.write")) {
			Files.writeString(PAGE, page);
		}
		assertThat(PAGE).as("written anew by -Dwal.register.write=true").hasContent(page);
	}

	@Test
	void aTagWithoutARowIsAProblem() {
		assertThat(problems(proven("R1"), test("R1", true), test("R105", true)))
			.containsExactly("wal-core SomeTests.works is tagged with R105, which has no row");
	}

	@Test
	void aRowThatClaimsATestWithoutHavingOneIsAProblem() {
		assertThat(problems(proven("R1"), test("torture", true)))
			.containsExactly("R1 is proven, but no test is tagged with it");
		assertThat(problems(new Requirement("R1", "A sentence.", Status.PARTLY, "A reason.")))
			.containsExactly("R1 is partly, but no test is tagged with it");
		assertThat(problems(new Requirement("R1", "A sentence.", Status.NOT_YET, "A reason."))).isEmpty();
	}

	@Test
	void aTagThatNothingSeesIsAProblemAndNoProof() {
		assertThat(problems(proven("R1"), test("R1", false))).hasSize(2)
			.first()
			.isEqualTo("R1 is proven, but no test is tagged with it");
	}

	@Test
	void aReasonIsGivenWhereSomethingIsMissingAndNowhereElse() {
		assertThat(problems(new Requirement("R1", "A sentence.", Status.PARTLY, ""), test("R1", true)))
			.containsExactly("R1 is partly, and the row does not say why");
		assertThat(problems(new Requirement("R1", "A sentence.", Status.PROVEN, "A reason."), test("R1", true)))
			.containsExactly("R1 is proven, but the row says why not");
	}

	@Test
	void everyCodeHasARow() {
		assertThat(new Register(List.of(), List.of()).problems()).hasSize(104 + 35 + 13)
			.contains("R1 has no row", "R104 has no row", "D35 has no row", "Rule13 has no row");
	}

	@Test
	void aRowThatCannotBeReadIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Requirement.parse("R1\tA sentence."));
		assertThatIllegalArgumentException().isThrownBy(() -> Requirement.parse("R1\tA sentence.\tperhaps"));
		assertThat(Requirement.parse("R1\tA sentence.\tnot yet\tA reason."))
			.isEqualTo(new Requirement("R1", "A sentence.", Status.NOT_YET, "A reason."));
	}

	@Test
	void tagsAreFoundInTheSyntaxTree() throws IOException {
		assertThat(tags("""
				import org.junit.jupiter.api.*;
				import org.junit.jupiter.api.Tag;
				@Tag("R1")
				class OuterTests {
					// @Tag("R2")
					@Test @Tag("R3") @Tag(value = "D4") void works() { String text = "@Tag(\\"R5\\")"; }
					@Nested @Tag("R6") class Inner { @RepeatedTest(2) @Tag("R7") void worksToo() { } }
					@Tag("R8") void helps() { }
					@net.jqwik.api.Property @Tag("R9") void ofTheOtherEngine() { }
					@net.jqwik.api.Property @net.jqwik.api.Tag("R10") void holds() { }
				}
				""")).containsExactly(tagged("OuterTests", "", "R1", true), tagged("OuterTests", "works", "R3", true),
				tagged("OuterTests", "works", "D4", true), tagged("OuterTests.Inner", "", "R6", true),
				tagged("OuterTests.Inner", "worksToo", "R7", true), tagged("OuterTests", "helps", "R8", false),
				tagged("OuterTests", "ofTheOtherEngine", "R9", false), tagged("OuterTests", "holds", "R10", true));
	}

	@Test
	void theRegisterKnowsTestsOfEveryModule() throws IOException {
		assertThat(TagFinder.find(ROOT)).extracting(TaggedTest::module)
			.contains("wal-core", "wal-cli", "sample-app", "wal-spring-boot-autoconfigure");
	}

	private static Register register() throws IOException {
		return new Register(Register.read(ROOT.resolve(ROWS)), TagFinder.find(ROOT));
	}

	/**
	 * Return what is wrong with one row, leaving out the rows that it does not have.
	 */
	private static List<String> problems(Requirement row, TaggedTest... tests) {
		return new Register(List.of(row), List.of(tests)).problems()
			.stream()
			.filter((problem) -> !problem.endsWith(" has no row") || problem.contains("tagged"))
			.toList();
	}

	private static Requirement proven(String code) {
		return new Requirement(code, "A sentence.", Status.PROVEN, "");
	}

	private static TaggedTest test(String tag, boolean seen) {
		return new TaggedTest("wal-core", "SomeTests", "works", tag, seen);
	}

	private static TaggedTest tagged(String type, String method, String tag, boolean seen) {
		return new TaggedTest("module", type, method, tag, seen);
	}

	private static List<TaggedTest> tags(String source) throws IOException {
		return TagFinder.find("module",
				List.of(new SimpleJavaFileObject(URI.create("memory:/OuterTests.java"), JavaFileObject.Kind.SOURCE) {

					@Override
					public CharSequence getCharContent(boolean ignoreEncodingErrors) {
						return source;
					}

				}));
	}

	/**
	 * Return the directory of all modules, wherever in it the test was started.
	 */
	private static Path root() {
		Path directory = Path.of("").toAbsolutePath();
		while (directory != null && !Files.exists(directory.resolve(ROWS))) {
			directory = directory.getParent();
		}
		if (directory == null) {
			throw new IllegalStateException("Not below a directory that has " + ROWS);
		}
		return directory;
	}

}
