package org.oncohooks.knowledge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.Finding;
import org.oncohooks.TestContent;

/** Content that does not check is never served, and everything wrong with it is said at once. */
class KnowledgeLoaderTest {

  private static final String PLAN = "fhir-resources/plandefinition/PlanDefinition-alpha.json";
  private static final String SERVICE = "fhir-resources/plandefinition/PlanDefinition-demo.json";
  private static final String VALUE_SET = "fhir-resources/valueset/ValueSet-lumps.json";
  private static final String CQL = "cql/Alpha.cql";

  @TempDir Path root;

  @Test
  void loadsAServiceWithItsRecommendations() {
    Knowledge knowledge = TestContent.in(root, "alpha", "beta").knowledge();
    Service service = knowledge.service("demo").orElseThrow();
    assertThat(service.hooks()).containsExactly("patient-view");
    assertThat(service.recommendations("patient-view"))
        .extracting(r -> r.topic().code())
        .containsExactly("alpha", "beta");
    Recommendation alpha = service.recommendations("patient-view").get(0);
    assertThat(alpha.source())
        .isEqualTo(new Link("A guideline, 2026", "https://example.org/guideline"));
    assertThat(alpha.suggestions()).extracting(Suggestion::label).containsExactly("Order a look");
    assertThat(alpha.overrideReasons()).extracting(CodedTerm::code).containsExactly("no");
    assertThat(alpha.requiredTypes()).containsExactlyInAnyOrder("Patient", "Condition");
  }

  private static Map<String, String> prefetch(TestContent content) {
    return content.knowledge().service("demo").orElseThrow().prefetch("patient-view").templates();
  }

  @Test
  void computesPrefetchTemplatesFromWhatTheCqlReads() {
    Service service = TestContent.in(root, "alpha").knowledge().service("demo").orElseThrow();
    assertThat(service.prefetch("patient-view").templates())
        .containsExactly(
            entry("patient", "Patient/{{context.patientId}}"),
            entry(
                "conditions",
                "Condition?patient={{context.patientId}}&code=http://snomed.info/sct|89164003"));
  }

  @Test
  void asksForTheWholeTypeWhenARetrieveHasNoCodes() {
    TestContent content = TestContent.in(root, "alpha");
    content.recommendation("alpha", "exists [Condition]");
    assertThat(prefetch(content))
        .containsEntry("conditions", "Condition?patient={{context.patientId}}");
  }

  @Test
  void asksForTheWholeTypeWhenAValueSetHoldsIcdCategories() {
    TestContent content = TestContent.in(root, "alpha");
    content.replace(
        VALUE_SET,
        "'include':[",
        "'include':[{'system':'http://hl7.org/fhir/sid/icd-10-cm','filter':[{'property':'concept','op':'is-a','value':'N63'}]},");
    assertThat(prefetch(content))
        .containsEntry("conditions", "Condition?patient={{context.patientId}}");
  }

  @Test
  void changesItsVersionWithTheContent() {
    TestContent content = TestContent.in(root, "alpha");
    String before = content.knowledge().version();
    assertThat(content.knowledge().version()).isEqualTo(before).matches("[0-9a-f]{12}");
    content.recommendation("alpha", "true");
    assertThat(content.knowledge().version()).isNotEqualTo(before);
  }

  @Test
  void listsAllProblemsAtOnceByPlace() {
    TestContent content = TestContent.in(root, "alpha", "beta");
    content.replace(CQL, "exists [Condition: \"Lumps\"]", "exists [Condition: \"Bumps\"]");
    content.replace("cql/Beta.cql", "library Beta", "library Gamma");
    content.write("fhir-resources/valueset/ValueSet-broken.json", "{'resourceType':\n 'x',,");
    List<String> findings = content.load().findings().stream().map(Finding::toString).toList();
    assertThat(findings)
        .anyMatch(f -> f.matches("cql/Alpha\\.cql:7:\\d+ .*Bumps.*"))
        .anyMatch(f -> f.startsWith("cql/Beta.cql:1:1 "))
        .anyMatch(f -> f.startsWith("fhir-resources/valueset/ValueSet-broken.json:2:6 "));
    assertThat(content.load().knowledge()).isEmpty();
  }

  private List<String> findings(TestContent content) {
    return content.load().findings().stream().map(Finding::toString).toList();
  }

