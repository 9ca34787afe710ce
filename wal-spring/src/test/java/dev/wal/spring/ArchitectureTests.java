// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import dev.wal.spring.checkpoint.Due;
import dev.wal.spring.checkpoint.WalCheckpointTask;
import dev.wal.spring.lifecycle.BeanNames;
import dev.wal.spring.lifecycle.OpenLog;
import dev.wal.spring.lifecycle.RecoveredLsn;
import dev.wal.spring.lifecycle.WalHandle;
import dev.wal.spring.lifecycle.WalLifecycle;
import dev.wal.spring.lifecycle.WalObservers;
import dev.wal.spring.listener.WalListenerSubscriptions;
import dev.wal.spring.replay.Attempts;
import dev.wal.spring.replay.WalReplayLifecycle;
import dev.wal.spring.replay.WalReplayer;
import dev.wal.spring.replay.WalSnapshotTask;
import dev.wal.spring.workflow.WalTraceRecoverer;

import org.springframework.context.Phased;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Tests for the package rules of the module: imports go one way, and Spring Boot is not
 * among them.
 */
@AnalyzeClasses(packages = "dev.wal.spring", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	/**
	 * Public only because another package, or the auto-configuration, makes them. Not
	 * part of the API.
	 */
	private static final DescribedPredicate<JavaClass> MACHINERY = JavaClass.Predicates.belongToAnyOf(BeanNames.class,
			OpenLog.class, RecoveredLsn.class, WalHandle.class, WalLifecycle.class, WalObservers.class,
			WalListenerSubscriptions.class, Attempts.class, WalReplayLifecycle.class, WalReplayer.class,
			WalSnapshotTask.class, WalTraceRecoverer.class, Due.class, WalCheckpointTask.class);

	@ArchTest
	static final ArchRule importsGoOneWay = layeredArchitecture()
		.consideringOnlyDependenciesInAnyPackage("dev.wal.spring..")
		.layer("spring")
		.definedBy("dev.wal.spring")
		.layer("message")
		.definedBy("dev.wal.spring.message")
		.layer("lifecycle")
		.definedBy("dev.wal.spring.lifecycle")
		.layer("listener")
		.definedBy("dev.wal.spring.listener")
		.layer("replay")
		.definedBy("dev.wal.spring.replay")
		.layer("workflow")
		.definedBy("dev.wal.spring.workflow")
		.layer("checkpoint")
		.definedBy("dev.wal.spring.checkpoint")
		.ensureAllClassesAreContainedInArchitecture()
		.whereLayer("message")
		.mayNotAccessAnyLayer()
		.whereLayer("spring")
		.mayOnlyAccessLayers("message")
		.whereLayer("lifecycle")
		.mayOnlyAccessLayers("spring")
		.whereLayer("listener")
		.mayOnlyAccessLayers("lifecycle")
		.whereLayer("replay")
		.mayOnlyAccessLayers("listener", "lifecycle")
		.whereLayer("workflow")
		.mayOnlyAccessLayers("replay")
		.whereLayer("checkpoint")
		.mayOnlyAccessLayers("replay", "listener", "workflow", "lifecycle");

	@ArchTest
	static final ArchRule noCycles = slices().matching("dev.wal.(**)").should().beFreeOfCycles();

	@ArchTest
	static final ArchRule replayDoesNotKnowWhatFollowsIt = noClasses().that()
		.resideInAPackage("dev.wal.spring.replay")
		.should()
		.dependOnClassesThat()
		.belongToAnyOf(WalListenerSubscriptions.class)
		.because("the step after a replay is passed in");

	@ArchTest
	static final ArchRule noSpringBoot = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot..", "dev.wal.spring.boot..");

	@ArchTest
	static final ArchRule jacksonIsOptional = noClasses().that()
		.doNotHaveFullyQualifiedName("dev.wal.spring.message.WalRevision")
		.and()
		.haveNameNotMatching("dev\\.wal\\.spring\\.message\\.(.*Json.*|Upcaster.*)")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("tools.jackson..", "com.fasterxml..")
		.because("an application may use the log without JSON");

	@ArchTest
	static final ArchRule onlyThePublicApiOfTheEngine = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("dev.wal.internal..");

	@ArchTest
	static final ArchRule noFiles = noClasses().should()
		.dependOnClassesThat()
		.haveNameMatching("java\\.nio\\.file\\.Files|java\\.nio\\.channels\\..*|java\\.io\\.(File|RandomAccessFile).*")
		.because("only the engine opens files");

	@ArchTest
	static final ArchRule lifecyclesAreNotPartOfTheApi = classes().that(DescribedPredicate.not(MACHINERY))
		.should()
		.notBeAssignableTo(Phased.class)
		.because("applications depend on what they do, not on how");

	@ArchTest
	static final ArchRule theApiDoesNotShowTheMachinery = noClasses().that(DescribedPredicate.not(MACHINERY))
		.and()
		.arePublic()
		.should()
		.dependOnClassesThat(MACHINERY);

	@ArchTest
	static final ArchRule noStandardStreams = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

	@ArchTest
	static final ArchRule noJavaUtilLogging = GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

}
