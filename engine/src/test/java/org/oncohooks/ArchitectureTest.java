package org.oncohooks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;

/** The arrows of the architecture page, for the engine's packages. */
@AnalyzeClasses(packages = "org.oncohooks", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule rootDependsOnTheJdkAlone =
      classes()
          .that()
          .resideInAPackage("org.oncohooks")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "org.oncohooks")
          .because("the words everybody shares must not drag anything in");

  @ArchTest
  static final ArchRule patientKnowsNoEngine =
      onlyUses("patient", "json").because("a patient's data is JSON, whatever evaluates it");

  @ArchTest
  static final ArchRule cqlKnowsPatientsOnly =
      onlyUses("cql", "patient", "json")
          .because("CQL is evaluated without knowing services or cards");

  @ArchTest
  static final ArchRule knowledgeKnowsNoPatient =
      onlyUses("knowledge", "cql", "json").because("content is the same for every patient");

  @ArchTest
  static final ArchRule decisionRendersNothing =
      onlyUses("decision", "knowledge", "cql", "patient", "json")
          .because("what to advise is decided before anybody thinks of cards");

  @ArchTest
  static final ArchRule onlyCqlKnowsTheCqlEngine =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.oncohooks.cql..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.opencds..",
              "org.cqframework..",
              "org.hl7.elm..",
              "org.hl7.cql..",
              "kotlin..",
              "kotlinx..",
              "io.github.oshai..")
          .because("the CQL engine can then be replaced in one package");

  @ArchTest
  static final ArchRule theEngineHasNoNetworkDatabaseOrServlet =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.net.http..", "java.sql..", "javax.sql..", "jakarta.servlet..", "ca.uhn..")
          .because("the same engine runs over a whole population, without a server");

  @ArchTest
  static final ArchRule timeIsAnInput =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(LocalDate.class, "now")
          .orShould()
          .callMethod(OffsetDateTime.class, "now")
          .orShould()
          .callMethod(ZonedDateTime.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .because("the evaluation instant is taken once, at the edge");

  private static ArchRuleWithReason onlyUses(String own, String... others) {
    String[] allowed = new String[others.length + 2];
    allowed[0] = "org.oncohooks";
    allowed[1] = "org.oncohooks." + own + "..";
    for (int i = 0; i < others.length; i++) {
      allowed[i + 2] = "org.oncohooks." + others[i] + "..";
    }
    return reason ->
        noClasses()
            .that()
            .resideInAPackage("org.oncohooks." + own + "..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("org.oncohooks..")
                    .and(
                        com.tngtech.archunit.base.DescribedPredicate.not(
                            resideInAnyPackage(allowed))))
            .because(reason);
  }

  private interface ArchRuleWithReason {
    ArchRule because(String reason);
  }
}
