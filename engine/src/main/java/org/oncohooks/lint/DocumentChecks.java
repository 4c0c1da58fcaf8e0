package org.oncohooks.lint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.cql.CqlParameter;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.cql.CqlSource;

/**
 * Whether the documents beside the content list what it has: settings with their defaults, and the
 * rules that headers name. A content folder without these documents needs none.
 */
final class DocumentChecks {

  private static final String SETTINGS = "docs/configuration.md";
  private static final String RULES = "docs/safety/traceability.md";

  private static final String HEAD = "| setting | what it decides | default |";
  private static final Pattern SETTING = Pattern.compile("\\| `(\\w+)` \\|.*\\| `([^`]*)` \\|");
  private static final Pattern DEFAULT = Pattern.compile("\\bdefault\\s+('[^']*'|\\S+)");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z]+-\\d\\d) \\|");
  private static final Pattern ID = Pattern.compile("(?:([A-Z]+)|(?<![A-Z0-9]))-(\\d\\d)\\b");

  private final Path content;
  private final List<Remark> remarks = new ArrayList<>();

  private DocumentChecks(Path content) {
    this.content = content;
  }

  static List<Remark> of(Path content, CqlProgram program, List<CqlSource> sources) {
    DocumentChecks checks = new DocumentChecks(content);
    List<String> settings = checks.lines(SETTINGS);
    if (settings.contains(HEAD)) {
      checks.settings(settings, program, sources);
    }
    Set<String> rules = new HashSet<>();
    ROW.matcher(String.join("\n", checks.lines(RULES)))
        .results()
        .forEach(r -> rules.add(r.group(1)));
    if (!rules.isEmpty()) {
      sources.forEach(source -> checks.rules(source, rules));
    }
    return checks.remarks;
  }

  private List<String> lines(String file) {
    try {
      Path path = content.resolve(file);
      return Files.isRegularFile(path) ? Files.readAllLines(path) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  private record Row(int line, String value) {}

  private void settings(List<String> page, CqlProgram program, List<CqlSource> sources) {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (int i = page.indexOf(HEAD) + 2; i < page.size() && page.get(i).startsWith("|"); i++) {
      Matcher row = SETTING.matcher(page.get(i));
      if (row.matches()) {
        rows.put(row.group(1), new Row(i + 1, row.group(2)));
      }
    }
    Set<String> known = program.parameters();
    for (CqlParameter parameter : program.declarations()) {
      Row row = rows.get(parameter.name());
      if (known.contains(parameter.name())) {
        CqlSource source =
            sources.stream()
                .filter(s -> s.name().equals(parameter.library()))
                .findFirst()
                .orElseThrow();
        String value = value(source, parameter);
        if (row == null || !(value.isEmpty() || row.value().equals(value))) {
          remarks.add(
              Remark.warning(
                  Rule.DOCUMENTS,
                  source.file(),
                  parameter.line(),
                  parameter.column(),
                  row == null
                      ? SETTINGS
                          + " has no row for the setting; add | `"
                          + parameter.name()
                          + "` | what it decides | `"
                          + value
                          + "` |"
                      : "the default is "
                          + value
                          + ", and "
                          + SETTINGS
                          + ":"
                          + row.line()
                          + " says "
                          + row.value()
                          + "; correct the row"));
        }
      }
    }
    rows.forEach(
        (name, row) -> {
          if (!known.contains(name)) {
            remarks.add(
                Remark.warning(
                    Rule.DOCUMENTS,
                    SETTINGS,
                    row.line(),
                    1,
                    "no CQL declares a setting " + name + "; take the row away, or correct it"));
          }
        });
  }

  private static String value(CqlSource source, CqlParameter parameter) {
    Matcher value = DEFAULT.matcher(source.text().split("\n", -1)[parameter.line() - 1]);
    return value.find() ? value.group(1) : "";
  }

  /** The ids in the paragraph Rules of a header: {@code SAFE-04, -05, -18 to -20}. */
  private void rules(CqlSource source, Set<String> known) {
    String[] lines = source.text().split("\n", -1);
    boolean inside = false;
    String part = "";
    String before = "";
    int last = -1;
    for (int i = 0; i < lines.length && lines[i].startsWith("//"); i++) {
      inside = lines[i].startsWith("// Rules ") || (inside && lines[i].startsWith("//   "));
      if (!inside) {
        continue;
      }
      Matcher id = ID.matcher(lines[i]);
      int from = "//".length();
      while (id.find()) {
        part = id.group(1) == null ? part : id.group(1);
        int number = Integer.parseInt(id.group(2));
        before += lines[i].substring(from, id.start());
        boolean range = last >= 0 && before.strip().equals("to");
        for (int n = range ? last + 1 : number; n <= number; n++) {
          rule(source, i, id.start(), "%s-%02d".formatted(part, n), known);
        }
        last = number;
        from = id.end();
        before = "";
      }
      before += lines[i].substring(from);
    }
  }

  private void rule(CqlSource source, int line, int at, String id, Set<String> known) {
    if (!known.contains(id)) {
      remarks.add(
          Remark.warning(
              Rule.DOCUMENTS,
              source.file(),
              line + 1,
              at + 1,
              RULES + " has no row for " + id + "; correct the id, or add the row"));
    }
  }
}
