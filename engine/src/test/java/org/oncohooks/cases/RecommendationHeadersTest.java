package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * The header of each recommendation says when it speaks, what it asks for, which rules it holds and
 * from which source, with its year and its grade, or that the source gives none.
 */
class RecommendationHeadersTest {

  private static final Path CQL = Path.of(System.getProperty("oncohooks.home")).resolve("cql");
  private static final Pattern SOURCE =
      Pattern.compile("(?ms)^// Source {4}(.*?)(?:Source pages?:.*?)?^// Rules {5}[A-Z]+-\\d\\d");
  private static final Pattern YEAR = Pattern.compile("\\b(19|20)\\d\\d\\b");
  private static final Pattern GRADE =
      Pattern.compile("\\bgrades? [A-DI]\\b|\\b(not )?graded\\b|\\(statement I\\)");

  @Test
  void everyRecommendationNamesItsSourceWithYearAndGrade() throws IOException {
    List<Path> recommendations;
    try (Stream<Path> files = Files.list(CQL)) {
      recommendations = files.filter(f -> f.toString().endsWith(".cql")).sorted().toList();
    }
    assertThat(recommendations).hasSizeGreaterThan(20);
    SoftAssertions softly = new SoftAssertions();
    for (Path file : recommendations) {
      String name = file.getFileName().toString();
      String header = Files.readString(file).split("(?m)^library ", 2)[0];
      softly.assertThat(header).as(name).contains("\n// When  ").contains("\n// Then  ");
      Matcher source = SOURCE.matcher(header);
      softly.assertThat(source.find()).as(name + ": Source before Rules").isTrue();
      if (source.reset().find()) {
        String cited = source.group(1).replaceAll("\\s*\\R//\\s*", " ");
        softly.assertThat(cited).as(name).containsPattern(YEAR).containsPattern(GRADE);
      }
    }
    softly.assertAll();
  }
}
