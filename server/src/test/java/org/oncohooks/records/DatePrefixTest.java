package org.oncohooks.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FHIR R4, Search, section 3.1.1.4.5: a date is the whole stretch that its precision covers. */
final class DatePrefixTest {

  private static final SearchReader READER =
      new SearchReader(
          InstantSource.fixed(Instant.parse("2026-06-01T12:00:00Z")),
          ZoneId.of("America/Chicago"),
          CodeSets.NONE);

  @ParameterizedTest(name = "{0} on {1}: {2}")
  @CsvSource({
    // equal: the search's stretch holds the recorded one wholly
    "2026-03-10,   2026-03-10,                true",
    "eq2026-03-10, 2026-03-10T08:30:00-06:00, true",
    "eq2026-03-10, 2026-03,                   false",
    "eq2026-03,    2026-03-10,                true",
    "eq2026,       2026-03,                   true",
    "eq2026-03-10T08:30, 2026-03-10T08:30:59-05:00, true",
    "eq2026-03-10T08:30:00-05:00, 2026-03-10T08:30:00.500-05:00, true",
    "ne2026-03,    2026,                      true",
    "ne2026-03,    2026-03-10,                false",
    // a day is a day where the service is
    "eq2026-03-10, 2026-03-11T03:00:00Z,      true",
    "eq2026-03-10, 2026-03-10T03:00:00Z,      false",
    "eq2026-03-10T00:00:00Z, 2026-03-09T18:00:00-06:00, true",
    // below and above: a part of the recorded stretch is enough
    "lt2026-03-10, 2026-03-09,                true",
    "lt2026-03-10, 2026-03-10,                false",
    "lt2026-03-10, 2026-03,                   true",
    "gt2026-03-10, 2026-03,                   true",
    "gt2026-03-10, 2026-03-10T23:00:00-05:00, false",
    "gt2026-03-10, 2026-03-11,                true",
    "le2026-03-10, 2026-03-10,                true",
    "le2026-03-10, 2026-03-11,                false",
    "ge2026-03-10, 2026-03-10,                true",
    "ge2026-03-10, 2026-03-09,                false",
    "ge2026-03-10, 2026,                      true",
    // wholly after, wholly before
    "sa2026-03-10, 2026-03,                   false",
    "sa2026-03-10, 2026-03-11,                true",
    "sa2026,       2026-12-31,                false",
    "eb2026-03-10, 2026-03-09,                true",
    "eb2026-03-10, 2026-03,                   false",
    // a tenth of the way from now
    "ap2025-06-01, 2025-05-01,                true",
    "ap2025-06-01, 2025-01-01,                false",
    // nothing usable is never a match
    "ne2026,       not a date,                false",
    "ge1900,       2026-13-45,                false",
  })
  void comparesByStretch(String searched, String recorded, boolean matches) {
    assertThat(
            query(searched)
                .matches(
                    Json.of("{'resourceType':'Procedure','performedDateTime':'%s'}", recorded)))
        .isEqualTo(matches);
  }

  @ParameterizedTest(name = "{0} on {1} to {2}: {3}")
  @CsvSource({
    "2026-03,      2026-03-10, 2026-03-12, true",
    "2026-03,      2026-03-10, 2026-04-02, false",
    "2026-03,      2026-03-10, '',         false",
    "ge2027,       2026-03-10, '',         true",
    "lt1950,       '',         2026-03-10, true",
    "le2026-03-10, 2026-03-09, 2026-09-01, true",
    // neither before that day nor within it
    "le2026-03-10, 2026-03-10, 2026-09-01, false",
    "sa2026-03-09, 2026-03-10, '',         true",
    "eb2026-03-10, '',         2026-03-09, true",
    "eb2026-03-10, '',         2026-03-10, false",
    "ge1900,       '',         '',         false",
  })
  void comparesPeriodsWhoseMissingEndsAreOpen(
      String searched, String start, String end, boolean matches) {
    ObjectNode procedure = Json.of("{'resourceType':'Procedure','performedPeriod':{}}");
    ObjectNode period = (ObjectNode) procedure.path("performedPeriod");
    if (!start.isEmpty()) {
      period.put("start", start);
    }
    if (!end.isEmpty()) {
      period.put("end", end);
    }

    assertThat(query(searched).matches(procedure)).isEqualTo(matches);
  }

  private static SearchQuery query(String date) {
    return READER.read(StoredTypes.named("Procedure").orElseThrow(), Map.of("date", List.of(date)));
  }
}
