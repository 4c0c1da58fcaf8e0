package org.oncohooks.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.ProblemException;
import org.oncohooks.TestContent;
import org.oncohooks.cql.CompiledCqlCache;
import org.oncohooks.knowledge.KnowledgeLoader;

/** A small content is clean; each test spoils one thing and finds it at its place. */
class LintTest {

  private static final String CQL = "cql/Lump.cql";
  private static final String PLAN = "fhir-resources/plandefinition/PlanDefinition-lump.json";
  private static final String VALUE_SET = "fhir-resources/valueset/ValueSet-lumps.json";

  @TempDir private Path root;
  private TestContent content;

  @BeforeEach
  void cleanContent() {
    content = TestContent.in(root, "lump");
    content.write(
        "cql/Settings.cql",
        "library Settings version '1.0.0'\nparameter \"Months\" Integer default 3\n"
            + "define \"Now\": Now()\n");
    content.replace(CQL, "parameter \"Grace\" Integer default 3\n", "");
    content.replace(CQL, "context Patient", "include Settings called Settings\ncontext Patient");
    content.replace(
        CQL,
        "'There is a lump.'",
        "'There is a lump ' + ToString(Settings.\"Months\") + ToString(Settings.\"Now\")");
    content.write(
        "cql/tests/Lump/age/Patient-p.json",
        "{'resourceType':'Patient','id':'p','birthDate':'1976-06-01'}");
    content.write(
        "cql/tests/Lump/age/expected.yaml",
        """
        evaluationTime: "2026-06-01T12:00:00-05:00"
        defines: {Applies: false}
        variants:
          - name: the day before
            set: {"Patient/p.birthDate": "1976-06-02"}
            defines: {Applies: true}
          - name: conditions were not sent
            missing: [Condition]
            notEvaluated: [lump]
        """);
  }

  private List<String> lint() {
    return Lint.of(root).stream().map(Remark::toString).toList();
  }

  private void finds(String place, String message, String rule) {
    assertThat(lint())
        .singleElement()
        .asString()
        .startsWith(place)
        .contains(message)
        .endsWith("[" + rule + "]");
  }

  @Test
  void tellsOnceThatNoServiceListsARecommendation() {
    content.recommendation("bump", "exists [Condition: \"Lumps\"]");
    content.replace("cql/Bump.cql", "parameter \"Grace\" Integer default 3\n", "");
    finds(
        "fhir-resources/plandefinition/PlanDefinition-bump.json:1:",
        "no service lists PlanDefinition/bump",
        "unused");
  }

