package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.ProblemException;
import org.oncohooks.json.StrictJson;
import org.oncohooks.patient.PatientRecord;

/**
 * Whatever bytes come as a hook call or as feedback, they are read or refused with a {@code
 * Problem}; what is read as an object is the same object when it is written and read again.
 */
public final class HookCodecFuzz {

  private static final List<String> HOOKS =
      List.of(
          "patient-view",
          "order-select",
          "order-sign",
          "encounter-start",
          "encounter-discharge",
          "appointment-book",
          "order-dispatch",
          "problem-list-item-create",
          "allergyintolerance-create",
          "medication-refill",
          "medication-verify",
          "org.example.own");

  private static final Set<String> TYPES =
      Set.of("Patient", "Condition", "Observation", "ServiceRequest", "FamilyMemberHistory");

  private static final HookCodec DEVELOPMENT = new HookCodec(Mode.DEVELOPMENT);
  private static final HookCodec PRODUCTION = new HookCodec(Mode.PRODUCTION);

  private HookCodecFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    refusedOr(() -> requireSame(input));
    refusedOr(() -> use(DEVELOPMENT.decode(input, HOOKS)));
    refusedOr(() -> PRODUCTION.decode(input, HOOKS));
    refusedOr(() -> FeedbackCodec.decode(input, "open", "service"));
  }

  private static void requireSame(byte[] input) {
    ObjectNode read = StrictJson.object(input);
    byte[] written = read.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    if (!read.equals(HookCodecFuzz::compare, StrictJson.object(written))) {
      throw new IllegalStateException("read differently the second time");
    }
  }

  /** Alike if they are equal; 1e-0 is written as 1, which is a whole number. */
  private static int compare(JsonNode one, JsonNode other) {
    boolean numbers = one.isNumber() && other.isNumber();
    return numbers ? one.decimalValue().compareTo(other.decimalValue()) : one.equals(other) ? 0 : 1;
  }

  /** Every prefetch value as if it were under a key that brings these types. */
  private static void use(HookRequest request) {
    PatientRecord.Builder record =
        PatientRecord.builder(request.context().patientId(), request.fhirServer());
    for (JsonNode value : request.prefetch().values()) {
      if (!value.isNull()) {
        refusedOr(
            () ->
                PrefetchValue.read(value, TYPES, "prefetch.key")
                    .resources()
                    .forEach(placed -> record.add(placed.resource(), placed.place())));
      }
    }
    refusedOr(record::build);
    FhirQuestion.of("Condition?patient={{context.patientId}}", request.context());
    Optional.of(request.context().encounterId());
  }

  private static void refusedOr(Runnable reads) {
    try {
      reads.run();
    } catch (ProblemException e) {
      if (e.problem().text().isBlank()) {
        throw new IllegalStateException("refused without a word", e);
      }
    }
  }
}
