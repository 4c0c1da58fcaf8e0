package org.oncohooks.operations;

import java.util.List;
import java.util.Optional;

/**
 * An operation that this service has.
 *
 * @param type resource type that it is on; empty = on the server as a whole
 * @param name without the dollar sign
 * @param definition canonical of its OperationDefinition
 * @param documentation what of the definition is done here
 */
public record Operation(String type, String name, String definition, String documentation) {

  private static final String FHIR = "http://hl7.org/fhir/OperationDefinition/";
  private static final String CQL = "http://hl7.org/fhir/uv/cql/OperationDefinition/";

  static final Operation EXPAND =
      new Operation(
          "ValueSet",
          "expand",
          FHIR + "ValueSet-expand",
          "The expansion that the content ships, by filter, offset and count");

  static final Operation VALIDATE_CODE =
      new Operation(
          "ValueSet",
          "validate-code",
          FHIR + "ValueSet-validate-code",
          "Membership as the rules see it; displays are told, not judged");

  static final Operation DATA_REQUIREMENTS =
      new Operation(
          "Library",
          "data-requirements",
          FHIR + "Library-data-requirements",
          "What the library's CQL reads, through everything it refers to");

  static final Operation EVALUATE =
      new Operation(
          "Library",
          "evaluate",
          CQL + "cql-library-evaluate",
          "Libraries of the content; one that is sent only in development mode");

  static final Operation APPLY =
      new Operation(
          "PlanDefinition",
          "apply",
          FHIR + "PlanDefinition-apply",
          "A recommendation, or a service: what speaks first of its recommendations");

  static final Operation CQL_EXPRESSION =
      new Operation("", "cql", CQL + "cql-cql", "An expression, in development mode alone");

  /** Those of knowledge alone, which say nothing of a patient. */
  static final List<Operation> KNOWLEDGE = List.of(EXPAND, VALIDATE_CODE, DATA_REQUIREMENTS);

  static final List<Operation> PATIENTS = List.of(EVALUATE, APPLY);

  static Optional<Operation> find(List<Operation> among, String type, String name) {
    return among.stream().filter(o -> o.type().equals(type) && o.name().equals(name)).findFirst();
  }
}
