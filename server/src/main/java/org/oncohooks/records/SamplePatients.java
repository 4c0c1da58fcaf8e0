package org.oncohooks.records;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.oncohooks.Finding;
import org.oncohooks.Problem;
import org.oncohooks.ProblemException;
import org.oncohooks.json.StrictJson;

/** Loads patients that come as files: one Bundle of type transaction each. */
public final class SamplePatients {

  private SamplePatients() {}

  /**
   * Takes every {@code *.json} of a folder into a store, in the order of their names; what is there
   * already stays as it is. A transaction with an error is left out wholly; the other files are
   * loaded.
   *
   * @param folder not searched below
   * @return what was wrong, by file; empty if all were loaded
   */
  public static List<Finding> load(Path folder, PatientStore store) {
    BundleIntake intake =
        new BundleIntake(
                store,
                (resource, place) -> {},
                new SearchReader(InstantSource.fixed(Instant.EPOCH), ZoneOffset.UTC, CodeSets.NONE),
                () -> UUID.randomUUID().toString())
            .ofChanges();
    List<Finding> findings = new ArrayList<>();
    for (Path file : files(folder, findings)) {
      try {
        for (EntryOutcome outcome : intake.take(StrictJson.object(Files.readAllBytes(file)))) {
          if (outcome instanceof EntryOutcome.Refused refused) {
            findings.add(finding(folder, file, words(refused.problem())));
          }
        }
      } catch (ProblemException e) {
        findings.add(finding(folder, file, words(e.problem())));
      } catch (IOException e) {
        findings.add(finding(folder, file, "The file can't be read."));
      }
    }
    return List.copyOf(findings);
  }

  private static List<Path> files(Path folder, List<Finding> findings) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      findings.add(Finding.error(folder.toString(), "The folder of patients can't be read."));
      return List.of();
    }
  }

  private static Finding finding(Path folder, Path file, String message) {
    return Finding.error(folder.getFileName() + "/" + file.getFileName(), message);
  }

  private static String words(Problem problem) {
    return problem.places().isEmpty()
        ? problem.text()
        : String.join(", ", problem.places()) + ": " + problem.text();
  }
}
