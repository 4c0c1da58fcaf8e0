package org.oncohooks.cql;

/**
 * A member of a resource's JSON that FHIR R4 does not define.
 *
 * @param place such as {@code code.coding[0].cod}
 * @param name of the member, {@code cod}
 * @param type the FHIR type that has no such element, {@code Coding}
 * @param hint the name that may be meant, as a text in parentheses with a blank before; else empty
 */
public record UnknownMember(String place, String name, String type, String hint) {}
