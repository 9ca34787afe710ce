// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import dev.wal.spring.lifecycle.OpenLog;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Tests for the package rules of the auto-configuration.
 */
@AnalyzeClasses(packages = "dev.wal.spring.boot", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	/** Classes of wal-spring that do the work, as opposed to what they offer. */
	private static final DescribedPredicate<JavaClass> WORKERS = DescribedPredicate.describe("do the work",
			(type) -> type.getPackageName().startsWith("dev.wal.spring.")
					&& !type.getPackageName().startsWith("dev.wal.spring.boot.")
					&& type.getModifiers().contains(JavaModifier.FINAL) && !type.isRecord() && !type.isEnum()
					&& !type.isEquivalentTo(OpenLog.class));

	@ArchTest
	static final ArchRule importsGoOneWay = layeredArchitecture()
		.consideringOnlyDependenciesInAnyPackage("dev.wal.spring.boot..")
		.layer("autoconfigure")
		.definedBy("dev.wal.spring.boot.autoconfigure")
		.layer("endpoint")
		.definedBy("dev.wal.spring.boot.actuate.endpoint")
		.layer("health")
		.definedBy("dev.wal.spring.boot.health")
		.layer("metrics")
		.definedBy("dev.wal.spring.boot.metrics")
		.layer("diagnostics")
		.definedBy("dev.wal.spring.boot.diagnostics")
		.ensureAllClassesAreContainedInArchitecture()
		.whereLayer("endpoint")
		.mayNotAccessAnyLayer()
		.whereLayer("health")
		.mayNotAccessAnyLayer()
		.whereLayer("metrics")
		.mayNotAccessAnyLayer()
		.whereLayer("diagnostics")
		.mayNotAccessAnyLayer()
		.whereLayer("autoconfigure")
		.mayOnlyAccessLayers("endpoint", "health", "metrics");

	@ArchTest
	static final ArchRule noCycles = slices().matching("dev.wal.spring.(**)").should().beFreeOfCycles();

	@ArchTest
	static final ArchRule featuresUseInterfacesOnly = noClasses().that()
		.resideOutsideOfPackage("dev.wal.spring.boot.autoconfigure")
		.should()
		.dependOnClassesThat(WORKERS)
		.because("how a task is done may change without them");

	@ArchTest
	static final ArchRule onlyThePublicApiOfTheEngine = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("dev.wal.internal..")
		.because("the auto-configuration stands on the public API alone");

	@ArchTest
	static final ArchRule noFiles = noClasses().should()
		.dependOnClassesThat()
		.haveNameMatching("java\\.nio\\.file\\.Files|java\\.nio\\.channels\\..*|java\\.io\\.(File|RandomAccessFile).*")
		.because("only the engine opens files");

	@ArchTest
	static final ArchRule autoConfigurationsArePublicAndFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL);

	@ArchTest
	static final ArchRule beanMethodsAreNotPublic = methods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.notBePublic();

	@ArchTest
	static final ArchRule conditionsAreNotPublic = classes().that()
		.areAssignableTo(Condition.class)
		.should()
		.notBePublic()
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule noStandardStreams = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

	@ArchTest
	static final ArchRule noJavaUtilLogging = GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

}