  @Test
  void findsThatALibraryIsLacking() {
    content.replace(PLAN, "Library/Lump", "other/Library/Lump");
    finds(PLAN + ":3:", "no Library resource has the url https://example.org/other", "library");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'info'",
        "if true then 'urgent' else 'info'",
        "case when true then 'stat' else Coalesce(null, 'info') end",
        "\"Level\"",
        "\"Chosen\"('x')"
      })
  void refusesAnIndicatorThatIsNoPriority(String indicator) {
    content.replace(
        PLAN,
        "'dynamicValue':[",
        "'dynamicValue':[{'path':'priority','expression':{'language':'text/cql-identifier','expression':'Card Indicator'}},");
    content.replace(
        CQL,
        "define \"Reason\"",
        "define \"Level\": 'info'\ndefine function \"Chosen\"(n String): 'info'\n"
            + "define \"Card Indicator\": "
            + indicator
            + "\ndefine \"Reason\"");
    assertThat(lint())
        .singleElement()
        .asString()
        .startsWith(CQL + ":")
        .contains(" error \"Card Indicator\" gives 'info', which is no priority; give 'routine'");
  }

  @Test
  void placesAWrongTypeInTheCql() {
    content.replace(CQL, "define \"Card Summary\": 'lump applies'", "define \"Card Summary\": 1");
    assertThat(lint())
        .singleElement()
        .asString()
        .startsWith(CQL + ":8:1 error define \"Card Summary\" is of type System.Integer")
        .contains("has to be System.String, for PlanDefinition/lump at " + PLAN + ":");
  }

  @Test
  void findsAWrongCountOfCodes() {
    content.write(
        "fhir-resources/codesystem/CodeSystem-t.json",
        """
        {'resourceType':'CodeSystem','id':'t','url':'https://example.org/t','status':'active','content':'complete',
         'count':2,'concept':[{'code':'a','concept':[{'code':'b'},{'code':'c'}]}]}
        """);
    finds(
        "fhir-resources/codesystem/CodeSystem-t.json:2:",
        "count says 2, and there are 3 codes",
        "code");
  }

  @Test
  void findsNothingInCleanContent() {
    assertThat(lint()).isEmpty();
  }

  @Test
  void tellsAloneWhatKeepsContentFromBeingServed() {
    content.replace(CQL, "exists [Condition", "exist [Condition");
    content.replace(CQL, "'lump applies'", "'" + "x".repeat(200) + "'");
    assertThat(lint()).singleElement().asString().startsWith(CQL + ":7:").contains(" error ");
  }

  @Test
  void measuresASummaryOfConstantsNumbersAndDates() {
    content.replace(
        CQL,
        "'lump applies'",
        "'"
            + "x".repeat(125)
            + "' + ToString(Settings.\"Months\") + ToString(date from Settings.\"Now\")");
    assertThat(lint()).isEmpty();
    content.replace(CQL, "'xxx", "'xxxx");
    finds(CQL + ":8:1 warning", "can get 140 characters long", "summary-length");
  }

  @Test
  void countsTheLongerBranchAndWhatFunctionsAdd() {
    content.replace(
        CQL,
        "define \"Card Summary\": 'lump applies'",
        "define function \"Twice\"(text String): text + ', ' + text\n"
            + "define \"Card Summary\": case when true then 'short' else \"Twice\"('"
            + "y".repeat(69)
            + "') end");
    finds(CQL, "can get 140 characters long", "summary-length");
  }

  @Test
  void saysWhatOfASummaryHasNoBound() {
    content.replace(
        CQL, "'lump applies'", "'Lump: ' + First([Condition: \"Lumps\"]).code.text.value");
    finds(CQL + ":8:1", "no bound for Property", "summary-length");
  }

  @Test
  void saysThatAsManyTextsAsThereAreHaveNoBound() {
    content.replace(CQL, "'lump applies'", "Combine([Condition: \"Lumps\"] C return 'lump', ', ')");
    finds(CQL, "as many texts as there are", "summary-length");
    content.replace(
        CQL,
        "Combine([Condition: \"Lumps\"] C return 'lump', ', ')",
        "Combine(Take([Condition: \"Lumps\"] C return 'lump', 3), ', ')");
    assertThat(lint()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wall-clock | if Today() = @2026-01-01 then true else false | Settings",
        "unfiltered-retrieve | exists [Observation] | every Observation",
        "prefetch | exists [Encounter: type in \"Lumps\"] | can't be asked for by type",
        "prefetch | exists [Condition: clinicalStatus in \"Lumps\"] | can't be asked for by clinicalStatus",
        "runaway | exists ([Condition: \"Lumps\"] A where exists [Procedure: \"Lumps\"]) | done again for each",
        "cross-join | exists (from [Condition: \"Lumps\"] A, [Procedure: \"Lumps\"] B where A.id.value = 'a') | with each of the other",
        "null-comparison | exists ([Condition: \"Lumps\"] A where A.id.value = null) | always null",
        "null-comparison | exists ([Condition: \"Lumps\"] A where A.code != null) | always null",
        "null-comparison | exists ([Condition: \"Lumps\"] A where null = A.code.text) | always null",
        "null-comparison | Count([Condition: \"Lumps\"]) > null | always null",
        "null-comparison | (null as Integer) = Count([Condition: \"Lumps\"]) | always null",
        "runaway | Matches('a', '(a+)+') | repetition within a repetition",
        "runaway | Matches('a', 'a' + '(b+)+') | repetition within a repetition",
        "runaway | Matches('a', 'a' + Lower('b')) | constant",
        "runaway | exists (expand { Interval[1, 100] } per 1) | without limit",
        "runaway | Message(true, true, '1', 'Error', 'x') | quote the patient"
      })
  void findsWhatIsSlowUnsteadyOrHardToAskFor(String rule, String condition, String message) {
    content.replace(CQL, "exists [Condition: \"Lumps\"]\n", condition + "\n");
    finds(CQL + ":7:", message, rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exists (\"Visits\" V where exists (\"Lumps There\" L where L.id.value = V.id.value))",
        "exists (\"Visits\" V return all (First(\"Lumps There\" L where L.id.value = V.id.value)))",
        "exists (\"Visits\" V with \"Lumps There\" L such that L.id.value = V.id.value)",
        "exists (\"Visits\" V where \"Has a Lump\"(V.id.value))"
      })
  void findsAQueryThatIsDoneAgainForEachElementOfAnother(String condition) {
    nested(condition);
    finds(
        CQL + ":10:",
        "\"Lumps There\" is gone through again for each element of the query around it",
        "nested-query");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exists (\"Visits\" V where V.id.value = First(\"Lumps There\").id.value)",
        "exists (\"Visits\" V where exists (V.type T where exists T.coding)) and exists \"Lumps There\"",
        "exists ((\"Visits\" V where exists V.type) V where exists V.type) and exists (\"Lumps There\" L where exists L.code.coding)",
        "exists (({ First(\"Visits\") }) V where exists (\"Lumps There\" L where L.id.value = V.id.value))"
      })
  void takesQueriesThatAreDoneOnce(String condition) {
    nested(condition);
    assertThat(lint()).isEmpty();
  }

  private void nested(String condition) {
    String defines =
        "define \"Visits\": [Encounter: reasonCode in \"Lumps\"]\ndefine \"Lumps There\": [Condition: \"Lumps\"] C where C.id is not null\n";
    boolean function = condition.contains("Has a Lump");
    content.replace(
        CQL,
        "define \"Applies\": exists [Condition: \"Lumps\"]\n",
        defines
            + (function
                ? "define function \"Has a Lump\"(id String): exists (\"Lumps There\" L where L.id.value = id)\n"
                : "\n")
            + "define \"Applies\": "
            + condition
            + "\n");
  }

  @Test
  void takesListsThatAnEqualityTies() {
    content.replace(
        CQL,
        "exists [Condition: \"Lumps\"]\n",
        "exists (from [Condition: \"Lumps\"] A, [Procedure: \"Lumps\"] B where A.id.value = B.id.value)\n");
    assertThat(lint()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "define \"Nobody\": 1",
        "define function \"Nobody\"(n Integer): n",
        "define private \"Nobody\": 1"
      })
  void findsADefineThatNoCardNeeds(String define) {
    content.replace(CQL, "define \"Reason\"", define + "\ndefine \"Reason\"");
    finds(CQL + ":9:1", "\"Nobody\" is used by no card", "unused");
  }

  @Test
  void findsDeclarationsThatNothingNames() {
    content.replace(
        CQL,
        "valueset",
        "codesystem \"S\": 'http://snomed.info/sct'\nvalueset \"Other\": 'https://example.org/ValueSet/lumps'\n"
            + "code \"Lump\": '89164003' from \"S\"\nparameter \"P\" Integer default 1\nvalueset");
    assertThat(lint())
        .hasSize(4)
        .anyMatch(l -> l.contains("code system \"S\""))
        .anyMatch(l -> l.contains("value set \"Other\""))
        .anyMatch(l -> l.contains("code \"Lump\""))
        .anyMatch(l -> l.contains("parameter \"P\""));
  }

  @Test
  void findsAnIncludeThatIsNotUsed() {
    content.write("cql/Empty.cql", "library Empty version '1.0.0'\n");
    content.replace(CQL, "include Settings", "include Empty called Empty\ninclude Settings");
    finds(CQL + ":5:1", "include Empty is not used", "unused");
  }

  @Test
  void findsAValueSetThatNoCqlDeclares() {
    content.write(
        "fhir-resources/valueset/ValueSet-x.json",
        """
        {'resourceType':'ValueSet','id':'x','status':'active',
         'url':'https://example.org/ValueSet/x',
         'compose':{'include':[{'system':'http://snomed.info/sct','concept':[{'code':'89164003'}]}]},
         'expansion':{'timestamp':'2026-01-01','contains':[{'system':'http://snomed.info/sct','code':'89164003'}]}}
        """);
    finds("fhir-resources/valueset/ValueSet-x.json:2:8 ", "no CQL declares", "unused");
  }

  @Test
  void findsACodeWithAWrongCheckDigit() {
    content.replace(VALUE_SET, "'89164003'", "'89164004'");
    finds(VALUE_SET + ":2:", "code 89164004 can't be one of http://snomed.info/sct", "code");
  }

  @Test
  void findsACodeThatAShippedCodeSystemLacks() {
    content.write(
        "fhir-resources/codesystem/CodeSystem-t.json",
        "{'resourceType':'CodeSystem','id':'t','url':'https://example.org/topics','status':'active','content':'complete','concept':[{'code':'bump'}]}");
    finds(PLAN + ":5:", "code system https://example.org/topics has no code lump", "code");
  }

  @ParameterizedTest
  @CsvSource({"exactly-one, at-most-one", "one-or-more, any", "all, become one"})
  void findsASelectionBehaviorThatCdsHooksLacks(String behavior, String message) {
    content.replace(PLAN, "'priority'", "'selectionBehavior':'" + behavior + "','priority'");
    finds(PLAN + ":6:", message, "selection-behavior");
  }

  @Test
  void findsDraftsAndHooksThatNobodyFires() {
    content.replace(PLAN, "'status':'active'", "'status':'draft'");
    content.replace(
        "fhir-resources/plandefinition/PlanDefinition-demo.json", "patient-view", "patient-veiw");
    assertThat(lint())
        .anyMatch(l -> l.endsWith("[status]"))
        .anyMatch(l -> l.contains("CDS Hooks has no hook patient-veiw") && l.endsWith("[hook]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "defines: {Applies: true} | defines: {} | positive",
        "defines: {Applies: false} | defines: {} | negative",
        "1976-06-02 | 1999-06-02 | boundary",
        "missing: [Condition] | dataIncomplete: true | data that was not sent"
      })
  void findsThatOneOfTheFourKindsOfCasesIsLacking(String from, String to, String kind) {
    content.replace("cql/tests/Lump/age/expected.yaml", from, to);
    assertThat(lint())
        .singleElement()
        .asString()
        .startsWith(CQL)
        .contains(kind)
        .endsWith("[cases]");
  }

  @Test
  void takesTheKindThatACaseSays() {
    content.replace("cql/tests/Lump/age/expected.yaml", "1976-06-02", "1999-06-02");
    content.replace(
        "cql/tests/Lump/age/expected.yaml",
        "the day before\n",
        "the day before\n    kind: boundary\n");
    assertThat(lint()).isEmpty();
  }

  @Test
  void refusesAnUnknownKindOfCaseAtItsFile() {
    content.replace("cql/tests/Lump/age/expected.yaml", "missing: [Condition]", "kind: edge");
    assertThat(lint()).anyMatch(l -> l.startsWith("cql/tests/Lump/age/expected.yaml:1:1 error"));
  }

  private void refusesCase(String from, String to, String... told) {
    String file = "cql/tests/Lump/age/expected.yaml";
    content.replace(file, from, to);
    assertThat(lint()).anyMatch(l -> l.startsWith(file) && Stream.of(told).allMatch(l::contains));
    content.replace(file, to, from);
  }

  /** Every name that {@code test} would refuse to ask for, where it stands. */
  @Test
  void placesNamesInCasesThatNobodyHas() {
    String defines = "defines: {Applies: false}";
    refusesCase(
        defines,
        "parameters: {Monthz: 3}\n" + defines,
        ":2:14 error case Lump/age: parameters: expected settings",
        "Monthz (did you mean \"Months\"?), which is none");
    refusesCase(defines, "defines: {Aplies: true}", ":2:11 error", "(did you mean \"Applies\"?)");
    refusesCase(
        defines,
        "service: nope\n" + defines,
        ":2:10 error case Lump/age: service: expected one of the content, was nope");
    refusesCase(
        "[Condition]", "[Conditions]", ":8:15 error case Lump/age/conditions were not sent");
    refusesCase(defines, "definez: {Applies: false}", ":2:1 error", "unknown key definez");
  }

  @Test
  void placesMalformedJsonOfCasesAndContent() {
    content.write(
        "cql/tests/Lump/age/Condition-c.json", "{\n'resourceType':'Condition'\n'id':'c'}");
    assertThat(lint()).anyMatch(l -> l.startsWith("cql/tests/Lump/age/Condition-c.json:3:1 error"));
    content.write(VALUE_SET, "{'resourceType':'ValueSet',\n 'id':}");
    assertThat(lint()).anyMatch(l -> l.startsWith(VALUE_SET + ":2:7 error"));
  }

  @Test
  void placesBrokenYamlOfCases() {
    content.write("cql/tests/Lump/age/expected.yaml", "evaluationTime: x\ndefines: {Applies: [}\n");
    assertThat(lint()).anyMatch(l -> l.startsWith("cql/tests/Lump/age/expected.yaml:2:"));
  }

  @Test
  void namesWhatIsStillToDo() {
    content.replace(CQL, "define \"Reason\"", "// TODO say why\ndefine \"Reason\"");
    content.replace(PLAN, "'Recommendation lump'", "'TODO title'");
    assertThat(lint())
        .hasSize(2)
        .anyMatch(l -> l.startsWith(CQL + ":9:4 warning still to do: TODO say why"))
        .anyMatch(l -> l.startsWith(PLAN + ":2:") && l.contains("TODO title"));
  }

  @Test
  void leavesWhatTheAuthorsAcceptedWithAReason() {
    content.replace(CQL, "exists [Condition: \"Lumps\"]\n", "exists [Observation]\n");
    content.write(
        "cql/lint.yaml",
        "- {rule: unfiltered-retrieve, file: cql/Lump.cql, about: Observation, reason: All count.}\n");
    assertThat(lint()).isEmpty();
  }

  @Test
  void findsAnAcceptanceThatIsNotNeededOrGivesNoReason() {
    content.write(
        "cql/lint.yaml",
        """
        - {rule: unused, file: cql/Lump.cql, reason: gone}
        - {rule: unused, file: cql/Lump.cql}
        - {rule: content, file: cql/Lump.cql, reason: errors can't be accepted}
        """);
    assertThat(lint())
        .hasSize(3)
        .anyMatch(l -> l.startsWith("cql/lint.yaml:1:1 warning nothing of this is found"))
        .anyMatch(l -> l.startsWith("cql/lint.yaml:2:1 error the entry needs a reason"))
        .anyMatch(l -> l.startsWith("cql/lint.yaml:3:1 error the entry needs a rule"));
  }

  @Test
  void findsDataThatOneRecommendationAloneRequires() {
    TestContent.in(root, "lump", "other");
    content.recommendation(
        "other", "exists [Procedure: \"Lumps\"] and exists [Condition: \"Lumps\"]");
    assertThat(alone())
        .singleElement()
        .asString()
        .startsWith("fhir-resources/plandefinition/PlanDefinition-other.json:")
        .contains("in the service demo only this recommendation requires Procedure. Where an EHR");
    String optional =
        "'input':[{'type':'Procedure','extension':[{'url':'https://oncohooks.org/StructureDefinition/data-optional',"
            + "'valueString':'Procedures: one is not seen.'}]}],'title':'other','priority'";
    content.replace(
        "fhir-resources/plandefinition/PlanDefinition-other.json",
        "'title':'other','priority'",
        optional);
    assertThat(alone()).isEmpty();
    content.recommendation("lump", "exists [Procedure: \"Lumps\"]");
    assertThat(alone())
        .singleElement()
        .asString()
        .startsWith("fhir-resources/plandefinition/PlanDefinition-lump.json:")
        .contains("requires Procedure; others that do without: 1.");
  }

  private List<String> alone() {
    return lint().stream().filter(line -> line.endsWith("[required-data]")).toList();
  }

  @Test
  void comparesSettingsWithThePageThatListsThem() {
    String head = "| setting | what it decides | default |\n|---|---|---|\n";
    content.write("docs/configuration.md", head + "| `Months` | how many `months` | `3` |\n");
    assertThat(lint()).isEmpty();
    content.write(
        "docs/configuration.md", head + "| `Months` | how many | `4` |\n\n| `X` | y | `1` |\n");
    finds(
        "cql/Settings.cql:2:1",
        "the default is 3, and docs/configuration.md:3 says 4",
        "documents");
    content.write("docs/configuration.md", head + "| `Month` | how many | `3` |\n");
    assertThat(lint())
        .hasSize(2)
        .anyMatch(
            l ->
                l.startsWith("cql/Settings.cql:2:1 warning")
                    && l.contains("add | `Months` | what it decides | `3` |"))
        .anyMatch(
            l ->
                l.startsWith("docs/configuration.md:3:1")
                    && l.contains("declares a setting Month;"));
  }

  @Test
  void comparesTheRulesOfHeadersWithTheTraceability() {
    content.replace(
        CQL,
        "library Lump",
        "// A lump\n//\n// Source    none\n// Rules     SAFE-01, -03 to\n//           -05; SX-02, tier T4\nlibrary Lump");
    assertThat(lint()).isEmpty();
    content.write(
        "docs/safety/traceability.md",
        "| rule | where |\n|---|---|\n| SAFE-01 | x |\n| SAFE-03 | x |\n| SAFE-05 | x |\n| SX-02 | x |\n");
    finds(CQL + ":5:14", "docs/safety/traceability.md has no row for SAFE-04", "documents");
  }

  @Test
  void namesTheFilesOfALibrary() {
    assertThat(Lint.filesOf(root, "Lump"))
        .containsExactlyInAnyOrder(
            CQL,
            "cql/tests/Lump/",
            PLAN,
            "fhir-resources/library/Library-Lump.json",
            "fhir-resources/activitydefinition/ActivityDefinition-look.json");
    assertThatThrownBy(() -> Lint.filesOf(root, "Lumb"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem().text())
                    .isEqualTo("There is no library Lumb (did you mean \"Lump\"?) in cql/."));
  }

  @Test
  void findsTheSameInCqlThatWasCompiledBefore() {
    content.replace(CQL, "exists [Condition: \"Lumps\"]\n", "exists [Observation]\n");
    Optional<CompiledCqlCache> cache = Optional.of(new CompiledCqlCache(root.resolve("cache")));
    List<Remark> first = Lint.of(root, KnowledgeLoader.load(root, cache));
    assertThat(root.resolve("cache")).isNotEmptyDirectory();
    assertThat(first).isNotEmpty().isEqualTo(Lint.of(root, KnowledgeLoader.load(root, cache)));
  }
}