  /** What only the renamed condition reads is no second error. */
  @Test
  void tellsOnceThatADefineWasRenamed() {
    TestContent content = TestContent.in(root, "alpha");
    content.recommendation("alpha", "exists [Procedure: \"Lumps\"]");
    String optional =
        "'input':[{'type':'Procedure','extension':[{'url':'https://oncohooks.org/StructureDefinition/data-optional',"
            + "'valueString':'Procedures: one is not seen.'}]}],'title':'alpha'";
    content.replace(PLAN, "'title':'alpha'", optional);
    content.replace(
        PLAN,
        "'title':'Order a look',",
        "'title':'Order a look','condition':[{'kind':'applicability','expression':{'language':'text/cql-identifier','expression':'Applies'}}],");
    assertThat(findings(content)).isEmpty();

    content.replace(CQL, "define \"Applies\"", "define \"Applied\"");
    assertThat(findings(content))
        .singleElement()
        .asString()
        .startsWith(PLAN + ":")
        .contains(
            "library Alpha has no \"Applies\" (did you mean \"Applied\"?); correct the name, or"
                + " add it to cql/Alpha.cql");
  }

  @Test
  void foldsAllPlacesOfAMissingNameBehindTheFirst() {
    TestContent content = TestContent.in(root, "alpha", "beta");
    String more =
        "define \"Second\": not \"Applies\"\ndefine \"Third\": \"Applies\" or \"Second\"\ndefine \"Reason\"";
    content.replace(CQL, "define \"Reason\"", more);
    content.replace(CQL, "define \"Applies\"", "define \"Applied\"");
    assertThat(findings(content))
        .singleElement()
        .asString()
        .startsWith(CQL + ":9:22 there is no \"Applies\" here")
        .endsWith(". Used also at cql/Alpha.cql:10, " + PLAN + ":8");

    content.replace(CQL, "define \"Applied\"", "define \"Applies\"");
    for (int i = 0; i < 9; i++) {
      String user = "User" + i;
      content.write(
          "cql/" + user + ".cql",
          "library "
              + user
              + " version '1.0.0'\nusing FHIR version '4.0.1'\ninclude Alpha version '1.0.0' called"
              + " Alpha\ncontext Patient\ndefine \"X\": Alpha.\"Aplies\"\n");
    }
    assertThat(findings(content))
        .singleElement()
        .asString()
        .startsWith("cql/User0.cql:5:19 library Alpha has no \"Aplies\"")
        .contains("cql/User1.cql:5")
        .endsWith(" and 3 more places");
  }

