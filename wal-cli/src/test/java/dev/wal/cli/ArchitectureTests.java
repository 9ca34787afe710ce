// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * Tests for what the command line may know.
 */
@AnalyzeClasses(packages = "dev.wal.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule commandsStandOnTheApi = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("dev.wal.internal..", "dev.wal.internal.io..")
		.because("what a command line needs, others need too");

	@ArchTest
	static final ArchRule noSleep = noClasses().should()
		.callMethod(Thread.class, "sleep", long.class)
		.because("a thread waits for a condition, never for a time to pass");

}
