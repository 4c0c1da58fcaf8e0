package org.oncohooks.fhirapi;

import ca.uhn.fhir.parser.IParserErrorHandler;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue.ScalarType;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue.ValueType;
import java.util.Locale;
import java.util.regex.Pattern;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Refuses whatever HAPI's parser finds amiss, naming the element but never its value.
 *
 * @param place where the resource stands in what was sent
 */
record StrictParse(String place) implements IParserErrorHandler {

  private static final Pattern ELEMENT = Pattern.compile("_?[A-Za-z][A-Za-z0-9]{0,60}");

  @Override
  public void containedResourceWithNoId(IParseLocation location) {
    throw problem("A contained resource has no id.", location, "contained");
  }

  @Override
  public void incorrectJsonType(
      IParseLocation location,
      String element,
      ValueType expected,
      ScalarType expectedScalar,
      ValueType found,
      ScalarType foundScalar) {
    throw problem(
        "An element has the wrong JSON type; expected is "
            + word(expected, expectedScalar)
            + ", found is "
            + word(found, foundScalar)
            + ".",
        location,
        element);
  }

  @Override
  public void invalidValue(IParseLocation location, String value, String error) {
    throw problem("An element's value is not one that its type allows.", location, "");
  }

  @Override
  public void missingRequiredElement(IParseLocation location, String element) {
    throw problem("A required element is missing.", location, element);
  }

  @Override
  public void unexpectedRepeatingElement(IParseLocation location, String element) {
    throw problem("An element that may come once comes more often.", location, element);
  }

  @Override
  public void unknownAttribute(IParseLocation location, String attribute) {
    throw problem("An attribute is not one of FHIR R4.", location, "");
  }

  @Override
  public void unknownElement(IParseLocation location, String element) {
    // a name that FHIR does not have is the sender's text, and stays out
    throw problem("An element is not one that FHIR R4 has here.", location, "");
  }

  @Override
  public void unknownReference(IParseLocation location, String reference) {
    throw problem("A reference to a contained resource points to none.", location, "reference");
  }

  @Override
  public void invalidInternalReference(IParseLocation location, String reference) {
    throw problem("A reference to a contained resource is malformed.", location, "reference");
  }

  @Override
  public void extensionContainsValueAndNestedExtensions(IParseLocation location) {
    throw problem("An extension has both a value and extensions.", location, "extension");
  }

  private ProblemException problem(String text, IParseLocation location, String element) {
    String parent = location == null ? "" : safe(location.getParentElementName());
    String name = safe(element);
    return Problem.of(
            ProblemCategory.INCORRECT,
            "structure",
            text,
            place + (parent.isEmpty() ? "" : "." + parent) + (name.isEmpty() ? "" : "." + name))
        .asException();
  }

  /** A name that is no element name is the sender's text, and stays out. */
  private static String safe(String name) {
    return name == null || !ELEMENT.matcher(name).matches() ? "" : name;
  }

  private static String word(ValueType type, ScalarType scalar) {
    return (type == ValueType.SCALAR && scalar != null ? scalar.name() : type.name())
        .toLowerCase(Locale.ROOT);
  }
}
