package org.oncohooks.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A part of answering a hook call, known by the classes that do it. */
enum Part {
  JSON("reading JSON, strictly", "org.oncohooks.json."),
  RETRIEVE(
      "retrieves: index by type and code, value sets",
      "org.oncohooks.cql.RecordRetrieve",
      "org.oncohooks.cql.ValueSet"),
  VIEW(
      "typed views of the JSON that CQL looks at",
      "org.oncohooks.cql.Fhir",
      "org.oncohooks.cql.JsonElements",
      "org.oncohooks.cql.PrimitiveElements",
      "org.oncohooks.cql.Temporals"),
  CQL(
      "interpreting CQL",
      "org.opencds.cqf.cql.engine.",
      "org.cqframework.",
      "org.hl7.elm.",
      "org.oncohooks.cql."),
  REQUEST(
      "checking the request, building the record",
      "org.oncohooks.hooks.HookCodec",
      "org.oncohooks.hooks.Members",
      "org.oncohooks.hooks.Prefetch",
      "org.oncohooks.hooks.RecordReader",
      "org.oncohooks.hooks.ResourceTypes",
      "org.oncohooks.hooks.FhirDates",
      "org.oncohooks.patient."),
  ANSWER(
      "deciding, rendering and writing cards", "org.oncohooks.decision.", "org.oncohooks.hooks."),
  LEDGER("the ledger", "org.oncohooks.ledger."),
  HTTP("HTTP and log", "org.eclipse.jetty.", "org.oncohooks.http.", "ch.qos.logback."),
  OTHER("else");

  private final String words;
  private final List<String> prefixes;

  Part(String words, String... prefixes) {
    this.words = words;
    this.prefixes = List.of(prefixes);
  }

  String words() {
    return words;
  }

  /** The first part that has the class. */
  static Optional<Part> of(String className) {
    return Arrays.stream(values())
        .filter(part -> part.prefixes.stream().anyMatch(className::startsWith))
        .findFirst();
  }
}
