package org.oncohooks.decision;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.oncohooks.Deadline;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/**
 * What is to be decided, about whom, and when.
 *
 * @param caller on whose behalf: the tenant; what one caller's charts do to a rule is held against
 *     that caller alone
 * @param context the hook invoked, of which the service's recommendations are evaluated, and where
 * @param evaluatedAt the evaluation instant
 * @param settings values for the CQL's parameters, by name
 * @param answers clinicians' answers to earlier cards of this patient's; the same card, on the same
 *     evidence, is not repeated within the recommendation's interval, unless it is critical
 * @param deadline by which the evaluation has to be over
 */
public record Question(
    Knowledge knowledge,
    Service service,
    String caller,
    HookContext context,
    PatientRecord patient,
    ZonedDateTime evaluatedAt,
    Map<String, JsonNode> settings,
    List<Answer> answers,
    Deadline deadline) {}
