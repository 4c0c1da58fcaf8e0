package org.oncohooks.knowledge;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.Deadline;
import org.oncohooks.Finding;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.cql.CqlSource;

/** The defaults of the settings have to be usable, by what the CQL itself says of them. */
final class SettingsCheck {

  private static final Duration ENOUGH = Duration.ofSeconds(10);
  private static final String TYPE = "list<System.String>";

  private final CqlProgram program;
  private final List<CqlSource> sources;
  private final List<Finding> findings;

  SettingsCheck(CqlProgram program, List<CqlSource> sources, List<Finding> findings) {
    this.program = program;
    this.sources = sources;
    this.findings = findings;
  }

  void check() {
    boolean usable = true;
    for (CqlSource source : sources) {
      Optional<String> type = program.resultType(source.name(), CqlProgram.INVALID_SETTINGS);
      if (type.isPresent() && !type.get().equals(TYPE)) {
        usable = false;
        error(source, "\"Invalid Settings\" has to be a " + TYPE + ", not " + type.get());
      } else if (type.isPresent()
          && !program.needs(source.name(), List.of(CqlProgram.INVALID_SETTINGS)).isEmpty()) {
        usable = false;
        error(source, "\"Invalid Settings\" may not read patient data");
      }
    }
    // with tables or other content at fault, defaults can't be computed
    if (usable && findings.stream().noneMatch(Finding::isError)) {
      defaults();
    }
  }

  private void defaults() {
    try {
      Map<String, List<String>> invalid = program.invalidDefaults(Deadline.after(ENOUGH));
      for (CqlSource source : sources) {
        invalid
            .getOrDefault(source.name(), List.of())
            .forEach(sentence -> error(source, "the defaults of the settings: " + sentence));
      }
    } catch (ProblemException e) {
      findings.add(Finding.error("cql", e.problem().text()));
    }
  }

  private void error(CqlSource source, String message) {
    int index = Math.max(0, source.text().indexOf("\"" + CqlProgram.INVALID_SETTINGS + "\""));
    String before = source.text().substring(0, index);
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    findings.add(Finding.error(source.file(), line, index - before.lastIndexOf('\n'), message));
  }
}
