package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.StringReader;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Narratives hold text, tables and pictures, and nothing that does something where they are shown
 * (FHIR R4, Narrative, section 2.4 and invariant txt-1). What is kept is never changed, so what
 * holds more is refused.
 */
final class NarrativeCheck {

  private static final XMLInputFactory XML = XMLInputFactory.newDefaultFactory();

  static {
    XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
  }

  /** Of HTML's entities XML knows five; what they stand for plays no part here. */
  private static final Pattern ENTITY = Pattern.compile("&(?!#)[A-Za-z][A-Za-z0-9]{0,31};");

  /** Those of txt-1, and some that are as harmless and are sent. */
  private static final Set<String> ELEMENTS =
      Set.of(
          ("a abbr acronym address b big blockquote br caption center cite code col colgroup dd del dfn"
                  + " div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s samp small"
                  + " span strike strong sub sup table tbody td tfoot th thead tr tt u ul var")
              .split(" "));

  private static final Set<String> ADDRESSES = Set.of("href", "src", "cite", "longdesc");

  private static final Pattern ACTIVE =
      Pattern.compile("(?i)(?:(?:javascript|vbscript):|data:(?!image/(?:png|jpeg|gif);)).*");

  /** Browsers pass over these in an address. */
  private static final Pattern PASSED_OVER = Pattern.compile("[\\s\\p{Cntrl}]");

  private NarrativeCheck() {}

  /**
   * @param place of the resource, for the error
   * @throws ProblemException {@code INCORRECT} naming the narrative
   */
  static void require(JsonNode json, String place) {
    if (json.isObject()) {
      for (Map.Entry<String, JsonNode> member : json.properties()) {
        String there = place + "." + member.getKey();
        // no other element of FHIR R4 has this name
        if (member.getKey().equals("div") && member.getValue().isTextual()) {
          requireHarmless(member.getValue().textValue(), there);
        } else {
          require(member.getValue(), there);
        }
      }
    } else if (json.isArray()) {
      for (int i = 0; i < json.size(); i++) {
        require(json.get(i), place + "[" + i + "]");
      }
    }
  }

  private static void requireHarmless(String div, String place) {
    try {
      XMLStreamReader xml =
          XML.createXMLStreamReader(new StringReader(ENTITY.matcher(div).replaceAll(" ")));
      while (xml.hasNext()) {
        switch (xml.next()) {
          case XMLStreamConstants.START_ELEMENT -> requireHarmless(xml, place);
          case XMLStreamConstants.DTD,
              XMLStreamConstants.PROCESSING_INSTRUCTION,
              XMLStreamConstants.ENTITY_REFERENCE ->
              throw refused(place);
          default -> {
            // text and comments do nothing
          }
        }
      }
    } catch (XMLStreamException e) {
      throw refused(place);
    }
  }

  private static void requireHarmless(XMLStreamReader element, String place) {
    boolean harmless = ELEMENTS.contains(element.getLocalName());
    for (int i = 0; i < element.getAttributeCount() && harmless; i++) {
      String name = element.getAttributeLocalName(i).toLowerCase(Locale.ROOT);
      String value = element.getAttributeValue(i);
      harmless =
          !name.startsWith("on")
              && !(ADDRESSES.contains(name)
                  && ACTIVE.matcher(PASSED_OVER.matcher(value).replaceAll("")).matches());
    }
    if (!harmless) {
      throw refused(place);
    }
  }

  private static ProblemException refused(String place) {
    return Problem.of(
            ProblemCategory.INCORRECT,
            "narrative",
            "A narrative has to be XHTML of text, tables and pictures alone, without scripts, forms,"
                + " frames, styles apart and links that run something.",
            place)
        .asException();
  }
}
