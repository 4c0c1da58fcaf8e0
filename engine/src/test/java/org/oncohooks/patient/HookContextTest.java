package org.oncohooks.patient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oncohooks.Problem;
import org.oncohooks.ProblemException;
import org.oncohooks.json.StrictJson;

class HookContextTest {

  private static final String ORDER =
      "{'resourceType':'ServiceRequest','id':'a','subject':{'reference':'Patient/p'}}";

  private static HookContext read(String context) {
    return HookContext.read("a-hook", "p", Optional.empty(), json(context));
  }

  private static ObjectNode json(String text) {
    return StrictJson.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void findsResourcesInABundleAListAndAlone() {
    HookContext context =
        read(
            "{'bundle':{'resourceType':'Bundle','entry':[{'resource':%1$s}]},'list':[%1$s],'one':%1$s}"
                .formatted(ORDER));
    assertThat(context.items())
        .extracting(HookContext.Item::place)
        .containsExactly("context.bundle.entry[0].resource", "context.list[0]", "context.one");
    assertThat(context.values()).isEmpty();
  }

  @Test
  void keepsTheOtherMembersAsTheyCome() {
    HookContext context = read("{'encounterId':'e','selections':['A/b'],'gone':null}");
    assertThat(context.encounterId()).contains("e");
    assertThat(context.values()).containsOnlyKeys("encounterId", "selections");
  }

  @Test
  void takesABundleWithoutEntriesForNoResources() {
    assertThat(read("{'draftOrders':{'resourceType':'Bundle'}}").resources().get("draftOrders"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'b':{'resourceType':'Bundle','entry':7}}|context.b.entry|member-type",
        "{'b':{'resourceType':'Bundle','entry':[{}]}}|context.b.entry[0].resource|resource-missing",
        "{'l':[{'resourceType':'Basic'},7]}|context.l[1]|resource-missing",
        "{'one':{'resourceType':'ServiceRequest','subject':{'reference':'Patient/q'}}}"
            + "|context.one|other-patient",
        "{'one':{'resourceType':'Appointment','participant':[{'actor':{'reference':'Patient/q'}}]}}"
            + "|context.one|other-patient"
      })
  void refusesWhatIsNoResourceOfThisPatient(String context, String place, String code) {
    Problem problem = catchThrowableOfType(ProblemException.class, () -> read(context)).problem();
    assertThat(problem.places()).containsExactly(place);
    assertThat(problem.code()).isEqualTo(code);
  }

  @Test
  void takesAnAppointmentOfThisPatientWithAPractitioner() {
    HookContext context =
        read(
            "{'appointments':[{'resourceType':'Appointment','participant':["
                + "{'actor':{'reference':'Practitioner/q'}},{'actor':{'reference':'Patient/p'}}]}]}");
    assertThat(context.items()).hasSize(1);
  }
}
