package org.oncohooks.repl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a tab may complete. */
final class Names {

  private Names() {}

  /**
   * @param line what stands before the cursor
   * @return whole words that may stand where its last word begins
   */
  static List<String> candidates(Repl repl, String line) {
    String word = line.substring(begin(line));
    List<String> names = new ArrayList<>();
    if (line.startsWith(":") && !line.contains(" ")) {
      Repl.COMMANDS.forEach(command -> names.add(":" + command));
    } else if (line.startsWith(":set ") || line.startsWith(":unset ")) {
      names.addAll(repl.knowledge().program().parameters());
    } else if (line.startsWith(":patient ")) {
      names.addAll(patients(repl.content()));
    } else if (word.contains(".")) {
      String library = word.substring(0, word.indexOf('.'));
      if (repl.knowledge().sources().containsKey(library)) {
        repl.knowledge()
            .program()
            .defines(library)
            .forEach(define -> names.add(library + ".\"" + define + "\""));
      }
    } else {
      new TreeSet<>(repl.knowledge().sources().keySet())
          .forEach(library -> names.add(line.startsWith(":list ") ? library : library + "."));
      repl.declared().forEach(names::add);
    }
    return names.stream().filter(name -> matches(name, word)).toList();
  }

  /** A name may be begun without its quotes. */
  private static boolean matches(String name, String word) {
    return name.startsWith(word) || name.replace("\"", "").startsWith(word.replace("\"", ""));
  }

  /** Where the word begins that the line ends with; a space within quotes belongs to it. */
  static int begin(String line) {
    int begin = 0;
    boolean quoted = false;
    boolean text = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\'' && !quoted) {
        text = !text;
      } else if (c == '"' && !text) {
        quoted = !quoted;
      } else if (!quoted && !text && !(Character.isLetterOrDigit(c) || "._:-/".indexOf(c) >= 0)) {
        begin = i + 1;
      }
    }
    return begin;
  }

  private static List<String> patients(Path content) {
    try (Stream<Path> files = Files.list(content.resolve("fhir-resources/patients"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.substring(0, name.length() - ".json".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
