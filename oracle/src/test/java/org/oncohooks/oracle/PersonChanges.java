package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Changes to the patient and to relatives as persons: birth, sex, death, relation, onset age. */
final class PersonChanges {

  private static final List<String> RELATIONS =
      List.of(
          "MTH",
          "NMTH",
          "FTH",
          "SIS",
          "NSIS",
          "HSIS",
          "STPSIS",
          "BRO",
          "DAU",
          "DAUADOPT",
          "SON",
          "MAUNT",
          "PAUNT",
          "AUNT",
          "MGRMTH",
          "PGRMTH",
          "GRMTH",
          "COUSN",
          "FAMMEMB",
          "MTHINLAW",
          "ADOPTM",
          "NIECE",
          "GRNDDAU");

  private static final String BIRTH_SEX =
      "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex";

  private final EdgeDates edges;

  PersonChanges(EdgeDates edges) {
    this.edges = edges;
  }

  boolean birthday(Chart chart) {
    chart.patient().put("birthDate", edges.birthday(chart.random()).toString());
    return true;
  }

  boolean partialBirthDate(Chart chart) {
    String day = edges.birthday(chart.random()).toString();
    switch (chart.random().nextInt(3)) {
      case 0 -> chart.patient().put("birthDate", day.substring(0, 4));
      case 1 -> chart.patient().put("birthDate", day.substring(0, 7));
      default -> chart.patient().remove(List.of("birthDate", "_birthDate"));
    }
    return true;
  }

  boolean sex(Chart chart) {
    ObjectNode patient = chart.patient();
    if (chart.random().nextBoolean()) {
      patient.put("gender", chart.any(List.of("female", "male", "other", "unknown")).orElseThrow());
      return true;
    }
    for (JsonNode extension : patient.path("extension")) {
      if (extension.path("url").asText().equals(BIRTH_SEX)) {
        ((ObjectNode) extension)
            .put("valueCode", chart.any(List.of("F", "M", "UNK", "OTH")).orElseThrow());
        return true;
      }
    }
    return patient.remove("gender") != null;
  }

  boolean deceased(Chart chart) {
    Chart.clear(chart.patient(), "deceased");
    switch (chart.random().nextInt(3)) {
      case 0 -> chart.patient().put("deceasedBoolean", true);
      case 1 -> chart.patient().put("deceasedBoolean", false);
      default -> chart.patient().put("deceasedDateTime", edges.edge(chart.random()).toString());
    }
    return true;
  }

  boolean relation(Chart chart) {
    Optional<ObjectNode> history = chart.any(chart.resources("FamilyMemberHistory"));
    history.ifPresent(
        h ->
            h.putObject("relationship")
                .putArray("coding")
                .addObject()
                .put("system", "http://terminology.hl7.org/CodeSystem/v3-RoleCode")
                .put("code", chart.any(RELATIONS).orElseThrow()));
    return history.isPresent();
  }

  boolean relativeOnset(Chart chart) {
    Optional<ObjectNode> condition =
        chart.any(
            chart.resources("FamilyMemberHistory").stream()
                .flatMap(h -> Chart.objects(h.path("condition")).stream())
                .filter(o -> o.has("code") && o.path("code").isObject())
                .toList());
    condition.ifPresent(c -> onset(c, chart));
    return condition.isPresent();
  }

  private static void onset(ObjectNode condition, Chart chart) {
    Chart.clear(condition, "onset");
    int years = chart.any(List.of(39, 40, 44, 45, 46, 49, 50, 51, 59, 60, 61)).orElseThrow();
    switch (chart.random().nextInt(8)) {
      case 0, 1 -> age(condition.putObject("onsetAge"), years);
      case 2 ->
          age(condition.putObject("onsetAge"), years * 12).put("unit", "mo").put("code", "mo");
      case 3 -> {
        ObjectNode range = condition.putObject("onsetRange");
        age(range.putObject("low"), years);
        age(range.putObject("high"), years + 9);
      }
      case 4 -> age(condition.putObject("onsetRange").putObject("high"), years);
      case 5 -> condition.putObject("onsetPeriod").put("start", "2001").put("end", "2003");
      case 6 -> condition.put("onsetString", String.valueOf(years));
      default -> condition.put("onsetString", "in her forties");
    }
  }

  /** Fills a Quantity with an age in years. */
  static ObjectNode age(ObjectNode quantity, int years) {
    return quantity
        .put("value", years)
        .put("unit", "a")
        .put("system", "http://unitsofmeasure.org")
        .put("code", "a");
  }
}
