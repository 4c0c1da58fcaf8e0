package org.oncohooks.benchmarks;

import java.nio.file.Path;

/** The checkout under test. */
final class Home {

  private Home() {}

  static Path folder() {
    return Path.of(System.getProperty("oncohooks.home", ".."));
  }

  static Path longChart() {
    return folder().resolve("fhir-resources/patients/night-pain-survivor.json");
  }
}
