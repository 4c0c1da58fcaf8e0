package org.oncohooks.cql;

/** The CQL System types that FHIR primitives hold (FHIR 4.0.1 model info). */
enum SystemType {
  BOOLEAN,
  INTEGER,
  DECIMAL,
  STRING,
  DATE,
  DATE_TIME,
  TIME;

  /**
   * @param name the simple name in the model info, such as {@code DateTime}
   */
  static SystemType named(String name) {
    return switch (name) {
      case "Boolean" -> BOOLEAN;
      case "Integer" -> INTEGER;
      case "Decimal" -> DECIMAL;
      case "String" -> STRING;
      case "Date" -> DATE;
      case "DateTime" -> DATE_TIME;
      case "Time" -> TIME;
      default -> throw new IllegalArgumentException("no FHIR primitive holds System." + name);
    };
  }
}
