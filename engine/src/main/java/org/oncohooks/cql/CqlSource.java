package org.oncohooks.cql;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A CQL file.
 *
 * @param name the library's name, which is the file's name without ending
 * @param file path relative to the content folder
 * @param text the CQL
 */
public record CqlSource(String name, String file, String text) {

  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\\n]*");
  private static final Pattern INCLUDE =
      Pattern.compile("(?m)^\\s*include\\s+\"?([A-Za-z_]\\w*)\"?");

  /** Names of the libraries that it includes, in their order. */
  public Set<String> includes() {
    Set<String> names = new LinkedHashSet<>();
    Matcher include = INCLUDE.matcher(withoutComments());
    while (include.find()) {
      names.add(include.group(1));
    }
    return names;
  }

  /** The text with blanks in the place of comments, so that each word keeps its place. */
  String withoutComments() {
    return COMMENT.matcher(text).replaceAll(c -> c.group().replaceAll("[^\n]", " "));
  }
}
