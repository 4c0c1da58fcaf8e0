package org.oncohooks.lint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.oncohooks.knowledge.ContentFiles;
import org.oncohooks.knowledge.Recommendation;

/** CDS Hooks 2.0, card attributes: a summary has fewer than 140 characters; a longer one is cut. */
final class SummaryLengths {

  private static final int MOST = 139;

  private SummaryLengths() {}

  static Optional<Remark> of(Recommendation recommendation, ElmProgram program, TextBounds bounds) {
    if (recommendation.summaryDefine().isEmpty()) {
      return Optional.empty();
    }
    String define = recommendation.summaryDefine().get();
    ElmLibrary library = program.library(recommendation.library()).orElseThrow();
    Extent extent = bounds.define(recommendation.library(), define);
    JsonNode place = library.declared("statements", define).get(0);
    if (!extent.endless().isEmpty()) {
      return Optional.of(
          library.remark(
              Rule.SUMMARY_LENGTH,
              place,
              "the summary can get longer than "
                  + MOST
                  + " characters: no bound for "
                  + extent.endless().stream().sorted().collect(Collectors.joining("; "))
                  + ". Use texts of your own in place of recorded ones, or Substring"));
    }
    return extent.length() <= MOST
        ? Optional.empty()
        : Optional.of(
            library.remark(
                Rule.SUMMARY_LENGTH,
                place,
                "the summary can get "
                    + extent.length()
                    + " characters long, and "
                    + MOST
                    + " is the most; shorten its longest branch"));
  }

  /** Longest text of each column of the tables, by the parameter that they fill. */
  static Map<String, Map<String, Extent>> tables(List<ContentFiles.Resource> resources) {
    Map<String, Map<String, Extent>> tables = new HashMap<>();
    for (ContentFiles.Resource resource : resources) {
      for (JsonNode extension : resource.json().path("extension")) {
        if (resource.type().equals("CodeSystem")
            && extension.path("url").asText("").equals(ContentFiles.PARAMETER)) {
          tables.put(extension.path("valueString").asText(), columns(resource.json()));
        }
      }
    }
    return tables;
  }

  private static Map<String, Extent> columns(JsonNode codeSystem) {
    Map<String, Extent> columns = new HashMap<>();
    for (JsonNode property : codeSystem.path("property")) {
      columns.put(property.path("code").asText(), Extent.NOTHING);
    }
    for (JsonNode concept : codeSystem.path("concept")) {
      for (String name : List.of("code", "display")) {
        columns.merge(name, text(concept.path(name)), SummaryLengths::longer);
      }
      for (JsonNode property : concept.path("property")) {
        for (Map.Entry<String, JsonNode> value : property.properties()) {
          if (value.getKey().startsWith("value")) {
            columns.merge(
                property.path("code").asText(), text(value.getValue()), SummaryLengths::longer);
          }
        }
      }
    }
    return columns;
  }

  private static Extent text(JsonNode value) {
    String text = value.asText("");
    return Extent.text(text.codePointCount(0, text.length()));
  }

  private static Extent longer(Extent one, Extent other) {
    return one.length() >= other.length() ? one : other;
  }
}
