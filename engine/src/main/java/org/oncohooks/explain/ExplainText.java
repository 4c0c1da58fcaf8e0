package org.oncohooks.explain;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An explanation as text: the verdicts in plain words, then what decided, then trees of expressions
 * and what the record was asked for.
 */
public final class ExplainText {

  private static final int LONGEST = 100;
  private static final int DEEPEST = 40;

  private final PrintWriter out;
  private final JsonNode why;
  private final Map<String, String[]> lines = new HashMap<>();
  private final Map<String, JsonNode> defines = new HashMap<>();
  private final Set<String> shown = new HashSet<>();

  /**
   * @param why as {@link Explanation} writes it
   */
  public ExplainText(PrintWriter out, JsonNode why) {
    this.out = out;
    this.why = why;
    why.path("libraries")
        .properties()
        .forEach(
            library ->
                lines.put(
                    library.getKey(), library.getValue().path("source").asText().split("\n", -1)));
    why.path("defines")
        .forEach(
            define ->
                defines.put(
                    define.path("library").asText() + "." + define.path("define").asText(),
                    define));
  }

  /**
   * @param library whose recommendation is asked about, and its condition shown as a tree; empty =
   *     those that have something to say
   * @param asked defines to show as trees instead
   * @param all whether the other recommendations are told in full; else they get a line each
   */
  public void print(String library, List<String> asked, boolean all) {
    if (why.has("service")) {
      out.println(
          why.path("service").asText()
              + " on "
              + why.path("hook").asText()
              + ", "
              + why.path("evaluatedAt").asText()
              + ", content "
              + why.path("knowledgeVersion").asText());
      out.println();
    }
    sentences("", "dataIncomplete", why);
    sentences("", "notSeen", why);
    boolean folded = false;
    for (JsonNode recommendation : why.path("recommendations")) {
      if (all || isAsked(recommendation, library)) {
        recommendation(recommendation);
      } else {
        out.println(verdict(recommendation));
        folded = true;
      }
    }
    if (folded) {
      out.println("(a line alone: not asked about; --all tells them in full)");
      out.println();
    }
    if (asked.isEmpty() && !library.isEmpty()) {
      condition(library);
    }
    for (String name : asked) {
      String full = name.contains(".") || library.isEmpty() ? name : library + "." + name;
      define(full);
    }
    why.path("cut")
        .properties()
        .forEach(cut -> out.println("Left out: " + cut.getKey() + " " + cut.getValue()));
    out.flush();
  }

  // --- For a clinician
  // -----------------------------------------------------------------------------

  private static boolean isAsked(JsonNode recommendation, String library) {
    return library.isEmpty()
        ? !recommendation.path("outcome").asText().equals("does-not-apply")
        : recommendation.path("library").asText().equals(library);
  }

  private static String verdict(JsonNode recommendation) {
    return words(recommendation.path("outcome").asText())
        + "  "
        + recommendation.path("title").asText()
        + " ("
        + recommendation.path("topic").asText()
        + (recommendation.has("indicator") ? ", " + recommendation.get("indicator").asText() : "")
        + ")";
  }

  private void recommendation(JsonNode recommendation) {
    out.println(verdict(recommendation));
    sentences("    ", "words", recommendation);
    if (recommendation.has("summary")) {
      out.println("    Card: " + recommendation.get("summary").asText());
      recommendation.path("text").asText().lines().forEach(line -> out.println("        " + line));
      sentences("        ", "assessment", recommendation);
      JsonNode source = recommendation.path("source");
      out.println(
          "    Source: "
              + source.path("label").asText()
              + " <"
              + source.path("url").asText()
              + ">");
      lines("    Suggestion: ", recommendation.path("suggestions"));
      lines("    Reason to override: ", recommendation.path("overrideReasons"));
    }
    list("    Facts: ", recommendation.path("facts"));
    list("    Not recorded: ", recommendation.path("notRecorded"));
    for (JsonNode missing : recommendation.path("nulls")) {
      out.println(
          "    Not known from here on: "
              + missing.path("text").asText()
              + " ("
              + place(missing)
              + ")");
    }
    out.println("    What decided:");
    recommendation.path("because").forEach(this::step);
    out.println();
  }

  private static String words(String outcome) {
    return switch (outcome) {
      case "applies" -> "SHOWN        ";
      case "superseded" -> "ALSO APPLIES ";
      case "suppressed" -> "NOT REPEATED ";
      case "not-evaluated" -> "NOT EVALUATED";
      default -> "not shown    ";
    };
  }

