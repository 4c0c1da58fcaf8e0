package org.oncohooks.knowledge;

/** A FHIR Coding with all three parts, as cards need it (topics, override reasons). */
public record CodedTerm(String system, String code, String display) {}
