package org.oncohooks.records;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;

/** Versions as entity tags: {@code W/"3"} (FHIR R4, RESTful API, section 3.1.0.1.3). */
public final class VersionTag {

  private static final Pattern TAG = Pattern.compile("(?:W/)?\"(\\d{1,18})\"");

  private VersionTag() {}

  public static String write(long version) {
    return "W/\"" + version + "\"";
  }

  /**
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if the text is no tag of this service
   */
  public static long read(String text, String place) {
    Matcher tag = TAG.matcher(text.strip());
    if (!tag.matches()) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "version-tag",
              "Write a version as the ETag that a read gave, such as W/\"3\".",
              place)
          .asException();
    }
    return Long.parseLong(tag.group(1));
  }
}
