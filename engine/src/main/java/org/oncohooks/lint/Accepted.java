package org.oncohooks.lint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.oncohooks.Finding;

/**
 * What the authors decided to leave as it is: {@code cql/lint.yaml}, a list of {@code {rule, file,
 * about, reason}}. {@code about} is a part of the message; without it the entry is for all that the
 * rule finds in the file. An entry for which nothing is found any more is itself a finding.
 */
final class Accepted {

  static final String FILE = "cql/lint.yaml";

  private static final YAMLMapper YAML = new YAMLMapper();

  private record Entry(int number, Rule rule, String file, String about) {

    boolean covers(Remark remark) {
      return remark.rule() == rule
          && remark.finding().file().equals(file)
          && remark.finding().message().contains(about);
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private final List<Remark> remarks = new ArrayList<>();
  private String text = "";

  static Accepted read(Path content) {
    Accepted accepted = new Accepted();
    Path file = content.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return accepted;
    }
    try {
      accepted.text = Files.readString(file);
      JsonNode list = YAML.readTree(accepted.text);
      if (!list.isArray() && !list.isMissingNode()) {
        accepted.error(1, "has to be a list of {rule, file, about, reason}");
      }
      for (int i = 0; i < list.size(); i++) {
        accepted.entry(i, list.get(i));
      }
    } catch (JsonProcessingException e) {
      accepted.error(Math.max(1, e.getLocation().getLineNr()), "this is not YAML");
    } catch (IOException e) {
      accepted.error(1, "the file can't be read");
    }
    return accepted;
  }

  private void entry(int number, JsonNode node) {
    Optional<Rule> rule = Rule.of(node.path("rule").asText("")).filter(Rule::canBeAccepted);
    if (rule.isEmpty()) {
      error(line(number), "the entry needs a rule, as lint prints it in brackets");
    } else if (node.path("file").asText("").isBlank()) {
      error(line(number), "the entry needs a file, as lint prints it");
    } else if (node.path("reason").asText("").isBlank()) {
      error(line(number), "the entry needs a reason, for whoever reads it later");
    } else {
      entries.add(
          new Entry(number, rule.get(), node.path("file").asText(), node.path("about").asText("")));
    }
  }

  /** The line of an entry: each begins with a dash. */
  private int line(int number) {
    String[] lines = text.split("\n", -1);
    int seen = -1;
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].startsWith("-") && ++seen == number) {
        return i + 1;
      }
    }
    return 1;
  }

  private void error(int line, String message) {
    remarks.add(new Remark(Rule.ACCEPTED, Finding.error(FILE, line, 1, message)));
  }

  /** Those of some remarks that nobody accepted, and what is wrong with the acceptances. */
  List<Remark> without(List<Remark> found) {
    List<Remark> left = new ArrayList<>(remarks);
    for (Remark remark : found) {
      if (entries.stream().noneMatch(entry -> entry.covers(remark))) {
        left.add(remark);
      }
    }
    for (Entry entry : entries) {
      if (found.stream().noneMatch(entry::covers)) {
        left.add(
            Remark.warning(
                Rule.ACCEPTED,
                FILE,
                line(entry.number()),
                1,
                "nothing of this is found in " + entry.file() + " any more; take the entry out"));
      }
    }
    return left;
  }
}
