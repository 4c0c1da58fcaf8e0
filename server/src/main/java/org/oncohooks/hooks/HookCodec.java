package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.ehr.AccessToken;
import org.oncohooks.json.StrictJson;
import org.oncohooks.patient.HookContext;

/** Reads a hook request. Unknown members are left alone, as the specification asks. */
final class HookCodec {

  static final String EVALUATION_TIME = "org.oncohooks.evaluationTime";
  static final String PARAMETERS = "org.oncohooks.parameters";
  static final String EXPLAIN = "org.oncohooks.explain";
  static final String DIALECT = "org.oncohooks.dialect";

  private static final String EPIC_FHIR_VERSION = "com.epic.cdshooks.request.fhir-version";

  private static final Pattern SECONDS = Pattern.compile("-?\\d{1,18}");

  private static final Pattern R4 = Pattern.compile("(?i)R4|4\\.0(\\.\\d+)?");

  /** CQL counts years from 1 to 9999; rules look back and ahead by some decades. */
  private static final int EARLIEST_YEAR = 1900;

  private static final int LATEST_YEAR = 9000;

  /** A token that lives for a day outlives the call; more would only overflow. */
  private static final long LONG_ENOUGH = 86_400;

  private final Mode mode;

  HookCodec(Mode mode) {
    this.mode = mode;
  }

  /**
   * @param bytes the body as it came
   * @param offered the hooks on which the service answers
   * @throws ProblemException {@code INCORRECT} with the place of the first thing that is wrong
   */
  HookRequest decode(byte[] bytes, List<String> offered) {
    Members body = new Members(StrictJson.object(bytes), "");
    String hook = body.requiredText("hook");
    requireOffered(hook, offered);
    Optional<ObjectNode> extension = body.object("extension");
    extension.ifPresent(HookCodec::requireR4);
    String hookInstance = body.requiredText("hookInstance");
    Optional<String> fhirServer = body.text("fhirServer");
    Optional<AccessToken> token = body.object("fhirAuthorization").map(HookCodec::token);
    if (token.isPresent() && fhirServer.isEmpty()) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "member-missing",
              "fhirServer is missing; send it with fhirAuthorization, or neither.",
              "fhirServer")
          .asException();
    }
    HookContext context = HookDefinition.of(hook).read(body.requiredObject("context"), fhirServer);
    Map<String, JsonNode> prefetch =
        body.object("prefetch").map(HookCodec::members).orElse(Map.of());
    return new HookRequest(
        context,
        hookInstance,
        prefetch,
        fhirServer,
        token,
        extension.flatMap(this::evaluationTime),
        extension.map(this::parameters).orElse(Map.of()),
        extension.map(this::explain).orElse(false),
        extension.flatMap(this::dialect));
  }

  private static AccessToken token(ObjectNode authorization) {
    Members members = new Members(authorization, "fhirAuthorization");
    String secret = members.requiredText("access_token");
    if (!AccessToken.isUsable(secret)) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "access-token-form",
              "The access token can't be sent in a header: it has characters that no token has, or"
                  + " is too long.",
              "fhirAuthorization.access_token")
          .asException();
    }
    if (!members.requiredText("token_type").equalsIgnoreCase("Bearer")) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "token-type",
              "fhirAuthorization.token_type has to be Bearer.",
              "fhirAuthorization.token_type")
          .asException();
    }
    return new AccessToken(
        secret,
        expiresIn(authorization).map(HookCodec::expiry),
        Optional.of(authorization.path("scope"))
            .filter(scope -> scope.isTextual() && !scope.textValue().isBlank())
            .map(JsonNode::textValue),
        members.id("patient", "Patient"));
  }

  /**
   * Of a form that is not the specification's it counts as not said, as a scope does: the FHIR
   * server knows both, and cards that need nothing of it go out.
   */
  private static Optional<Long> expiresIn(ObjectNode authorization) {
    JsonNode value = authorization.path("expires_in");
    return Optional.of(value.isNumber() || value.isTextual() ? value.asText().strip() : "")
        .filter(text -> SECONDS.matcher(text).matches())
        .map(Long::valueOf);
  }

  private static Deadline expiry(long seconds) {
    return Deadline.after(Duration.ofSeconds(Math.max(0, Math.min(seconds, LONG_ENOUGH))));
  }

  /** Epic says which FHIR version its data is in (CDS Hooks knows one version a call). */
  private static void requireR4(ObjectNode extension) {
    JsonNode version = extension.path(EPIC_FHIR_VERSION);
    if (version.isTextual() && !R4.matcher(version.textValue()).matches()) {
      throw Problem.of(
              ProblemCategory.DATA_MISSING,
              "fhir-version",
              "This service reads FHIR R4 only. Have the call made with R4 data.",
              "extension." + EPIC_FHIR_VERSION)
          .asException();
    }
  }

  private static void requireOffered(String hook, List<String> offered) {
    if (!offered.contains(hook)) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "hook-not-offered",
              "The service does not answer this hook, only: " + String.join(", ", offered) + ".",
              "hook")
          .asException();
    }
  }

  private Optional<ZonedDateTime> evaluationTime(ObjectNode extension) {
    if (!extension.has(EVALUATION_TIME)) {
      return Optional.empty();
    }
    requireDevelopment(EVALUATION_TIME);
    return new Members(extension, "extension").text(EVALUATION_TIME).map(HookCodec::instant);
  }

  private static ZonedDateTime instant(String text) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      if (time.getYear() >= EARLIEST_YEAR && time.getYear() <= LATEST_YEAR) {
        return time.toZonedDateTime();
      }
    } catch (DateTimeParseException e) {
      // answered below, as a year out of range is
    }
    throw Problem.of(
            ProblemCategory.INCORRECT,
            "evaluation-time-invalid",
            "The evaluation time has to be ISO 8601 with date, time and offset, such as"
                + " 2026-06-01T12:00:00-05:00, in the years "
                + EARLIEST_YEAR
                + " to "
                + LATEST_YEAR
                + ".",
            "extension." + EVALUATION_TIME)
        .asException();
  }

  private Map<String, JsonNode> parameters(ObjectNode extension) {
    if (!extension.has(PARAMETERS)) {
      return Map.of();
    }
    requireDevelopment(PARAMETERS);
    return new Members(extension, "extension")
        .object(PARAMETERS)
        .map(HookCodec::members)
        .orElse(Map.of());
  }

  private boolean explain(ObjectNode extension) {
    if (!extension.has(EXPLAIN)) {
      return false;
    }
    requireDevelopment(EXPLAIN);
    return new Members(extension, "extension").truth(EXPLAIN).orElse(false);
  }

  private Optional<Dialect> dialect(ObjectNode extension) {
    if (!extension.has(DIALECT)) {
      return Optional.empty();
    }
    requireDevelopment(DIALECT);
    return new Members(extension, "extension")
        .text(DIALECT)
        .map(
            code ->
                Dialect.of(code)
                    .orElseThrow(
                        () ->
                            Problem.of(
                                    ProblemCategory.INCORRECT,
                                    "dialect-unknown",
                                    "The dialect has to be standard, epic or oracle-health.",
                                    "extension." + DIALECT)
                                .asException()));
  }

  private void requireDevelopment(String name) {
    if (mode != Mode.DEVELOPMENT) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "development-only",
              name + " is taken in development mode only. Leave it out.",
              "extension." + name)
          .asException();
    }
  }

  private static Map<String, JsonNode> members(ObjectNode object) {
    Map<String, JsonNode> members = new LinkedHashMap<>();
    object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
    return members;
  }
}