  private void step(JsonNode step) {
    String indent = "      " + "  ".repeat(step.path("depth").asInt());
    String name =
        step.has("define")
            ? step.path("library").asText() + ".\"" + step.path("define").asText() + "\""
            : step.path("text").asText();
    out.println(
        indent
            + name
            + " = "
            + Words.of(step.path("value"))
            + (step.has("define") ? "" : "   " + place(step)));
    for (JsonNode operand : step.path("operands")) {
      out.println(
          indent
              + "    "
              + operand.path("text").asText()
              + " = "
              + Words.of(operand.path("value")));
    }
    list(indent + "    ", step.path("resources"));
  }

  private void lines(String head, JsonNode texts) {
    texts.forEach(text -> out.println(head + text.asText()));
  }

  private void sentences(String indent, String member, JsonNode of) {
    of.path(member).forEach(sentence -> out.println(indent + sentence.asText()));
  }

  private void list(String head, JsonNode texts) {
    if (!texts.isEmpty()) {
      StringBuilder line = new StringBuilder(head);
      for (int i = 0; i < texts.size(); i++) {
        line.append(i == 0 ? "" : ", ").append(texts.get(i).asText());
      }
      out.println(line);
    }
  }

  private static String place(JsonNode of) {
    return of.path("library").asText() + ":" + of.path("at").asText().split("-")[0];
  }

  // --- For an author
  // -------------------------------------------------------------------------------

  /** The tree of the condition of a library's recommendation, or of what a case asked it for. */
  private void condition(String library) {
    for (JsonNode recommendation : why.path("recommendations")) {
      if (recommendation.path("library").asText().equals(library)) {
        define(library + "." + recommendation.path("condition").asText());
        return;
      }
    }
    defines.keySet().stream()
        .filter(name -> name.startsWith(library + "."))
        .sorted()
        .forEach(this::define);
  }

  private void define(String name) {
    JsonNode define = defines.get(name);
    if (define == null) {
      out.println(name + " was not evaluated: nothing that decided asks for it.");
      return;
    }
    out.println(name + " = " + Words.of(define.path("value")));
    shown.add(name);
    tree(define.path("tree"), define.path("library").asText(), 1);
    out.println();
  }

  private void tree(JsonNode node, String library, int depth) {
    String in = node.has("library") ? node.get("library").asText() : library;
    boolean constant = node.path("kind").asText().equals("Literal");
    int below = depth;
    if (node.has("at") && !constant) {
      out.println("  ".repeat(depth) + text(in, node.get("at").asText()) + " = " + value(node));
      retrieve(node, in, depth);
      below++;
    }
    if (depth >= DEEPEST) {
      return;
    }
    node.path("parts").forEach(part -> tree(part, in, depthOf(node, depth)));
    String named = node.path("names").asText("");
    if (defines.containsKey(named) && shown.add(named)) {
      JsonNode define = defines.get(named);
      tree(define.path("tree"), define.path("library").asText(), below);
    }
    if (node.has("partsLeftOut")) {
      out.println("  ".repeat(below) + "… " + node.get("partsLeftOut").asInt() + " more");
    }
  }

  private static int depthOf(JsonNode node, int depth) {
    return node.has("at") ? depth + 1 : depth;
  }

  private static String value(JsonNode node) {
    return node.has("failed") ? "failed" : Words.of(node.path("value"));
  }

  private void retrieve(JsonNode node, String library, int depth) {
    if (!node.path("kind").asText().equals("Retrieve")) {
      return;
    }
    for (JsonNode retrieve : why.path("retrieves")) {
      if (retrieve.path("library").asText().equals(library)
          && retrieve.path("at").equals(node.path("at"))) {
        StringBuilder line = new StringBuilder("  ".repeat(depth + 1));
        line.append("asked for ").append(retrieve.path("type").asText());
        if (retrieve.has("valueSet")) {
          JsonNode valueSet = why.path("valueSets").path(retrieve.get("valueSet").asText());
          line.append(", ")
              .append(retrieve.path("path").asText())
              .append(" in ")
              .append(valueSet.path("title").asText(retrieve.get("valueSet").asText()))
              .append(" ")
              .append(valueSet.path("version").asText())
              .append(" (")
              .append(valueSet.path("codes").asInt())
              .append(" codes)");
        }
        out.println(line);
        list("  ".repeat(depth + 1) + "found ", retrieve.path("resources"));
        return;
      }
    }
  }

  private String text(String library, String at) {
    String[] source = lines.get(library);
    String[] ends = at.split("-");
    String[] from = ends[0].split(":");
    if (source == null) {
      return library + ":" + at;
    }
    String line = source[Integer.parseInt(from[0]) - 1];
    String[] to = ends[ends.length - 1].split(":");
    boolean one = from[0].equals(to[0]);
    String text =
        line.substring(
            Integer.parseInt(from[1]) - 1,
            one ? Math.min(line.length(), Integer.parseInt(to[1])) : line.length());
    return (text.length() > LONGEST ? text.substring(0, LONGEST) : text)
        + (one && text.length() <= LONGEST ? "" : " …");
  }
}