  /** Before, each was taken without a word, and nothing of it held. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'title':'Order a look', | 'title':'Order a look','precheckBehaviour':'yes', | PlanDefinition.Action has no element precheckBehaviour in FHIR R4 (did you mean \"precheckBehavior\"?); correct it at action[0].action[0].precheckBehaviour",
        "'title':'alpha', | 'title':'alpha','inputs':[], | PlanDefinition.Action has no element inputs in FHIR R4 (did you mean \"input\"?); correct it at action[0].inputs",
        "'status':'active', | 'status':'active','zzzzzzzz':1, | PlanDefinition has no element zzzzzzzz in FHIR R4; correct it at zzzzzzzz, or take it away"
      })
  void refusesAnElementThatFhirDoesNotHave(String from, String to, String message) {
    TestContent content = TestContent.in(root, "alpha");
    content.replace(PLAN, from, to);
    assertThat(findings(content)).singleElement().asString().startsWith(PLAN).contains(message);
  }

  /** The compiler, the value set and the other files lack what the element was to say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fhir-resources/valueset/ValueSet-lumps.json | 'expansion': | 'expanson': | ValueSet has no element expanson in FHIR R4 (did you mean \"expansion\"?)",
        "fhir-resources/valueset/ValueSet-lumps.json | 'url': | 'urll': | ValueSet has no element urll in FHIR R4 (did you mean \"url\"?)",
        "fhir-resources/plandefinition/PlanDefinition-alpha.json | 'documentation': | 'documentations': | PlanDefinition.Action has no element documentations",
        "fhir-resources/plandefinition/PlanDefinition-alpha.json | 'library': | 'libary': | PlanDefinition has no element libary"
      })
  void tellsOfAMisspeltElementAlone(String file, String from, String to, String message) {
    TestContent content = TestContent.in(root, "alpha");
    content.replace(file, from, to);
    assertThat(findings(content)).singleElement().asString().startsWith(file).contains(message);
  }

  /** What is read can't be told then. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'expression':'Applies' | 'expression':'Not Recorded' | define \"Not Recorded\" is of type list<System.String> and has to be System.Boolean",
        "'language':'text/cql-identifier','expression':'Applies' | 'language':'text/cql-identifer','expression':'Applies' | name a define, with language text/cql-identifier"
      })
  void doesNotDoubtInputsOfAPlanThatIsWrong(String from, String to, String message) {
    TestContent content = TestContent.in(root, "alpha");
    content.recommendation("alpha", "exists [Procedure: \"Lumps\"]");
    content.replace(
        PLAN,
        "'title':'alpha'",
        "'input':[{'type':'Procedure','extension':[{'url':'https://oncohooks.org/StructureDefinition/data-optional',"
            + "'valueString':'Procedures: one is not seen.'}]}],'title':'alpha'");
    content.replace(PLAN, from, to);
    assertThat(findings(content)).singleElement().asString().contains(message);
  }

  /** The file is there: that something lacks it would send its author the wrong way. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fhir-resources/valueset/ValueSet-lumps.json",
        "fhir-resources/plandefinition/PlanDefinition-alpha.json",
        "fhir-resources/plandefinition/PlanDefinition-demo.json",
        "fhir-resources/activitydefinition/ActivityDefinition-look.json",
        "fhir-resources/namingsystem/NamingSystem-snomed-info-sct.json"
      })
  void tellsOnceThatAFileIsNoJson(String file) {
    TestContent content = TestContent.in(root, "alpha");
    content.replace(CQL, "valueset", "codesystem \"S\": 'http://snomed.info/sct'\nvalueset");
    content.replace(file, "'status':'active'", "'status':'active',,");
    assertThat(findings(content))
        .singleElement()
        .asString()
        .startsWith(file + ":")
        .contains("The JSON is malformed");
  }

  @Test
  void namesTheActivityDefinitionThatIsMissing() {
    TestContent content = TestContent.in(root, "alpha");
    content.replace(PLAN, "ActivityDefinition/look", "ActivityDefinition/lok");
    assertThat(findings(content))
        .singleElement()
        .asString()
        .startsWith(PLAN + ":11:")
        .contains(
            "there is no ActivityDefinition https://example.org/ActivityDefinition/lok (did you mean"
                + " \"https://example.org/ActivityDefinition/look\"?); correct it, or add"
                + " fhir-resources/activitydefinition/ActivityDefinition-lok.json");
  }

  @Test
  void findsFoldersThatAreNamedLikeFiles() throws IOException {
    TestContent content = TestContent.in(root, "alpha");
    Files.createDirectories(root.resolve("cql/Folder.cql"));
    Files.createDirectories(root.resolve("fhir-resources/folder.json"));
    assertRefused(content, "cql/Folder.cql", "this is a folder");
    assertRefused(content, "fhir-resources/folder.json", "this is a folder");
  }

  @Test
  void findsLinksThatLeadNowhere() throws IOException {
    TestContent content = TestContent.in(root, "alpha");
    Files.createSymbolicLink(root.resolve("cql/Gone.cql"), root.resolve("nowhere"));
    assertRefused(content, "cql/Gone.cql", "can't be read");
  }

  @Test
  void refusesAResourceTypeThatNothingReads() {
    assertRefused(
        TestContent.in(root, "alpha")
            .write("fhir-resources/x.json", "{'resourceType':'Bogus','id':'x'}"),
        "fhir-resources/x.json",
        "nothing reads a resource of type Bogus");
  }

  @Test
  @DisplayName("B9: ELM in a Library is neither run nor handed on")
  void readsNoElm() {
    TestContent content = TestContent.in(root, "alpha");
    content.write(
        "fhir-resources/library/Library-Alpha.json",
        "{'resourceType':'Library','id':'Alpha','url':'https://oncohooks.org/Library/Alpha','version':"
            + "'0.1.0','name':'Alpha','status':'active','content':[{'contentType':'application/elm+json',"
            + "'data':'eyJsaWJyYXJ5Ijp7fX0='},{'contentType':'text/cql','data':'ZGVmaW5lIFg6IDE='}]}");
    List<ObjectNode> libraries = content.knowledge().resources().get("Library");
    assertThat(libraries).hasSize(1);
    assertThat(libraries.get(0).path("content")).hasSize(1);
    assertThat(libraries.get(0).at("/content/0/contentType").asText()).isEqualTo("text/cql");
    assertThat(libraries.get(0).at("/content/0/data").asText()).isNotEqualTo("ZGVmaW5lIFg6IDE=");
  }

  @Test
  void refusesARecommendationWithoutCitation() {
    assertRefused(
        TestContent.in(root, "alpha").replace(PLAN, "'documentation':[", "'participant':["),
        PLAN,
        "cite the source");
  }

  @Test
  void refusesAConditionThatIsNotBoolean() {
    assertRefused(
        TestContent.in(root, "alpha").recommendation("alpha", "'yes'"),
        "cql/Alpha.cql",
        "has to be System.Boolean, for PlanDefinition/alpha at " + PLAN + ":8");
  }

  @Test
  void refusesADefineThatIsNotThere() {
    assertRefused(
        TestContent.in(root, "alpha").replace(PLAN, "'Applies'", "'Aplies'"),
        PLAN,
        "has no \"Aplies\"");
  }

  @Test
  void namesTheLineOfAWrongNameInJson() {
    TestContent content = TestContent.in(root, "alpha").replace(PLAN, "'Applies'", "'Aplies'");
    assertThat(content.load().findings()).anyMatch(f -> f.line() == 8 && f.column() > 1);
  }

  @Test
  void refusesALibraryWithoutTheConventionalDefines() {
    assertRefused(
        TestContent.in(root, "alpha").replace(CQL, "define \"Reason\"", "define \"Because\""),
        PLAN,
        "has no \"Reason\"");
  }

  @Test
  void refusesALibraryThatIsNotThere() {
    assertRefused(
        TestContent.in(root, "alpha").replace(PLAN, "Library/Alpha", "Library/Omega"),
        PLAN,
        "no CQL library Omega");
  }

  /** SAFE-57. */
  @Test
  void refusesAValueSetThatIsNotThere() {
    assertRefused(
        TestContent.in(root, "alpha").replace(CQL, "ValueSet/lumps", "ValueSet/bumps"),
        CQL,
        "no value set https://example.org/ValueSet/bumps");
  }

