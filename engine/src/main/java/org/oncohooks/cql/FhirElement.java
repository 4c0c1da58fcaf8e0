package org.oncohooks.cql;

import java.util.List;

/**
 * One element of a FHIR type, as the model info declares it.
 *
 * @param name the CQL name ({@code value} for {@code value[x]})
 * @param index its slot among the type's elements, inherited ones included
 * @param list whether it repeats
 * @param choices where it stands in the JSON and of which type it is there; one unless it is a
 *     choice element
 */
record FhirElement(String name, int index, boolean list, List<Choice> choices) {

  /**
   * @param member JSON member name ({@code valueQuantity})
   * @param siblingMember member that holds id and extensions of a primitive ({@code _valueString})
   * @param type name of the FHIR type, or empty for a System type held directly
   * @param system the System type held directly (Element.id); null for a FHIR type
   */
  record Choice(String member, String siblingMember, String type, SystemType system) {}
}
