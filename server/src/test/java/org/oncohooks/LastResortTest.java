package org.oncohooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Errors are data (invariant 8): whoever catches every exception hides one that nobody thought of.
 * It is left to the few that stand between a fault and everybody else.
 */
class LastResortTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));

  private static final Pattern CATCHES_ALL =
      Pattern.compile(
          "catch\\s*\\([^)]*\\b(Exception|RuntimeException|Throwable|Error|StackOverflowError)\\b");

  private static final Set<String> LAST_RESORTS =
      Set.of(
          // a define that fails is a recommendation that was not evaluated
          "engine/src/main/java/org/oncohooks/cql/CqlEvaluation.java",
          // gives a failure its place in the CQL, and throws it on
          "engine/src/main/java/org/oncohooks/cql/Step.java",
          // the compiler and its reader throw whatever comes up at malformed files
          "engine/src/main/java/org/oncohooks/cql/CqlCompilation.java",
          "engine/src/main/java/org/oncohooks/cql/CompiledCqlCache.java",
          // the HTTP client does so at malformed answers, the parser of keys at malformed keys
          "server/src/main/java/org/oncohooks/security/OutboundClient.java",
          "server/src/main/java/org/oncohooks/security/PublicKeys.java",
          // HAPI's parser does so at malformed resources
          "server/src/main/java/org/oncohooks/fhirapi/StructureCheck.java",
          // whoever sent CQL has to be told that it failed
          "server/src/main/java/org/oncohooks/operations/CqlChild.java",
          // what goes wrong in a library of the database becomes a problem, or is thrown on
          "server/src/main/java/org/oncohooks/database/Database.java",
          // what was opened is closed, and the failure thrown on
          "server/src/main/java/org/oncohooks/app/Access.java",
          "server/src/main/java/org/oncohooks/app/Application.java",
          "server/src/main/java/org/oncohooks/app/Parts.java",
          "server/src/main/java/org/oncohooks/app/Patients.java",
          // the content is watched on, whatever became of one reading of it
          "server/src/main/java/org/oncohooks/app/ContentWatch.java",
          // a run of cases that breaks is told as one
          "server/src/main/java/org/oncohooks/app/CaseRuns.java",
          // whoever waits for the ledger has to be told that it failed
          "server/src/main/java/org/oncohooks/ledger/Ledger.java",
          // the last resorts of a request, and Jetty methods that declare Exception
          "server/src/main/java/org/oncohooks/http/RouteHandler.java",
          "server/src/main/java/org/oncohooks/http/MountHandler.java",
          "server/src/main/java/org/oncohooks/http/Tls.java",
          "server/src/main/java/org/oncohooks/http/HttpServer.java");

  @Test
  void onlyTheLastResortsCatchEverything() throws IOException {
    Set<String> found = new TreeSet<>();
    for (String module : new String[] {"engine", "server"}) {
      try (Stream<Path> files = Files.walk(HOME.resolve(module + "/src/main/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          if (CATCHES_ALL.matcher(Files.readString(file)).find()) {
            found.add(HOME.relativize(file).toString().replace('\\', '/'));
          }
        }
      }
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(LAST_RESORTS);
  }
}
