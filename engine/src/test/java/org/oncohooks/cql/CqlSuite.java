package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.oncohooks.Deadline;
import org.oncohooks.Finding;
import org.oncohooks.ProblemException;
import org.oncohooks.patient.PatientRecord;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** HL7's tests of CQL, translated with our options and evaluated by our engine. */
final class CqlSuite {

  static final List<String> FILES =
      List.of(
          "CqlAggregateFunctionsTest",
          "CqlAggregateTest",
          "CqlArithmeticFunctionsTest",
          "CqlComparisonOperatorsTest",
          "CqlConditionalOperatorsTest",
          "CqlDateTimeOperatorsTest",
          "CqlErrorsAndMessagingOperatorsTest",
          "CqlIntervalOperatorsTest",
          "CqlListOperatorsTest",
          "CqlLogicalOperatorsTest",
          "CqlNullologicalOperatorsTest",
          "CqlQueryTests",
          "CqlStringOperatorsTest",
          "CqlTypeOperatorsTest",
          "CqlTypesTest",
          "ValueLiteralsAndSelectors");

  private static final String HEAD = "library T version '1'\n";
  private static final int LINES_OF_HEAD = 1;
  private static final int MOST_ROUNDS = 20;

  /**
   * One test.
   *
   * @param name {@code file/group/test}
   * @param output CQL; empty if there has to be none
   * @param invalid whether it has to fail, in translation or in evaluation
   */
  record Test(String name, String expression, String output, boolean invalid) {}

  /** How a test that does not give what it expects went. */
  enum Kind {
    NOT_TRANSLATED,
    FAILED,
    OTHER_VALUE,
    NOT_REFUSED
  }

  /**
   * @param said the translator's or engine's words, or the value
   */
  record Miss(Test test, Kind kind, String said) {}

  private CqlSuite() {}

  /**
   * @param folder holds {@code file.xml}
   */
  static List<Test> read(Path folder, String file) throws IOException {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    List<Test> tests = new ArrayList<>();
    try (InputStream in = Files.newInputStream(folder.resolve(file + ".xml"))) {
      NodeList all =
          factory.newDocumentBuilder().parse(in).getDocumentElement().getElementsByTagName("test");
      for (int i = 0; i < all.getLength(); i++) {
        Element test = (Element) all.item(i);
        Element expression = (Element) test.getElementsByTagName("expression").item(0);
        NodeList outputs = test.getElementsByTagName("output");
        String group = ((Element) test.getParentNode()).getAttribute("name");
        tests.add(
            new Test(
                file + "/" + group + "/" + test.getAttribute("name"),
                expression.getTextContent().strip(),
                outputs.getLength() == 1 ? outputs.item(0).getTextContent().strip() : "",
                !expression.getAttribute("invalid").isEmpty()
                    && !expression.getAttribute("invalid").equals("false")));
      }
    } catch (ParserConfigurationException | SAXException e) {
      throw new IllegalStateException(e);
    }
    return tests;
  }

  /** Those that do not give what they expect. */
  static List<Miss> misses(List<Test> tests) {
    List<Test> left = new ArrayList<>(tests);
    List<Miss> misses = new ArrayList<>();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<Integer> lines = new ArrayList<>();
      CqlCompilation.Result result = Cql.compile(text(left, lines));
      if (result.program().isPresent()) {
        evaluate(left, result.program().get(), misses);
        return misses;
      }
      Set<Test> refused = new HashSet<>();
      for (Finding finding : result.findings()) {
        if (finding.isError()) {
          int at = 0;
          while (at + 1 < lines.size() && lines.get(at + 1) <= finding.line()) {
            at++;
          }
          Test test = left.get(at);
          if (refused.add(test) && !test.invalid()) {
            misses.add(new Miss(test, Kind.NOT_TRANSLATED, finding.message()));
          }
        }
      }
      left.removeAll(refused);
    }
    throw new IllegalStateException("something can't be translated, and no test is to blame");
  }

  /**
   * @param lines gets the line at which each test begins
   */
  private static String text(List<Test> tests, List<Integer> lines) {
    StringBuilder text = new StringBuilder(HEAD);
    int line = LINES_OF_HEAD + 1;
    for (int i = 0; i < tests.size(); i++) {
      Test test = tests.get(i);
      String defines =
          "define \"T"
              + i
              + "\":\n"
              + test.expression()
              + "\n"
              + (test.output().isEmpty() ? "" : "define \"E" + i + "\":\n" + test.output() + "\n");
      lines.add(line);
      line += (int) defines.chars().filter(c -> c == '\n').count();
      text.append(defines);
    }
    return text.toString();
  }

  private static void evaluate(List<Test> tests, CqlProgram program, List<Miss> misses) {
    PatientRecord patient = Cql.patient("p");
    for (int i = 0; i < tests.size(); i++) {
      Test test = tests.get(i);
      try (CqlEvaluation evaluation =
          program.begin(
              patient,
              Cql.NOW.toZonedDateTime(),
              Map.of(),
              Deadline.after(Duration.ofSeconds(60)))) {
        JsonNode value = evaluation.evaluate("T", "T" + i);
        if (test.invalid()) {
          misses.add(new Miss(test, Kind.NOT_REFUSED, value.toString()));
        } else if (!test.output().isEmpty()) {
          JsonNode expected = evaluation.evaluate("T", "E" + i);
          if (!same(expected, value)) {
            misses.add(new Miss(test, Kind.OTHER_VALUE, value + " instead of " + expected));
          }
        }
      } catch (ProblemException e) {
        if (!test.invalid()) {
          misses.add(new Miss(test, Kind.FAILED, e.problem().text()));
        }
      }
    }
  }

  /** Numbers by their value, whatever zeros follow. */
  static boolean same(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    if (a.isContainerNode() && a.getNodeType() == b.getNodeType() && a.size() == b.size()) {
      if (a.isArray()) {
        for (int i = 0; i < a.size(); i++) {
          if (!same(a.get(i), b.get(i))) {
            return false;
          }
        }
        return true;
      }
      Iterator<String> names = a.fieldNames();
      while (names.hasNext()) {
        String name = names.next();
        if (!b.has(name) || !same(a.get(name), b.get(name))) {
          return false;
        }
      }
      return true;
    }
    return a.equals(b);
  }
}
