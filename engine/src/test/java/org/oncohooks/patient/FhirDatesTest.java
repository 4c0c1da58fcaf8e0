package org.oncohooks.patient;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FhirDatesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"2026", "2026-06", "2026-06-01", "2024-02-29", "0001-01-01", "9999-12-31"})
  void takesDatesOfAnyPrecision(String text) {
    assertThat(FhirDates.isDate(text)).isTrue();
    assertThat(FhirDates.isDateTime(text)).isTrue();
    assertThat(FhirDates.isInstant(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-06-01T00:00:00Z",
        "2026-06-01T23:59:60Z",
        "2026-06-01T12:00:00-05:00",
        "2026-06-01T12:00:00+14:00",
        "2026-06-01T12:00:00.1Z",
        "2026-06-01T12:00:00.123456789+01:00"
      })
  void takesTimesWithOffset(String text) {
    assertThat(FhirDates.isDateTime(text)).isTrue();
    assertThat(FhirDates.isInstant(text)).isTrue();
    assertThat(FhirDates.isDate(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "26",
        "0000",
        "20260601",
        "2026-6-1",
        "2026-13",
        "2026-00-10",
        "2026-02-30",
        "2025-02-29",
        "2026-06-31",
        "2026-06-01 ",
        "2026/06/01",
        "06/01/2026",
        "2026-06-01T",
        "2026-06-01T12:00Z",
        "2026-06-01T12:00:00",
        "2026-06-01T24:00:00Z",
        "2026-06-01T12:60:00Z",
        "2026-06-01T12:00:61Z",
        "2026-06-01T12:00:00.Z",
        "2026-06-01T12:00:00.",
        "2026-06-01T12:00:00z",
        "2026-06-01T12:00:00+1:00",
        "2026-06-01T12:00:00+15:00",
        "2026-06-01T12:00:00+01:60",
        "2026-06-01t12:00:00Z",
        "٢٠٢٦-06-01",
        "not a date"
      })
  void refusesEverythingElse(String text) {
    assertThat(FhirDates.isDate(text)).isFalse();
    assertThat(FhirDates.isDateTime(text)).isFalse();
    assertThat(FhirDates.isInstant(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-05-04T10:11:12", "2026-05-04T10:11:12.5"})
  void knowsALocalDateTime(String text) {
    assertThat(FhirDates.isLocalDateTime(text)).isTrue();
    assertThat(FhirDates.isDateTime(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-05-04T10:11:12Z",
        "2026-05-04",
        "2026-05-04T25:11:12",
        "2026-05-04T10:11:12."
      })
  void knowsWhatIsNoLocalDateTime(String text) {
    assertThat(FhirDates.isLocalDateTime(text)).isFalse();
  }
}
