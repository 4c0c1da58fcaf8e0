package org.oncohooks.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Finding;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;

final class SamplePatientsTest {

  private static final String ANN =
      """
      {"resourceType":"Bundle","type":"transaction","entry":[
        {"resource":{"resourceType":"Patient","id":"ann"},
         "request":{"method":"PUT","url":"Patient/ann"}}]}
      """;

  @TempDir private Path folder;

  private final PatientStore store = new MemoryPatientStore(InstantSource.system());

  @Test
  void loadsEveryBundleOfTheFolder() throws IOException {
    Files.writeString(folder.resolve("ann.json"), ANN);
    Files.writeString(folder.resolve("bea.json"), ANN.replace("ann", "bea"));
    Files.writeString(folder.resolve("readme.txt"), "not a patient");

    assertThat(SamplePatients.load(folder, store)).isEmpty();
    assertThat(store.record("ann")).isPresent();
    assertThat(store.record("bea")).isPresent();
  }

  @Test
  void reportsWhatIsWrongByFileAndLoadsTheRest() throws IOException {
    Files.writeString(folder.resolve("ann.json"), ANN);
    Files.writeString(folder.resolve("cut.json"), ANN.substring(0, 60));
    Files.writeString(folder.resolve("other.json"), ANN.replace("PUT", "PATCH"));

    List<Finding> findings = SamplePatients.load(folder, store);

    assertThat(findings).allMatch(Finding::isError);
    assertThat(findings)
        .extracting(f -> f.file().substring(f.file().indexOf('/') + 1))
        .containsExactly("cut.json", "other.json");
    assertThat(findings.get(1).message()).contains("entry[0].request");
    assertThat(store.record("ann")).isPresent();
  }

  /**
   * What the rules read and the store can't keep would be missing from every call without prefetch.
   */
  @Test
  void everyTypeThatTheContentReadsIsKept() {
    Knowledge content =
        KnowledgeLoader.load(Path.of(System.getProperty("oncohooks.home")))
            .knowledge()
            .orElseThrow();
    assertThat(
            content.services().stream()
                .flatMap(s -> s.hooks().stream().map(s::prefetch))
                .flatMap(p -> p.keyOfType().keySet().stream()))
        .contains("MedicationAdministration")
        .filteredOn(type -> !type.equals("Appointment"))
        .allMatch(type -> StoredTypes.named(type).isPresent());
  }

  @Test
  void missingFolderIsAFinding() {
    assertThat(SamplePatients.load(folder.resolve("absent"), store)).hasSize(1);
  }
}
