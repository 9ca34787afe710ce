package dev.wal;

import java.util.concurrent.TimeUnit;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * Tests for the package rules of the engine.
 */
@AnalyzeClasses(packages = "dev.wal", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final String API = "dev.wal";

	private static final String IO = "dev.wal.io..";

	private static final String ENGINE = "dev.wal.segment..";

	private static final String TRACE = "dev.wal.trace..";

	private static final String SNAPSHOT = "dev.wal.snapshot..";

	@ArchTest
	static final ArchRule ioDependsOnNothingElseOfThisProject = noClasses().that()
		.resideInAPackage(IO)
		.should()
		.dependOnClassesThat(resideInAPackage("dev.wal..").and(DescribedPredicate.not(resideInAPackage(IO))))
		.because("it is the seam that tests fake");

	@ArchTest
	static final ArchRule onlyIoTouchesFiles = noClasses().that()
		.resideOutsideOfPackage(IO)
		.should()
		.dependOnClassesThat(filesAndChannels())
		.because("dev.wal.io is the only door to files");

	@ArchTest
	static final ArchRule onlyTheWayInKnowsTheEngine = noClasses()
		.that(resideInAPackage(API)
			.and(DescribedPredicate.not(topLevelClass("dev.wal.WalBuilder", "dev.wal.WriteAheadLog"))))
		.should()
		.dependOnClassesThat(resideInAPackage(ENGINE))
		.because("the public API stands on its own, so that another engine can stand behind it");

	@ArchTest
	static final ArchRule traceStandsOnTheApi = noClasses().that()
		.resideInAPackage(TRACE)
		.should()
		.dependOnClassesThat(otherThan(API, TRACE))
		.because("a journal is a user of the log like any other");

	@ArchTest
	static final ArchRule snapshotStandsOnTheApi = noClasses().that()
		.resideInAPackage(SNAPSHOT)
		.should()
		.dependOnClassesThat(otherThan(API, SNAPSHOT, IO))
		.because("a snapshot is taken by a user of the log, and is a file");

	@ArchTest
	static final ArchRule noSpring = noClasses().should()
		.dependOnClassesThat(resideInAPackage("org.springframework.."))
		.because("the engine is usable alone");

	@ArchTest
	static final ArchRule noStandardStreams = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

	@ArchTest
	static final ArchRule noJavaUtilLogging = GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

	@ArchTest
	static final ArchRule noSleep = noClasses().should()
		.callMethodWhere(sleep())
		.because("a thread waits for a condition, never for a time to pass");

	private static DescribedPredicate<JavaClass> otherThan(String... allowed) {
		return resideInAPackage("dev.wal..").and(DescribedPredicate.not(resideInAnyPackage(allowed)));
	}

	private static DescribedPredicate<JavaClass> filesAndChannels() {
		return resideInAnyPackage("java.nio.channels..").or(topLevelClass("java.nio.file.Files"))
			.or(topLevelClass("java.io.RandomAccessFile"))
			.or(topLevelClass("java.io.File"))
			.or(topLevelClass("java.io.FileInputStream"))
			.or(topLevelClass("java.io.FileOutputStream"))
			.or(topLevelClass("java.io.FileReader"))
			.or(topLevelClass("java.io.FileWriter"))
			.as("classes that open, change or list files");
	}

	private static DescribedPredicate<JavaClass> topLevelClass(String... names) {
		return DescribedPredicate.describe("top level class " + String.join(" or ", names), (type) -> {
			for (String name : names) {
				if (type.getName().equals(name) || type.getName().startsWith(name + "$")) {
					return true;
				}
			}
			return false;
		});
	}

	private static DescribedPredicate<JavaMethodCall> sleep() {
		return DescribedPredicate.describe("sleep", (call) -> {
			JavaClass owner = call.getTargetOwner();
			return call.getName().equals("sleep")
					&& (assignableTo(Thread.class).test(owner) || assignableTo(TimeUnit.class).test(owner));
		});
	}

}
