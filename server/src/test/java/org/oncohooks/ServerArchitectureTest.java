package org.oncohooks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the architecture page, for the server's packages. */
@AnalyzeClasses(packages = "org.oncohooks", importOptions = ImportOption.DoNotIncludeTests.class)
class ServerArchitectureTest {

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
  static final ArchRule databaseKnowsNobody =
      uses("database").because("whatever is stored, it is stored the same way");

  @ArchTest
  static final ArchRule recordsKnowNoServer =
      uses("records", "json", "patient", "database")
          .because("a store that is a database later must not know who asks it");

  @ArchTest
  static final ArchRule ledgerKnowsNoDomain =
      uses("ledger", "json", "database")
          .because("what is kept for good must not change when the content or the wire does");

  @ArchTest
  static final ArchRule askingAnEhrKnowsNothingOfHooks =
      uses("ehr", "json", "patient", "security")
          .because("who is asked, and how, is the same whatever the answer is for");

  @ArchTest
  static final ArchRule hooksKnowNoHttp =
      uses(
              "hooks",
              "json",
              "patient",
              "cql",
              "knowledge",
              "decision",
              "explain",
              "records",
              "ehr",
              "security",
              "ledger")
          .because("the CDS Hooks wire is bytes in and bytes out, whatever carries them");

  @ArchTest
  static final ArchRule fhirApiKnowsNoHooks =
      uses(
              "fhirapi",
              "json",
              "patient",
              "cql",
              "knowledge",
              "decision",
              "records",
              "operations",
              "security")
          .because("the two faces of the service do not know each other");

  @ArchTest
  static final ArchRule workbenchKnowsFilesOnly =
      uses("workbench", "http")
          .because("the page talks to the public endpoints, as any other client does");

  @ArchTest
  static final ArchRule httpKnowsNoDomain =
      uses("http", "json", "security")
          .because("listening and limiting is the same for every route");

  @ArchTest
  static final ArchRule securityKnowsNobody =
      uses("security", "json", "database")
          .because("who may do what must not depend on how it is asked, or on what it is about");

  @ArchTest
  static final ArchRule telemetryOnlyListens =
      uses("telemetry", "patient", "records", "http")
          .because("what operators see is told by the parts, in words that name no patient");

  @ArchTest
  static final ArchRule operationsKnowNoWire =
      uses("operations", "json", "patient", "cql", "knowledge", "decision", "records")
          .because("an operation is JSON in and JSON out, whoever carries it and whoever may call");

  @ArchTest
  static final ArchRule replAsksContentAlone =
      uses("repl", "json", "patient", "cql", "knowledge", "explain", "cases")
          .because("an author's expressions need files and content, and no service");

  @ArchTest static final ArchRule terminalsLiveInRepl = livesIn("org.jline..", "repl", "app");

  @ArchTest static final ArchRule metricsLiveInTelemetry = livesIn("io.micrometer..", "telemetry");

  @ArchTest
  static final ArchRule tracesLiveInTelemetry = livesIn("io.opentelemetry..", "telemetry");

  @ArchTest
  static final ArchRule nobodyUsesTheApp =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.oncohooks.app..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.oncohooks.app..")
          .because("the app wires the parts, and the parts do not know it");

  @ArchTest static final ArchRule jettyLivesInHttp = livesIn("org.eclipse.jetty..", "http");

  @ArchTest static final ArchRule hapiLivesInFhirApi = livesIn("ca.uhn..", "fhirapi");

  @ArchTest static final ArchRule hapiModelsLiveInFhirApi = livesIn("org.hl7.fhir..", "fhirapi");

  @ArchTest static final ArchRule tokensLiveInSecurity = livesIn("com.nimbusds..", "security");

  @ArchTest static final ArchRule outgoingHttpLivesInSecurity = livesIn("okhttp3..", "security");

  @ArchTest
  static final ArchRule rateLimitsLiveInSecurity = livesIn("io.github.bucket4j..", "security");

  @ArchTest static final ArchRule circuitBreakerLivesInEhr = livesIn("dev.failsafe..", "ehr");

  @ArchTest
  static final ArchRule sqlLivesWhereSomethingIsStored =
      livesIn("java.sql..", "database", "records", "ledger", "security");

  @ArchTest
  static final ArchRule jdbiLivesWhereSomethingIsStored =
      livesIn("org.jdbi..", "database", "records", "ledger", "security");

  @ArchTest static final ArchRule poolsLiveInDatabase = livesIn("com.zaxxer..", "database");

  @ArchTest static final ArchRule migrationsLiveInDatabase = livesIn("org.flywaydb..", "database");

  @ArchTest
  static final ArchRule archivesLiveInApp = livesIn("org.apache.commons.compress..", "app");

  @ArchTest static final ArchRule commandLineLivesInApp = livesIn("picocli..", "app");

  @ArchTest
  static final ArchRule onlyTheAppReadsTheEnvironment =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.oncohooks.app..")
          .should()
          .callCodeUnitWhere(READS_THE_ENVIRONMENT)
          .because("what a site sets comes in by one door");

  @ArchTest
  static final ArchRule timeIsAnInput =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.oncohooks.app..", "org.oncohooks.http..")
          .and()
          .doNotHaveFullyQualifiedName("org.oncohooks.Deadline")
          .should()
          .callCodeUnitWhere(READS_A_CLOCK)
          .because(
              "the evaluation instant comes from the clock that the app hands in; http measures how"
                  + " long a caller takes");

  private static ArchRule livesIn(String library, String... homes) {
    String[] packages = new String[homes.length];
    for (int i = 0; i < homes.length; i++) {
      packages[i] = "org.oncohooks." + homes[i] + "..";
    }
    return noClasses()
        .that()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .because("a heavy library can be replaced where it lives in one package");
  }

  private static Arrows uses(String own, String... others) {
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
                resideInAPackage("org.oncohooks..")
                    .and(DescribedPredicate.not(resideInAnyPackage(allowed))))
            .because(reason);
  }

  private interface Arrows {
    ArchRule because(String reason);
  }
}
