// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.util.concurrent.TimeUnit;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.GeneralCodingRules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Tests for the package rules of the engine.
 */
@AnalyzeClasses(packages = "dev.wal", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final String API = "dev.wal";

	private static final String IO = "dev.wal.internal.io..";

	private static final String INTERNAL = "dev.wal.internal..";

	private static final String TOOLS = "dev.wal.tools..";

	private static final String MESSAGE = "dev.wal.message..";

	private static final String TRACE = "dev.wal.trace..";

	private static final String SNAPSHOT = "dev.wal.snapshot..";

	@ArchTest
	static final ArchRule importsGoDown = Architectures.layeredArchitecture()
		.consideringOnlyDependenciesInAnyPackage(INTERNAL)
		.layer("io")
		.definedBy(IO)
		.layer("thread")
		.definedBy("dev.wal.internal.thread..")
		.layer("format")
		.definedBy("dev.wal.internal.format..")
		.layer("segment")
		.definedBy("dev.wal.internal.segment..")
		.layer("read")
		.definedBy("dev.wal.internal.read..")
		.layer("recovery")
		.definedBy("dev.wal.internal.recovery..")
		.layer("commit")
		.definedBy("dev.wal.internal.commit..")
		.layer("retention")
		.definedBy("dev.wal.internal.retention..")
		.layer("log")
		.definedBy("dev.wal.internal.log..")
		.whereLayer("io")
		.mayNotAccessAnyLayer()
		.whereLayer("thread")
		.mayNotAccessAnyLayer()
		.whereLayer("format")
		.mayNotAccessAnyLayer()
		.whereLayer("segment")
		.mayOnlyAccessLayers("io", "thread", "format")
		.whereLayer("read")
		.mayOnlyAccessLayers("segment", "io", "thread", "format")
		.whereLayer("recovery")
		.mayOnlyAccessLayers("segment", "io", "thread", "format")
		.whereLayer("commit")
		.mayOnlyAccessLayers("segment", "io", "thread", "format")
		.whereLayer("retention")
		.mayOnlyAccessLayers("read", "segment", "io", "thread", "format")
		.as("imports inside the engine go down")
		.because("commit, recovery and read do not know each other");

	@ArchTest
	static final ArchRule noCircleOfInternalPackages = slices().matching("dev.wal.internal.(*)..")
		.should()
		.beFreeOfCycles();

	@ArchTest
	static final ArchRule ioDependsOnNothingElseOfThisProject = noClasses().that()
		.resideInAnyPackage(IO, "dev.wal.internal.thread..")
		.should()
		.dependOnClassesThat(otherThan(IO, "dev.wal.internal.thread.."))
		.because("one is the seam that tests fake, and the other knows nothing of logs");

	@ArchTest
	static final ArchRule onlyIoAndTheProbesOfADiskTouchFiles = noClasses().that()
		.resideOutsideOfPackage(IO)
		.and(DescribedPredicate.not(topLevelClass("dev.wal.tools.SyncProbe", "dev.wal.tools.BlockDevice")))
		.should()
		.dependOnClassesThat(filesAndChannels())
		.because("dev.wal.internal.io is the only door to files; a probe measures what lies below that door");

	@ArchTest
	static final ArchRule oneDoorLeadsIntoTheEngine = noClasses()
		.that(resideInAPackage(API).and(DescribedPredicate.not(topLevelClass("dev.wal.WalBuilder"))))
		.should()
		.dependOnClassesThat(resideInAPackage(INTERNAL))
		.because("the public API stands on its own, so that another engine can stand behind it");

	@ArchTest
	static final ArchRule theDoorKnowsTheLogAlone = noClasses().that(topLevelClass("dev.wal.WalBuilder"))
		.should()
		.dependOnClassesThat(resideInAPackage(INTERNAL)
			.and(DescribedPredicate.not(topLevelClass("dev.wal.internal.log.FileBackend"))));

	@ArchTest
	static final ArchRule theEngineKnowsNoFeatureAndNoBuilder = noClasses().that()
		.resideInAPackage(INTERNAL)
		.should()
		.dependOnClassesThat(topLevelClass("dev.wal.WalBuilder").or(otherThan(API, INTERNAL)))
		.because("features stand on the engine, not the engine on them");

	@ArchTest
	static final ArchRule messageStandsOnTheApi = noClasses().that()
		.resideInAPackage(MESSAGE)
		.should()
		.dependOnClassesThat(otherThan(API, MESSAGE))
		.because("an envelope is a payload to the engine");

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
	static final ArchRule toolsKnowNoFeature = noClasses().that()
		.resideInAPackage(TOOLS)
		.should()
		.dependOnClassesThat(otherThan(API, TOOLS, INTERNAL))
		.because("an operator's tools look at the log alone");

	@ArchTest
	static final ArchRule noJackson = noClasses().should()
		.dependOnClassesThat(resideInAPackage("tools.jackson.."))
		.because("payloads are bytes to the engine");

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