  @Test
  void refusesAValueSetWithoutExpansion() {
    assertRefused(
        TestContent.in(root, "alpha").replace(VALUE_SET, "'expansion'", "'expanse'"),
        VALUE_SET,
        "no expansion");
  }

  @Test
  void refusesAnExpansionThatDisagrees() {
    assertRefused(
        TestContent.in(root, "alpha").replace(VALUE_SET, "'code':'89164003'}]}}", "'code':'1'}]}}"),
        VALUE_SET,
        "which compose does not include");
  }

  @Test
  void refusesAMisspelledCodeSystemInAValueSet() {
    assertRefused(
        TestContent.in(root, "alpha").replace(VALUE_SET, "snomed.info/sct", "snomed.info/sctt"),
        VALUE_SET,
        "code system http://snomed.info/sctt is not known");
  }

  @Test
  void refusesAMisspelledCodeSystemInCql() {
    assertRefused(
        TestContent.in(root, "alpha")
            .replace(CQL, "valueset ", "codesystem \"S\": 'http://snomed.info/sctt'\nvalueset "),
        CQL,
        "code system http://snomed.info/sctt is not known");
  }

  @Test
  void refusesAServiceWithoutHook() {
    assertRefused(
        TestContent.in(root, "alpha").replace(SERVICE, "'named-event'", "'periodic'"),
        SERVICE,
        "trigger");
  }

  @Test
  void refusesASummaryThatIsTooLong() {
    assertRefused(
        TestContent.in(root, "alpha")
            .replace(PLAN, "'title':'alpha'", "'title':'" + "x".repeat(140) + "'"),
        PLAN,
        "at most 139");
  }

  @Test
  void refusesAnUnknownPriority() {
    assertRefused(
        TestContent.in(root, "alpha").replace(PLAN, "'urgent'", "'soon'"), PLAN, "priority");
  }

