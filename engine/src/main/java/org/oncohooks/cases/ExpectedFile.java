package org.oncohooks.cases;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Writes what is into a case's {@code expected.yaml}. Only the values that differ are replaced, so
 * that order, comments and everything else stay as their author wrote them.
 */
public final class ExpectedFile {

  /** What a case expects, and its variants; everything else is the situation. */
  private static final Set<String> EXPECTED =
      Set.of("defines", "cards", "notEvaluated", "dataIncomplete", "status", "variants");

  private record Edit(int from, int to, String text) {}

  private final String text;
  private final MappingNode root;
  private final List<Edit> edits = new ArrayList<>();

  private ExpectedFile(String text) {
    this.text = text;
    this.root = (MappingNode) new Yaml(new LoaderOptions()).compose(new StringReader(text));
  }

  /**
   * @param file of which the results are
   * @param results of cases and variants of that file
   * @return how many differences were written
   */
  public static int accept(Path file, List<CaseResult> results) throws IOException {
    String before = Files.readString(file);
    ExpectedFile expected = new ExpectedFile(before);
    int written = 0;
    for (CaseResult result : results) {
      for (Difference difference : result.differences()) {
        written += expected.accept(result.tested(), difference) ? 1 : 0;
      }
    }
    String after = expected.edited();
    if (!after.equals(before)) {
      Files.writeString(file, after);
    }
    return written;
  }

  private boolean accept(Case tested, Difference difference) {
    Optional<MappingNode> own = own(tested.name());
    if (difference.accepted().isEmpty() || own.isEmpty()) {
      return false;
    }
    String value = yaml(difference.accepted().get());
    Node node = own.get();
    for (String step : difference.place()) {
      Optional<Node> child = child(node, step);
      if (child.isEmpty()) {
        return node == own.get() && insert(own.get(), step, value);
      }
      node = child.get();
    }
    int from = index(node.getStartMark().getIndex());
    edits.add(new Edit(from, end(node), value));
    return true;
  }

  /** Behind what the mapping says of the situation, so that a variant's name stays first. */
  private boolean insert(MappingNode mapping, String key, String value) {
    List<NodeTuple> entries = mapping.getValue();
    int last = 0;
    while (last + 1 < entries.size() && isSituation(entries.get(last + 1))) {
      last++;
    }
    int at = end(entries.get(last).getValueNode());
    boolean flow = text.charAt(index(mapping.getStartMark().getIndex())) == '{';
    if (flow) {
      edits.add(new Edit(at, at, ", " + key + ": " + value));
      return true;
    }
    // a comment stays on its line
    int line = text.indexOf('\n', at);
    int to = line < 0 ? text.length() : line;
    int column = entries.get(0).getKeyNode().getStartMark().getColumn();
    edits.add(new Edit(to, to, "\n" + " ".repeat(column) + key + ": " + value));
    return true;
  }

  private static boolean isSituation(NodeTuple entry) {
    return !(entry.getKeyNode() instanceof ScalarNode key && EXPECTED.contains(key.getValue()));
  }

  /** Where a value ends; a block does where the next line with something begins. */
  private int end(Node node) {
    int from = index(node.getStartMark().getIndex());
    int to = index(node.getEndMark().getIndex());
    while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
      to--;
    }
    return to;
  }

  /** The part of the file that is this case's own: the whole, or a variant. */
  private Optional<MappingNode> own(String name) {
    String[] parts = name.split("/", 3);
    if (parts.length < 3) {
      return Optional.of(root);
    }
    return child(root, "variants").stream()
        .flatMap(variants -> ((SequenceNode) variants).getValue().stream())
        .map(MappingNode.class::cast)
        .filter(
            variant ->
                child(variant, "name")
                    .filter(n -> ((ScalarNode) n).getValue().equals(parts[2]))
                    .isPresent())
        .findFirst();
  }

  static Optional<Node> child(Node node, String step) {
    if (node instanceof SequenceNode sequence) {
      int index = Integer.parseInt(step);
      return index < sequence.getValue().size()
          ? Optional.of(sequence.getValue().get(index))
          : Optional.empty();
    }
    if (!(node instanceof MappingNode mapping)) {
      return Optional.empty();
    }
    return mapping.getValue().stream()
        .filter(
            tuple -> tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(step))
        .map(NodeTuple::getValueNode)
        .findFirst();
  }

  /** SnakeYAML counts code points, Java chars. */
  private int index(int codePoints) {
    return text.offsetByCodePoints(0, codePoints);
  }

  /** As the cases write it: flow style, and no quotes where they aren't needed. */
  private static String yaml(JsonNode value) {
    if (value.isArray()) {
      List<String> items = new ArrayList<>();
      value.forEach(item -> items.add(yaml(item)));
      return "[" + String.join(", ", items) + "]";
    }
    if (value.isObject()) {
      List<String> items = new ArrayList<>();
      value
          .properties()
          .forEach(entry -> items.add(word(entry.getKey()) + ": " + yaml(entry.getValue())));
      return "{" + String.join(", ", items) + "}";
    }
    return value.isTextual() ? word(value.textValue()) : value.toString();
  }

  private static String word(String text) {
    boolean plain =
        text.matches("[A-Za-z][A-Za-z-]*( [A-Za-z-]+)*")
            && !text.matches("(?i)true|false|yes|no|on|off|null|y|n");
    return plain ? text : com.fasterxml.jackson.databind.node.TextNode.valueOf(text).toString();
  }

  private String edited() {
    StringBuilder edited = new StringBuilder(text);
    edits.sort(Comparator.comparingInt(Edit::from).reversed());
    for (Edit edit : edits) {
      edited.replace(edit.from(), edit.to(), edit.text());
    }
    return edited.toString();
  }
}
