package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import org.hl7.fhir.r4.model.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceTypesTest {

  @ParameterizedTest
  @EnumSource(ResourceType.class)
  void knowsEveryTypeOfR4(ResourceType type) {
    assertThat(ResourceTypes.isR4(type.name())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "patient", "BodySite", "DomainResource", "Patient ", "NutritionIntake"})
  void knowsNothingElse(String type) {
    assertThat(ResourceTypes.isR4(type)).isFalse();
  }

  @Test
  void knowsNoTypeByPartOfItsName() {
    assertThat(ResourceTypes.isR4("Medicinal")).isFalse();
  }
}
