package org.oncohooks.authoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseRunner;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.decision.Decision;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;

class DeidentificationTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DAYS = -123;
  private static Knowledge knowledge;
  private static CqlProgram fhir;
  private static KnownWords words;

  @BeforeAll
  static void load() {
    knowledge =
        KnowledgeLoader.load(Path.of(System.getProperty("oncohooks.home")))
            .knowledge()
            .orElseThrow();
    fhir = knowledge.program();
    words = new KnownWords(knowledge);
  }

  /** Shapes in which people and records are named. */
  private static final List<String> CANARIES =
      List.of(
          "Quillfeather",
          "quillfeather",
          "QUILLFEATHER",
          "Zenobia Quillfeather",
          "MRN-77121",
          "77121",
          "4711",
          "555-0199",
          "078-05-1120",
          "q.feather@example.org",
          "https://ehr.example/mrn/77121",
          "urn:oid:1.2.3.77121",
          "urn:uuid:0f6dd9a5-77b1-4ec0-8a0b-1f6dd9a577b1",
          "Patient/mrn-77121",
          "#mrn-77121",
          "http://terminology.hl7.org/CodeSystem/77121",
          "http://hl7.org/fhir/StructureDefinition/patient-77121",
          "1971-03-17",
          "1971-03-17T08:15:00+01:00",
          "1971-03-17 Zenobia");

  /** What no part of a canary may be left of. */
  private static final List<String> SECRETS =
      List.of(
          "uillfeather",
          "UILLFEATHER",
          "77121",
          "4711",
          "555-0199",
          "078-05",
          "q.feather",
          "ehr.example",
          "0f6dd9a5",
          "1971-03-17");

  /** Fills every member that FHIR R4 gives a type. */
  private static final class Generator {
    private final Random random;
    private final Set<String> filled = new TreeSet<>();

    Generator(long seed) {
      random = new Random(seed);
    }

    private String canary() {
      return CANARIES.get(random.nextInt(CANARIES.size()));
    }

    ObjectNode resource(String type, int depth) {
      ObjectNode resource = object(type, depth);
      resource.put("resourceType", type);
      resource.put("id", "mrn-77121");
      return resource;
    }

    private ObjectNode object(String type, int depth) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      fhir.members(type)
          .forEach(
              (member, below) -> {
                // of a nested element some members are enough, over many seeds all come
                if (depth < 3 && random.nextInt(100) > 35) {
                  return;
                }
                JsonNode value = value(below, depth);
                if (value != null) {
                  filled.add(below);
                  object.set(member, random.nextBoolean() ? value : list(value));
                }
              });
      return object;
    }

    private static ArrayNode list(JsonNode value) {
      return JsonNodeFactory.instance.arrayNode().add(value);
    }

    private JsonNode value(String type, int depth) {
      if (type.isEmpty() || fhir.members(type).isEmpty()) {
        return JsonNodeFactory.instance.textNode(canary());
      }
      boolean primitive =
          fhir.members(type).keySet().stream().allMatch(m -> m.matches("_?(id|extension|value)"));
      if (primitive && !type.equals("Element")) {
        return JsonNodeFactory.instance.textNode(canary());
      }
      if (depth == 0) {
        return null;
      }
      if (type.equals("Resource")) {
        return resource(random.nextBoolean() ? "Patient" : "Observation", depth - 1);
      }
      if (type.equals("Coding") && random.nextBoolean()) {
        ObjectNode coding = object(type, depth - 1);
        return coding.put(
            "system",
            List.of(
                    "http://snomed.info/sct",
                    "http://loinc.org",
                    "http://hl7.org/fhir/sid/icd-10-cm",
                    "http://terminology.hl7.org/CodeSystem/condition-clinical",
                    "http://unitsofmeasure.org")
                .get(random.nextInt(5)));
      }
      return object(type, depth - 1);
    }
  }

  /** FHIR R4, resource index; those that the model of CQL has. */
  private static List<String> resourceTypes() {
    String all =
        """
          Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment
          AppointmentResponse AuditEvent Basic Binary BiologicallyDerivedProduct BodyStructure
          Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
          ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication
          CommunicationRequest CompartmentDefinition Composition ConceptMap Condition Consent
          Contract Coverage CoverageEligibilityRequest CoverageEligibilityResponse
          DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
          DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis
          Encounter Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare
          EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
          FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse
          HealthcareService ImagingStudy Immunization ImmunizationEvaluation
          ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage
          List Location Measure MeasureReport Media Medication MedicationAdministration
          MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement
          MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication
          MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction
          MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
          MedicinalProductUndesirableEffect MessageDefinition MessageHeader MolecularSequence
          NamingSystem NutritionOrder Observation ObservationDefinition OperationDefinition
          OperationOutcome Organization OrganizationAffiliation Parameters Patient
          PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner
          PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse
          RelatedPerson RequestGroup ResearchDefinition ResearchElementDefinition
          ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule
          SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition
          StructureMap Subscription Substance SubstanceNucleicAcid SubstancePolymer
          SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial
          SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities
          TestReport TestScript ValueSet VerificationResult VisionPrescription
          """;
    List<String> types = Stream.of(all.strip().split("\\s+")).filter(fhir::isResourceType).toList();
    assertThat(types).hasSizeGreaterThan(120);
    return types;
  }

  @Test
  void leavesNoCanaryWhateverElementHeldIt() {
    Set<String> filled = new TreeSet<>();
    for (String type : resourceTypes()) {
      for (int seed = 0; seed < 12; seed++) {
        Generator generator = new Generator(seed * 1000L + type.hashCode());
        ObjectNode made = generator.resource(type, 3);
        filled.addAll(generator.filled);
        ObjectNode nobody = new Deidentification(knowledge, words, DAYS).resource(made);
        String text = nobody.toString();
        assertThat(SECRETS)
            .as("%s with seed %d: %s", type, seed, text)
            .allSatisfy(secret -> assertThat(text).doesNotContain(secret));
        assertThat(fhir.unknownMembers(nobody)).as(type).isEmpty();
      }
    }
    // the generator reached what holds strings
    assertThat(filled)
        .contains(
            "string",
            "markdown",
            "uri",
            "url",
            "canonical",
            "oid",
            "uuid",
            "id",
            "code",
            "xhtml",
            "base64Binary",
            "date",
            "dateTime",
            "instant",
            "time",
            "Coding",
            "Quantity",
            "Reference",
            "Extension",
            "Identifier",
            "HumanName",
            "Attachment",
            "Annotation",
            "Timing",
            "Dosage",
            "Narrative",
            "Resource",
            "ObservationStatus");
  }

  private static ObjectNode nobody(String json) throws IOException {
    return new Deidentification(knowledge, words, DAYS)
        .resource((ObjectNode) JSON.readTree(json.replace('\'', '"')));
  }

  @Test
  void keepsWhatRulesRead() throws IOException {
    ObjectNode patient =
        nobody(
            """
            {'resourceType':'Patient','id':'4711','gender':'female','birthDate':'1971-03-17',
             'extension':[{'url':'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex','valueCode':'F'}],
             'deceasedBoolean':false}""");
    assertThat(patient.path("gender").asText()).isEqualTo("female");
    assertThat(patient.at("/extension/0/valueCode").asText()).isEqualTo("F");
    assertThat(patient.path("birthDate").asText())
        .isEqualTo(LocalDate.of(1971, 3, 17).plusDays(DAYS).toString());
    assertThat(patient.path("deceasedBoolean").asBoolean(true)).isFalse();

    ObjectNode observation =
        nobody(
            """
            {'resourceType':'Observation','id':'o','status':'final','subject':{'reference':'Patient/4711'},
             'code':{'coding':[{'system':'http://loinc.org','code':'17861-6','display':'Calcium of Z.Q.'},
                               {'system':'urn:oid:1.2.3.4711','code':'CA-77121','display':'Calcium'}],'text':'Ca'},
             'effectiveDateTime':'2026-05-01T08:00:00+02:00',
             'valueQuantity':{'value':2.9,'comparator':'<','unit':'mmol/L','system':'http://unitsofmeasure.org','code':'mmol/L'}}""");
    assertThat(observation.at("/code/coding/0/code").asText()).isEqualTo("17861-6");
    assertThat(observation.at("/code/coding/0/display").asText()).doesNotContain("Z.Q.");
    assertThat(observation.at("/code/coding/1").toString())
        .isEqualTo("{\"system\":\"urn:test:system-1\",\"code\":\"code-1\"}");
    assertThat(observation.at("/valueQuantity/value").asText()).isEqualTo("2.9");
    assertThat(observation.at("/valueQuantity/code").asText()).isEqualTo("mmol/L");
    assertThat(observation.at("/valueQuantity/comparator").asText()).isEqualTo("<");
    assertThat(observation.at("/subject/reference").asText()).isEqualTo("Patient/patient-1");

    ObjectNode family =
        nobody(
            """
            {'resourceType':'FamilyMemberHistory','id':'f','status':'completed',
             'relationship':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/v3-RoleCode','code':'MTH'}]},
             'condition':[{'code':{'coding':[{'system':'http://snomed.info/sct','code':'254837009'}]},'onsetString':'43'},
                          {'code':{'text':'something'},'onsetString':'43210'}]}""");
    assertThat(family.at("/relationship/coding/0/code").asText()).isEqualTo("MTH");
    assertThat(family.at("/condition/0/onsetString").asText()).isEqualTo("43");
    assertThat(family.at("/condition/1/onsetString").asText()).isEqualTo("(text)");

    ObjectNode answers =
        nobody(
            """
            {'resourceType':'QuestionnaireResponse','id':'q','status':'completed',
             'questionnaire':'https://oncohooks.org/Questionnaire/pain-red-flags|0.1.0',
             'item':[{'linkId':'saddle-numbness','answer':[{'valueBoolean':true}]},
                     {'linkId':'mrn-77121','answer':[{'valueString':'Zenobia'}]}]}""");
    assertThat(answers.path("questionnaire").asText()).endsWith("pain-red-flags|0.1.0");
    assertThat(answers.at("/item/0/linkId").asText()).isEqualTo("saddle-numbness");
    assertThat(answers.at("/item/1").toString()).contains("link-1", "(text)");
  }

  @Test
  void keepsApartWhatWasApartAndTogetherWhatWasTogether() throws IOException {
    Deidentification other = new Deidentification(knowledge, words, DAYS);
    ObjectNode order =
        (ObjectNode)
            JSON.readTree(
                """
                {"resourceType":"MedicationRequest","id":"m","status":"active",
                 "subject":{"reference":"https://ehr.example/Patient/4711"},
                 "contained":[{"resourceType":"Medication","id":"mrn-77121","code":{"text":"x"}}],
                 "medicationReference":{"reference":"#mrn-77121"},
                 "identifier":[{"system":"a","value":"1"},{"system":"a","value":"2"}]}""");
    ObjectNode nobody = other.resource(order);
    assertThat("#" + nobody.at("/contained/0/id").asText())
        .isEqualTo(nobody.at("/medicationReference/reference").asText());
    assertThat(nobody.at("/identifier/0")).isNotEqualTo(nobody.at("/identifier/1"));
    order.remove("id");
    assertThat(other.resource(order).path("id")).isNotEqualTo(other.resource(order).path("id"));
    assertThat(nobody.at("/subject/reference").asText()).isEqualTo("Patient/patient-1");
    assertThat(Map.of("Patient", other.id("Patient", "4711"))).containsValue("patient-1");
  }

  @Test
  void tellsEachDifferenceBetweenTwoAnswers() throws IOException {
    CaseRunner runner = new CaseRunner(knowledge);
    Deidentification none = new Deidentification(knowledge, words, 0);
    Path tests = Path.of(System.getProperty("oncohooks.home"), "cql/tests");
    List<Decision> decisions =
        CaseFolder.readAll(tests, "ScreeningDue/interval").stream()
            .map(each -> runner.decide(each).orElseThrow())
            .toList();
    Decision due =
        decisions.stream().filter(d -> d.speaking().isPresent()).findFirst().orElseThrow();
    Decision notDue =
        decisions.stream().filter(d -> d.speaking().isEmpty()).findFirst().orElseThrow();
    assertThat(Comparison.of(due, due, none)).isEmpty();
    assertThat(Comparison.of(due, notDue, none))
        .anyMatch(line -> line.contains("the request gives Applies, the case DoesNotApply"))
        .anyMatch(line -> line.startsWith("indicator"));
  }
}
