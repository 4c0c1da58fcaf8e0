package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * An order that a recommendation proposes: a child action of the PlanDefinition with its
 * ActivityDefinition.
 *
 * @param id the child action's id
 * @param label what the clinician reads on the button
 * @param description what accepting it does
 * @param condition name of a Boolean define of the recommendation's library; empty = always
 * @param recommended whether the EHR should preselect it
 * @param activity the ActivityDefinition, as FHIR R4 JSON
 */
public record Suggestion(
    String id,
    String label,
    String description,
    Optional<String> condition,
    boolean recommended,
    ObjectNode activity) {}
