package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.ehr.AccessToken;
import org.oncohooks.patient.HookContext;

/**
 * A CDS Hooks request as this service understands it (CDS Hooks 2.0, calling a CDS service).
 *
 * @param context the hook and where it fired
 * @param hookInstance the caller's id of this call; any string, never logged
 * @param prefetch what was sent, by key; empty if nothing was
 * @param fhirServer base URL of the server that the patient's id belongs to, if the caller gives
 *     it; only compared, and called only if it is a base that the operator lists
 * @param token opens that server for this call, if the caller hands one over
 * @param evaluationTime the evaluation instant that the request sets; development mode only
 * @param parameters CQL parameters that the request sets, by name; development mode only
 * @param explain whether the answer has to say why it is what it is; development mode only
 * @param dialect how this answer is written, if the request says so; development mode only
 */
record HookRequest(
    HookContext context,
    String hookInstance,
    Map<String, JsonNode> prefetch,
    Optional<String> fhirServer,
    Optional<AccessToken> token,
    Optional<ZonedDateTime> evaluationTime,
    Map<String, JsonNode> parameters,
    boolean explain,
    Optional<Dialect> dialect) {}
