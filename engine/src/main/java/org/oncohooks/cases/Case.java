package org.oncohooks.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One patient with what is expected of one library or service: a case folder's {@code
 * expected.yaml}, or one variant of it.
 *
 * @param name {@code Library/case} or {@code Library/case/variant}
 * @param library the library whose defines are asked
 * @param evaluatedAt the evaluation instant
 * @param service service to ask for cards; empty = none
 * @param hook the hook invoked
 * @param context the hook's context but for the patient; resources as a Bundle or a list of them
 * @param parameters settings by name
 * @param resources the patient's resources
 * @param missing FHIR types that could not be had
 * @param defines expected values of defines, each a value or one of {@code {exists}, {count},
 *     {contains}}
 * @param cards expected clinical card topics with what is expected of each; empty = not asked
 * @param notEvaluated topics expected as not evaluated, among others; of the case's library all of
 *     them. Empty = all are evaluated
 * @param dataIncomplete whether a data-incomplete card is expected; empty = not asked
 * @param status HTTP status expected of the call: 200, or 412 where the data could not be had;
 *     empty = not asked
 * @param kind what the case is there to show, where what it expects does not say it; one of {@link
 *     #KINDS}
 */
public record Case(
    String name,
    String library,
    ZonedDateTime evaluatedAt,
    Optional<String> service,
    String hook,
    ObjectNode context,
    Map<String, JsonNode> parameters,
    List<ObjectNode> resources,
    List<String> missing,
    Map<String, JsonNode> defines,
    Optional<List<JsonNode>> cards,
    List<String> notEvaluated,
    Optional<Boolean> dataIncomplete,
    Optional<Integer> status,
    Optional<String> kind) {

  /** With cards or without, and refused since the data that the service needs could not be had. */
  public static final List<Integer> STATUSES = List.of(200, 412);

  /** That a case is at the edge of a rule, and that something is not recorded. */
  public static final List<String> KINDS = List.of("boundary", "missing-data");
}
