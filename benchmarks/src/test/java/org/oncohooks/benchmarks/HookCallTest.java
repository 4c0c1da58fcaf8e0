package org.oncohooks.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HookCallTest {

  private static final String DISCOVERY =
      """
      {"services": [
        {"hook": "order-sign", "id": "other", "prefetch": {}},
        {"hook": "patient-view", "id": "a-service", "prefetch": {
          "patient": "Patient/{{context.patientId}}",
          "conditions": "Condition?patient={{context.patientId}}",
          "observations": "Observation?patient={{context.patientId}}&code=1,2",
          "appointments": "Appointment?patient={{context.patientId}}"}}
      ]}
      """;

  @Test
  void sendsWhatTheServiceAsksForAndNothingElse() throws IOException {
    PatientChart chart = PatientChart.read(Home.longChart());
    HookCall call = HookCall.of(chart, service());
    JsonNode body = JsonMapper.builder().build().readTree(call.body());
    JsonNode prefetch = body.path("prefetch");
    assertThat(call.path()).isEqualTo("/cds-services/a-service");
    assertThat(body.path("context").path("patientId").asText()).isEqualTo(chart.patientId());
    assertThat(prefetch.properties()).hasSize(4);
    assertThat(prefetch.path("patient").path("resourceType").asText()).isEqualTo("Patient");
    assertThat(prefetch.path("conditions").path("total").asInt())
        .isEqualTo(prefetch.path("conditions").path("entry").size())
        .isEqualTo(chart.ofType("Condition").size())
        .isPositive();
    assertThat(prefetch.path("appointments").path("type").asText()).isEqualTo("searchset");
    assertThat(prefetch.path("appointments").has("entry")).isFalse();
    assertThat(call.resources())
        .isEqualTo(1 + chart.ofType("Condition").size() + chart.ofType("Observation").size());
  }

  @Test
  void theLongChartIsOfTheSizeThatThePageSpeaksOf() throws IOException {
    PatientChart chart = PatientChart.read(Home.longChart());
    assertThat(chart.resources()).hasSizeBetween(60, 80);
    assertThat(chart.resources().stream().mapToInt(r -> r.toString().length()).sum())
        .isBetween(80_000, 120_000);
  }

  private static OfferedService service() throws IOException {
    List<OfferedService> services =
        OfferedService.ofDiscovery(DISCOVERY.getBytes(StandardCharsets.UTF_8));
    assertThat(services).hasSize(1);
    return services.get(0);
  }
}
