package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;

/**
 * A CDS Hooks request as this service understands it (CDS Hooks 2.0, calling a CDS service).
 *
 * @param hook name of the hook
 * @param hookInstance the caller's id of this call; any string, never logged
 * @param context where the hook fired
 * @param prefetch what was sent, by key; empty if nothing was
 * @param evaluationTime the evaluation instant that the request sets; development mode only
 * @param parameters CQL parameters that the request sets, by name; development mode only
 */
record HookRequest(
    String hook,
    String hookInstance,
    Context context,
    Map<String, JsonNode> prefetch,
    Optional<ZonedDateTime> evaluationTime,
    Map<String, JsonNode> parameters) {

  /**
   * The part of the context that this service uses.
   *
   * @param patientId logical id, without {@code Patient/}
   * @param encounterId logical id, without {@code Encounter/}
   */
  record Context(String patientId, Optional<String> encounterId) {}
}
