package org.oncohooks.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodeFormsTest {

  /**
   * Codes of which the publishers' pages show the check digits, and each with one digit changed.
   */
  @ParameterizedTest
  @CsvSource({
    "http://loinc.org, 24606-6, 24606-7",
    "http://loinc.org, 69548-6, 69458-6",
    "http://loinc.org, 2345-7, 2345-8",
    "http://loinc.org, LA33-6, LB33-6",
    "http://snomed.info/sct, 254837009, 254837008",
    "http://snomed.info/sct, 89164003, 89146003",
    "http://snomed.info/sct, 900000000000207008, 900000000000207007",
    "http://hl7.org/fhir/sid/icd-10-cm, C50.911, C5.0911",
    "http://hl7.org/fhir/sid/icd-10-cm, Z803, Z8",
    "http://hl7.org/fhir/sid/icd-10-cm, U07.1, 07.1",
    "http://hl7.org/fhir/sid/icd-10-pcs, 0HTT0ZZ, 0HTT0ZO",
    "http://www.nlm.nih.gov/research/umls/rxnorm, 10324, 10324A",
    "http://www.ama-assn.org/go/cpt, 77067, G0202",
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets, J0897, 77067",
    "http://www.whocc.no/atc, L02BA01, L2BA01",
    "http://www.genenames.org/geneId, HGNC:1100, BRCA1",
    "http://terminology.hl7.org/CodeSystem/v3-RoleCode, MTH, mother"
  })
  void tellsWhatCanBeACodeFromWhatCanNot(String system, String code, String wrong) {
    assertThat(CodeForms.expected(system, code)).isEmpty();
    assertThat(CodeForms.expected(system, wrong)).isPresent();
  }
}
