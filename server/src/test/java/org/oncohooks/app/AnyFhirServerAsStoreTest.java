package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A FHIR server that somebody started, empty or with what an earlier run loaded, as the store:
 *
 * <p>{@code ./mvnw test -pl server -am -Dtest=AnyFhirServerAsStoreTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Doncohooks.fhir-server=http://127.0.0.1:8090/fhir}
 */
@EnabledIfSystemProperty(named = AnyFhirServerAsStoreTest.SERVER, matches = "http.+")
class AnyFhirServerAsStoreTest {

  private static final int TRIES = 60;

  static final String SERVER = "oncohooks.fhir-server";

  private static List<Path> bundles() throws Exception {
    try (Stream<Path> files = Files.list(HapiServerAsStoreTest.PATIENTS)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  @Test
  void givesTheSameAnswersForEverySamplePatient() throws Exception {
    URI server = URI.create(System.getProperty(SERVER));
    HttpClient client = HttpClient.newHttpClient();
    for (Path bundle : bundles()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(server)
                  .header("Content-Type", "application/fhir+json")
                  .POST(BodyPublishers.ofFile(bundle))
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(bundle + " " + answer.body()).isEqualTo(200);
    }
    try (RunningService having = RunningService.withOwnContent();
        RunningService asking = RunningService.withStore(server)) {
      // one that has just started, on a busy machine, takes longer than a call may wait
      int cards = HapiServerAsStoreTest.sameAnswers(having, asking, TRIES);
      assertThat(cards).isGreaterThan(10);
      System.out.println(cards + " cards of " + bundles().size() + " patients are the same");
    }
  }
}
