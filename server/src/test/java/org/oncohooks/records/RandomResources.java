package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Observations and searches for them, odd ones too, drawn from so few values that they meet. */
final class RandomResources {

  static final List<String> PATIENTS = List.of("ann", "bea", "cat");
  private static final List<String> SYSTEMS = List.of("urn:a", "urn:b", "");
  private static final List<String> CODES = List.of("C50.411", "c50.411", "C50.9", "M54.5", "a,b");
  private static final List<String> STATUSES = List.of("final", "amended", "Final");
  private static final List<String> DATES =
      List.of(
          "2025",
          "2025-12",
          "2025-12-31",
          "2026-01",
          "2026-01-01",
          "2026-01-01T00:00:00Z",
          "2026-01-01T00:00:00-05:00",
          "2026-01-01T00:00:00.125Z",
          "9999-12-31",
          "0001");
  private static final List<String> PREFIXES =
      List.of("", "eq", "ne", "lt", "le", "gt", "ge", "sa", "eb", "ap");

  private RandomResources() {}

  static ObjectNode observation(Random random, String id) {
    ObjectNode json =
        Json.of(
            "{'resourceType':'Observation','id':'%s','status':'%s'}", id, any(random, STATUSES));
    json.putObject("subject").put("reference", "Patient/" + any(random, PATIENTS));
    if (random.nextInt(6) > 0) {
      coded(random, json.putObject("code"));
    }
    ArrayNode categories = json.putArray("category");
    for (int i = random.nextInt(3); i > 0; i--) {
      coded(random, categories.addObject());
    }
    switch (random.nextInt(6)) {
      case 0 -> {}
      case 1 -> json.putObject("effectivePeriod").put("start", any(random, DATES));
      case 2 -> json.putObject("effectivePeriod").put("end", any(random, DATES));
      case 3 ->
          json.putObject("effectiveTiming")
              .putArray("event")
              .add(any(random, DATES))
              .add(any(random, DATES));
      default -> json.put("effectiveDateTime", any(random, DATES));
    }
    return json;
  }

  private static void coded(Random random, ObjectNode concept) {
    ArrayNode codings = concept.putArray("coding");
    for (int i = random.nextInt(3); i > 0; i--) {
      ObjectNode coding = codings.addObject().put("code", any(random, CODES));
      String system = any(random, SYSTEMS);
      if (!system.isEmpty()) {
        coding.put("system", system);
      }
    }
  }

  static Map<String, List<String>> search(Random random) {
    Map<String, List<String>> search = new LinkedHashMap<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      switch (random.nextInt(7)) {
        case 0 -> search.put("patient", List.of(any(random, PATIENTS) + ",cat"));
        case 1 -> search.put("code", List.of(token(random)));
        case 2 -> search.put("category:not", List.of(token(random)));
        case 3 -> search.put("code:in", List.of("urn:breast"));
        case 4 -> search.put("status", List.of(any(random, STATUSES) + "," + token(random)));
        case 5 -> search.put("date", List.of(date(random), date(random) + "," + date(random)));
        default -> search.put("_lastUpdated", List.of("gt2026-06-0" + (2 + random.nextInt(4))));
      }
    }
    String sort = any(random, List.of("", "_id", "-_id", "date", "-date", "_lastUpdated"));
    if (!sort.isEmpty()) {
      search.put("_sort", List.of(sort));
    }
    search.put("_count", List.of(Integer.toString(random.nextInt(8))));
    return search;
  }

  private static String token(Random random) {
    String code = any(random, CODES).replace(",", "\\,");
    return switch (random.nextInt(4)) {
      case 0 -> any(random, SYSTEMS) + "|" + code;
      case 1 -> "urn:a|";
      default -> code;
    };
  }

  private static String date(Random random) {
    return any(random, PREFIXES) + any(random, DATES);
  }

  private static String any(Random random, List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
