package org.oncohooks.fhirapi;

import java.util.List;
import org.oncohooks.records.SearchableType;

/** The types of knowledge that are served, and what each can be searched by, after FHIR R4. */
final class KnowledgeTypes {

  private static final String STATUS = "http://hl7.org/fhir/publication-status";

  private static final List<SearchableType> TABLE =
      List.of(
          canonical("PlanDefinition", "PlanDefinition"),
          canonical("ActivityDefinition", "ActivityDefinition"),
          canonical("Library", "Library"),
          canonical("Questionnaire", "Questionnaire"),
          canonical("ValueSet", "conformance")
              .token(
                  "code",
                  "ValueSet-code",
                  "compose.include.concept.code",
                  "expansion.contains.code"),
          canonical("CodeSystem", "conformance").token("code", "CodeSystem-code", "concept.code"),
          SearchableType.of("NamingSystem")
              .string("name", "conformance-name", "name")
              .code("status", "conformance-status", "status", STATUS)
              .date("date", "conformance-date", "date"));

  private KnowledgeTypes() {}

  static List<SearchableType> all() {
    return TABLE;
  }

  private static SearchableType canonical(String type, String definitions) {
    return SearchableType.of(type)
        .uri("url", definitions + "-url", "url")
        .token("version", definitions + "-version", "version")
        .string("name", definitions + "-name", "name")
        .string("title", definitions + "-title", "title")
        .code("status", definitions + "-status", "status", STATUS)
        .date("date", definitions + "-date", "date");
  }
}
