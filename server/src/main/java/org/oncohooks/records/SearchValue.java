package org.oncohooks.records;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A value that a search asks for (FHIR R4, Search, section 3.1.1.4). */
public sealed interface SearchValue {

  /**
   * @param found an element that the parameter looks at
   * @param impliedSystem the code system of a plain {@code code} element, if it is one
   */
  boolean matches(JsonNode found, Optional<String> impliedSystem);

  /** A logical id. */
  record Id(String id) implements SearchValue {

    @Override
    public boolean matches(JsonNode found, Optional<String> impliedSystem) {
      return id.equals(found.textValue());
    }
  }

  /** A patient, by logical id. */
  record PatientReference(String patientId) implements SearchValue {

    @Override
    public boolean matches(JsonNode found, Optional<String> impliedSystem) {
      return found.path("reference").asText("").equals("Patient/" + patientId);
    }
  }

  /**
   * A resource, by what a reference says of it in one of its ways.
   *
   * @param text a relative or absolute reference, an identifier's value, or a name
   */
  record Reference(String text) implements SearchValue {

    @Override
    public boolean matches(JsonNode found, Optional<String> impliedSystem) {
      return Stream.of(
              found.path("reference"), found.at("/identifier/value"), found.path("display"))
          .anyMatch(said -> text.equals(said.textValue()));
    }
  }

  /**
   * A token: {@code code}, {@code system|code}, {@code |code} or {@code system|}.
   *
   * <p>Codes match whatever their case, systems exactly: "including undesired data has less safety
   * implications than excluding desired behavior" (FHIR R4, Search, token).
   *
   * @param system what stands before the bar; empty text = the element has to have no system;
   *     absent = any
   * @param code absent = any code of the system
   */
  record Token(Optional<String> system, Optional<String> code) implements SearchValue {

    @Override
    public boolean matches(JsonNode found, Optional<String> impliedSystem) {
      TokenValue searched = value();
      return TokenValue.of(found, impliedSystem).stream()
          .anyMatch(
              value ->
                  (system.isEmpty() || searched.system().equals(value.system()))
                      && (code.isEmpty() || searched.folded().equals(value.folded())));
    }

    /** What is searched for, as recorded values are compared; what is absent as empty text. */
    TokenValue value() {
      return new TokenValue(system.orElse(""), code.orElse(""));
    }
  }

  /**
   * A member of a value set ({@code :in}).
   *
   * @param codes the members
   */
  record In(CodeSet codes) implements SearchValue {

    @Override
    public boolean matches(JsonNode found, Optional<String> impliedSystem) {
      return TokenValue.of(found, impliedSystem).stream()
          .anyMatch(value -> codes.contains(value.system(), value.code()));
    }
  }

  /**
   * A point or a stretch of time, compared as ranges.
   *
   * @param prefix how
   * @param range what the search value covers
   * @param zone where recorded values without an offset are
   */
  record Date(DatePrefix prefix, DateRange range, ZoneId zone) implements SearchValue {

    @Override
    public boolean matches(JsonNode found, Optional<String> impliedSystem) {
      return DateRange.ofElement(found, zone).map(r -> prefix.matches(range, r)).orElse(false);
    }
  }

  /** Text that a string begins with, whatever its case and accents. */
  record Text(String beginning) implements SearchValue {

    @Override
    public boolean matches(JsonNode found, Optional<String> impliedSystem) {
      return plain(found.asText("")).startsWith(plain(beginning));
    }

    private static String plain(String text) {
      return Normalizer.normalize(text, Normalizer.Form.NFD)
          .replaceAll("\\p{M}", "")
          .toLowerCase(Locale.ROOT);
    }
  }

  /** A URI, exactly. */
  record Uri(String uri) implements SearchValue {

    @Override
    public boolean matches(JsonNode found, Optional<String> impliedSystem) {
      return uri.equals(found.textValue());
    }
  }
}
