package org.oncohooks.repl;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.cql.CqlSource;

/** The text of a statement as its author wrote it. */
final class Defined {

  private static final Pattern NEXT =
      Pattern.compile(
          "(?m)^(?=(?://|/\\*|define|parameter|valueset|codesystem|code|concept|context)\\b|//|/\\*)");

  private Defined() {}

  /** The first statement of a name, with the comment that stands right before it. */
  static Optional<String> text(CqlSource source, String name) {
    Matcher begin =
        Pattern.compile(
                "(?m)(?:^//[^\\n]*\\n)*^(?:define|parameter|valueset|codesystem|code|concept)\\b[^\"\\n:]*"
                    + "(?:\""
                    + Pattern.quote(name)
                    + "\"|\\b"
                    + Pattern.quote(name)
                    + "\\b)")
            .matcher(source.text());
    if (!begin.find()) {
      return Optional.empty();
    }
    Matcher next = NEXT.matcher(source.text());
    int end = next.find(begin.end()) ? next.start() : source.text().length();
    return Optional.of(source.text().substring(begin.start(), end).strip());
  }
}
