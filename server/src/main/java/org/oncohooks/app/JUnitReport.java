package org.oncohooks.app;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.oncohooks.cases.CaseResult;
import org.oncohooks.cases.Difference;

/** Results of cases in the XML that build servers read: a suite for each library. */
final class JUnitReport {

  private JUnitReport() {}

  static void write(Path file, List<CaseResult> results) throws IOException {
    if (file.toAbsolutePath().getParent() != null) {
      Files.createDirectories(file.toAbsolutePath().getParent());
    }
    Map<String, List<CaseResult>> byLibrary =
        results.stream()
            .collect(
                Collectors.groupingBy(
                    result -> result.tested().library(), TreeMap::new, Collectors.toList()));
    try (OutputStream out = Files.newOutputStream(file)) {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out, "UTF-8");
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuites");
      counts(xml, results);
      for (Map.Entry<String, List<CaseResult>> suite : byLibrary.entrySet()) {
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", suite.getKey());
        counts(xml, suite.getValue());
        for (CaseResult result : suite.getValue()) {
          write(xml, result);
        }
        xml.writeEndElement();
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException("the JUnit report can't be written", e);
    }
  }

  private static void counts(XMLStreamWriter xml, List<CaseResult> results)
      throws XMLStreamException {
    long failed = results.stream().filter(result -> !result.holds()).count();
    xml.writeAttribute("tests", String.valueOf(results.size()));
    xml.writeAttribute("failures", String.valueOf(failed));
  }

  private static void write(XMLStreamWriter xml, CaseResult result) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", result.tested().library());
    xml.writeAttribute("name", allowed(result.tested().name().split("/", 2)[1]));
    if (!result.holds()) {
      String text =
          result.differences().stream().map(Difference::toString).collect(Collectors.joining("\n"));
      xml.writeStartElement("failure");
      xml.writeAttribute("message", allowed(result.differences().get(0).toString()));
      xml.writeCharacters(allowed(text));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  /** Without the control characters that XML can't hold. */
  private static String allowed(String text) {
    return text.replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\uFFFE\\uFFFF]", "?");
  }
}
