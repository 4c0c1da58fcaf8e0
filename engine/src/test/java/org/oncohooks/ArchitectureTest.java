package org.oncohooks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.Date;
import org.junit.jupiter.api.Test;

/** The arrows of the architecture page, for the engine's packages. */
@AnalyzeClasses(packages = "org.oncohooks", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /** What reads a clock, by whatever overload. */
  private static final DescribedPredicate<JavaCall<?>> READS_A_CLOCK =
      DescribedPredicate.describe(
          "reads a clock",
          call -> {
            String owner = call.getTargetOwner().getName();
            String name = call.getTarget().getName();
            return switch (owner) {
              case "java.time.Clock", "java.time.InstantSource" ->
                  name.startsWith("system") || name.startsWith("tick");
              case "java.lang.System" ->
                  name.equals("currentTimeMillis") || name.equals("nanoTime");
              case "java.util.Calendar" -> name.equals("getInstance");
              case "java.util.Date", "java.util.GregorianCalendar" ->
                  name.equals("<init>") && call.getTarget().getRawParameterTypes().isEmpty();
              default -> owner.startsWith("java.time.") && name.equals("now");
            };
          });

  /** What reads the process's environment or properties. */
  private static final DescribedPredicate<JavaCall<?>> READS_THE_ENVIRONMENT =
      DescribedPredicate.describe(
          "reads the environment",
          call -> {
            String owner = call.getTargetOwner().getName();
            String name = call.getTarget().getName();
            return switch (owner) {
              case "java.lang.System" -> name.startsWith("getProp") || name.equals("getenv");
              case "java.lang.Integer" -> name.equals("getInteger");
              case "java.lang.Long" -> name.equals("getLong");
              case "java.lang.Boolean" -> name.equals("getBoolean");
              default -> false;
            };
          });

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
  static final ArchRule coverageKnowsNoPatient =
      onlyUses("coverage", "knowledge", "cql")
          .because("what was evaluated is counted, whoever was evaluated");

  @ArchTest
  static final ArchRule explainLooksAtDecisions =
      onlyUses("explain", "decision", "knowledge", "cql")
          .because("an explanation reads what was decided and decides nothing");

  @ArchTest
  static final ArchRule authoringWritesFilesOnly =
      onlyUses("authoring", "cases", "decision", "knowledge", "cql", "patient", "json")
          .because("what an author begins with comes from content and one request");

  @ArchTest
  static final ArchRule lintLooksAtContentAlone =
      onlyUses("lint", "knowledge", "cql", "cases", "json")
          .because("content is judged by what it says, not by how a service answers");

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
          .that()
          .doNotHaveFullyQualifiedName("org.oncohooks.Deadline")
          .should()
          .callCodeUnitWhere(READS_A_CLOCK)
          .because(
              "the evaluation instant is taken once, at the edge; a deadline has its own clock");

  @ArchTest
  static final ArchRule nothingComesFromTheEnvironment =
      noClasses()
          .should()
          .callCodeUnitWhere(READS_THE_ENVIRONMENT)
          .because("the same input gives the same answer on every machine");

  @Test
  void seesEveryWayToReadAClockAndTheEnvironment() {
    JavaClasses forbidden = new ClassFileImporter().importClasses(Forbidden.class);
    assertThat(timeIsAnInput.evaluate(forbidden).getFailureReport().getDetails()).hasSize(20);
    assertThat(nothingComesFromTheEnvironment.evaluate(forbidden).getFailureReport().getDetails())
        .hasSize(7);
  }

  /** Never run. */
  static final class Forbidden {
    static Object[] clocks() {
      return new Object[] {
        Instant.now(),
        Instant.now(Clock.systemUTC()),
        LocalDate.now(),
        LocalDate.now(ZoneOffset.UTC),
        LocalTime.now(),
        LocalDateTime.now(),
        OffsetDateTime.now(),
        OffsetTime.now(),
        ZonedDateTime.now(ZoneOffset.UTC),
        Year.now(),
        YearMonth.now(),
        MonthDay.now(),
        Clock.systemDefaultZone(),
        Clock.tickSeconds(ZoneOffset.UTC),
        InstantSource.system(),
        System.currentTimeMillis(),
        System.nanoTime(),
        new Date(),
        Calendar.getInstance(),
      };
    }

    static Object[] environment() {
      return new Object[] {
        System.getProperty("a"),
        System.getProperty("a", "b"),
        System.getProperties(),
        System.getenv(),
        System.getenv("a"),
        Integer.getInteger("a"),
        Boolean.getBoolean("a"),
      };
    }

    private Forbidden() {}
  }

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
                    .and(DescribedPredicate.not(resideInAnyPackage(allowed))))
            .because(reason);
  }

  private interface ArchRuleWithReason {
    ArchRule because(String reason);
  }
}
