package org.oncohooks.fhirapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.ProblemException;
import org.oncohooks.json.StrictJson;

final class StructureCheckTest {

  private final StructureCheck check = new StructureCheck(FhirContext.forR4Cached());

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "'birthDate':'1960'",
        "'birthDate':'1960-02'",
        "'birthDate':'1960-02-29'",
        "'_birthDate':{'extension':[{'url':'http://example.org/x','valueCode':'unknown'}]}",
        "'deceasedDateTime':'2020-01-01T10:00:00.5+02:00'",
        "'multipleBirthInteger':2",
        "'gender':'female'",
        "'name':[{'given':['Ann',null],'_given':[null,{'id':'g'}],'family':'X'}]",
        "'extension':[{'url':'http://example.org/a','extension':[{'url':'b','valueDecimal':1.50}]}]",
        "'text':{'status':'generated','div':'<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">x</div>'}",
        "'contained':[{'resourceType':'Organization','id':'o','name':'x'}],"
            + "'managingOrganization':{'reference':'#o'}",
        "'meta':{'profile':['http://example.org/p'],'lastUpdated':'2026-01-01T00:00:00Z'}",
      })
  void fhirIsLetThrough(String members) {
    assertThatCode(() -> check.check(patient(members), "p")).doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "'birthDate':'1960-13-01'; p.birthDate",
        "'birthDate':'1961-02-29'; p.birthDate",
        "'birthDate':'1960-1-1'; p.birthDate",
        "'birthDate':' 1960-01-01'; p.birthDate",
        "'birthDate':'1960-01-01T10:00:00Z'; p.birthDate",
        "'birthDate':1960; p.birthDate",
        "'deceasedDateTime':'2020-01-01T10:00'; p.deceasedDateTime",
        "'deceasedDateTime':'2020-01-01T10:00:00'; p.deceasedDateTime",
        "'deceasedBoolean':'true'; p.deceasedBoolean",
        "'deceasedBoolean':true,'deceasedDateTime':'2020'; p.deceased",
        "'multipleBirthInteger':'2'; p.multipleBirthInteger",
        "'multipleBirthInteger':2.5; p.multipleBirthInteger",
        "'gender':'F'; p.gender",
        "'language':'a  b'; p.language",
        "'name':{'family':'x'}; p.name",
        "'name':['x']; p.name[0]",
        "'name':[{'given':'x'}]; p.name[0].given",
        "'name':[{'given':['x',null]}]; p.name[0].given[1]",
        "'name':[{'family':['x']}]; p.name[0].family",
        "'name':[{'middle':'x'}]; p.name[0].middle",
        "'_name':{'id':'x'}; p._name",
        "'_birthDate':{'value':'x'}; p._birthDate",
        "'_colour':{'id':'x'}; p._colour",
        "'colour':'x'; p.colour",
        "'extension':['x']; p.extension[0]",
        "'extension':{'url':'x'}; p.extension",
        "'extension':[{'valueCode':'x'}]; p.extension[0].url",
        "'link':[{'type':'refer'}]; p.link[0].other",
        "'contained':[{'resourceType':'Colour'}]; p.contained[0]",
        "'contained':[{'resourceType':'Observation','id':'o','code':{'text':'x'}}]; p.contained[0].status",
        "'text':{'status':'generated','div':'x'}; p.text.div",
        "'photo':[{'data':'!!!'}]; p.data",
        "'managingOrganization':{'reference':'#absent'}; p.reference",
        "'generalPractitioner':[{}]; p.generalPractitioner[0]",
        "'name':[]; p.name",
        "'gender':null; p.gender",
      })
  void whatIsNotFhirIsRefusedWithItsPlace(String members, String place) {
    try {
      check.check(patient(members), "p");
    } catch (ProblemException e) {
      assertThat(e.problem().places()).containsExactly(place);
      return;
    }
    throw new AssertionError("let through: " + members);
  }

  @Test
  void unknownNamesThatCanBeNoElementsAreNotRepeated() {
    try {
      check.check(patient("'Anna Jones':'x'"), "p");
    } catch (ProblemException e) {
      assertThat(e.problem().places()).containsExactly("p.?");
      return;
    }
    throw new AssertionError("let through");
  }

  private static ObjectNode patient(String members) {
    String json = "{'resourceType':'Patient','id':'ann'," + members + "}";
    return StrictJson.object(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
