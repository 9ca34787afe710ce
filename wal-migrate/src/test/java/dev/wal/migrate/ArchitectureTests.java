// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * Tests for what an import may know.
 */
@AnalyzeClasses(packages = "dev.wal.migrate", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule importsStandOnTheApi = noClasses().should()
		.dependOnClassesThat(resideInAPackage("dev.wal..")
			.and(DescribedPredicate.not(resideInAnyPackage("dev.wal", "dev.wal.trace", "dev.wal.migrate"))))
		.because("an import is a user of the log like any other; it knows the type of trace records");

	@ArchTest
	static final ArchRule onlyTheDoorTouchesFiles = noClasses()
		.that(DescribedPredicate.not(belongToAnyOf(SourceDirectory.class, SourceFile.class)))
		.should()
		.dependOnClassesThat(filesAndChannels())
		.because("one place decides what is opened, and that it is opened for reading only");

	@ArchTest
	static final ArchRule onlyTheLinesOfAllsourceNeedJackson = noClasses()
		.that(DescribedPredicate.not(belongToAnyOf(AllsourceLine.class)))
		.should()
		.dependOnClassesThat(resideInAPackage("tools.jackson.."))
		.because("its types and messages stay in one place");

	@ArchTest
	static final ArchRule noSpring = noClasses().should()
		.dependOnClassesThat(resideInAPackage("org.springframework.."))
		.because("an import is usable without Spring");

	@ArchTest
	static final ArchRule noStandardStreams = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

	@ArchTest
	static final ArchRule noSleep = noClasses().should()
		.callMethod(Thread.class, "sleep", long.class)
		.because("a thread waits for a condition, never for a time to pass");

	private static DescribedPredicate<JavaClass> filesAndChannels() {
		return resideInAPackage("java.nio.channels..").or(type(java.nio.file.Files.class))
			.or(type(java.io.RandomAccessFile.class))
			.or(type(java.io.File.class))
			.or(type(java.io.FileInputStream.class))
			.or(type(java.io.FileOutputStream.class))
			.or(type(java.io.FileReader.class))
			.or(type(java.io.FileWriter.class))
			.as("classes that open, change or list files");
	}

}