  @Test
  void refusesDefaultsThatTheCqlCanNotUse() {
    TestContent content =
        TestContent.in(root, "alpha")
            .replace(
                CQL,
                "context Patient",
                "context Patient\ndefine \"Invalid Settings\": if Grace < 4 then { 'Grace has to be 4.' } else List<String>{}");
    assertRefused(content, CQL, "Grace has to be 4.");
    content.replace(CQL, "default 3", "default 4");
    assertThat(content.load().findings()).isEmpty();
  }

  @Test
  void refusesACheckOfSettingsThatIsNoListOfSentences() {
    assertRefused(
        TestContent.in(root, "alpha")
            .replace(CQL, "context Patient", "context Patient\ndefine \"Invalid Settings\": false"),
        CQL,
        "list<System.String>");
  }

  @Test
  void refusesACheckOfSettingsThatIsNull() {
    assertRefused(
        TestContent.in(root, "alpha")
            .replace(
                CQL,
                "context Patient",
                "context Patient\ndefine \"Invalid Settings\": null as List<String>"),
        CQL,
        "which one can't be told");
  }

  @Test
  void refusesACheckOfSettingsThatReadsThePatient() {
    assertRefused(
        TestContent.in(root, "alpha")
            .replace(
                CQL,
                "context Patient",
                "context Patient\ndefine \"Invalid Settings\": [Condition] C return C.code.text.value"),
        CQL,
        "may not read patient data");
  }

  @Test
  void refusesAnotherDataModel() {
    assertRefused(
        TestContent.in(root, "alpha").replace(CQL, "FHIR version '4.0.1'", "FHIR version '3.0.0'"),
        CQL,
        "");
  }

  @Test
  void refusesAFolderWithoutContent() {
    assertThat(org.oncohooks.knowledge.KnowledgeLoader.load(root).findings())
        .extracting(Finding::file)
        .contains("cql", "fhir-resources");
  }

  private static void assertRefused(TestContent content, String file, String message) {
    Loaded loaded = content.load();
    assertThat(loaded.knowledge()).isEmpty();
    assertThat(loaded.findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.file()).isEqualTo(file);
              assertThat(finding.message()).contains(message);
              assertThat(finding.isError()).isTrue();
            });
  }

  @Test
  @DisplayName("A2: a service answers each hook that its actions name, with what is asked there")
  void answersSeveralHooks() {
    TestContent content = TestContent.in(root, "alpha", "beta");
    content.recommendation("beta", "exists [Observation]");
    content.replace(
        SERVICE,
        "'alpha','trigger':[",
        "'alpha','trigger':[{'type':'named-event','name':'order-sign'},");
    Service service = content.knowledge().service("demo").orElseThrow();
    assertThat(service.hooks()).containsExactly("order-sign", "patient-view");
    assertThat(service.recommendations("order-sign"))
        .extracting(r -> r.topic().code())
        .containsExactly("alpha");
    assertThat(service.prefetch("order-sign").templates())
        .containsOnlyKeys("patient", "conditions");
    assertThat(service.prefetch("patient-view").templates())
        .containsOnlyKeys("patient", "conditions", "observations");
  }

  @ParameterizedTest
  @DisplayName("A3: triggers that would be ignored are findings")
  @ValueSource(
      strings = {
        "{'type':'periodic'}",
        "{'type':'named-event'}",
        "{'type':'named-event','name':'order-sign','condition':{'language':'text/cql'}}",
        "{'type':'named-event','name':'order-sign','data':[{'type':'ServiceRequest'}]}"
      })
  void refusesTriggersThatItWouldIgnore(String trigger) {
    TestContent content = TestContent.in(root, "alpha");
    content.replace(SERVICE, "'trigger':[", "'trigger':[" + trigger + ",");
    assertThat(content.load().findings()).anyMatch(f -> f.message().contains("trigger"));
  }

  @Test
  @DisplayName("A3: triggers stand in the service's root actions only")
  void refusesTriggersElsewhere() {
    TestContent content = TestContent.in(root, "alpha");
    content.replace(
        PLAN, "'condition':", "'trigger':[{'type':'named-event','name':'x'}],'condition':");
    content.replace(SERVICE, "'definitionCanonical'", "'action':[],'definitionCanonical'");
    assertThat(content.load().findings())
        .anyMatch(f -> f.message().contains("not in the recommendation"))
        .anyMatch(f -> f.message().contains("may only name a recommendation"));
  }
}
