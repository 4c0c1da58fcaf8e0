package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.ProblemException;
import org.oncohooks.TestContent;
import org.oncohooks.knowledge.Knowledge;

/** A case that does not hold says so; one that can't be read says where. */
class CaseRunnerTest {

  @TempDir Path root;

  @Test
  void holdsACaseAndItsVariants() throws IOException {
    assertThat(
            differences(
                """
                evaluationTime: "2026-06-01T12:00:00-05:00"
                service: demo
                defines: {Applies: true}
                cards: [{topic: alpha, indicator: warning, evidence: Condition/c}]
                variants:
                  - name: without the lump
                    remove: [Condition/c]
                    cards: []
                  - name: another code
                    set: {"Condition/c.code.coding[0].code": "1"}
                    defines: {Applies: false}
                  - name: one more
                    add: [{resourceType: Condition, id: d, subject: {reference: Patient/p}}]
                    defines: {Evidence: {count: 1}, Applies: true}
                  - name: nothing to go by
                    missing: [Condition]
                    notEvaluated: [alpha]
                  - name: no birth date
                    set: {"Patient/p.birthDate": null}
                    dataIncomplete: true
                """))
        .isEmpty();
  }

  @Test
  void saysWhatDiffers() throws IOException {
    assertThat(
            differences(
                """
                evaluationTime: "2026-06-01T12:00:00-05:00"
                service: demo
                defines: {Applies: false}
                cards: [{topic: beta, summary: "something else"}]
                dataIncomplete: true
                """))
        .containsExactly(
            "Applies: expected false, was true",
            "card topic: expected beta, was alpha; the service has no beta on this hook",
            "card summary: expected something else, was alpha applies",
            "dataIncomplete: expected true, was []");
  }

  @Test
  void saysWhenACardIsMissingOrTooMany() throws IOException {
    String head = "evaluationTime: \"2026-06-01T12:00:00-05:00\"\nservice: demo\n";
    assertThat(differences(head + "cards: []"))
        .singleElement()
        .asString()
        .contains("alpha applies");
    assertThat(differences(head + "notEvaluated: [alpha]"))
        .singleElement()
        .asString()
        .startsWith("not evaluated: expected [alpha] among others, was []");
  }

  @Test
  void asksOfOtherLibrariesOnlyThatTheListedOnesWereNotEvaluated() throws IOException {
    TestContent content = TestContent.in(root, "alpha", "beta");
    String head =
        "evaluationTime: \"2026-06-01T12:00:00-05:00\"\nservice: demo\nmissing: [Condition]\n";
    assertThat(differences(content, head + "notEvaluated: [alpha]")).isEmpty();
    assertThat(differences(content, head + "notEvaluated: [beta]"))
        .containsExactly(
            "not evaluated: expected [beta] among others, was [alpha, beta]: Needed for this"
                + " recommendation: Condition was not sent.");
    assertThat(differences(content, head + "cards: []"))
        .singleElement()
        .asString()
        .startsWith("not evaluated: expected [], was [alpha, beta]: ");
  }

  @Test
  void tellsARefusedCallFromAnAnswer() throws IOException {
    String head = "evaluationTime: \"2026-06-01T12:00:00-05:00\"\nservice: demo\n";
    String missing = head + "missing: [Condition]\n";
    assertThat(differences(missing + "status: 412")).isEmpty();
    assertThat(differences(head + "status: 200")).isEmpty();
    assertThat(differences(missing + "status: 200"))
        .singleElement()
        .asString()
        .startsWith("status: expected 200, was 412: The data that this service needs");
    assertThat(differences(head + "status: 412")).containsExactly("status: expected 412, was 200");
    assertThatThrownBy(() -> differences(head + "status: 404"))
        .extracting(e -> ((ProblemException) e).problem().text())
        .asString()
        .contains("expects status 404; a call is answered with [200, 412]");
  }

  @Test
  void saysWhySomeOtherCardSpeaks() throws IOException {
    TestContent content = TestContent.in(root, "alpha", "beta", "gamma");
    content.recommendation("gamma", "not exists [Condition: \"Lumps\"]");
    String head = "evaluationTime: \"2026-06-01T12:00:00-05:00\"\nservice: demo\n";
    assertThat(differences(content, head + "cards: [{topic: beta}]"))
        .containsExactly(
            "card topic: expected beta, was alpha; beta applies, but alpha comes before it in the"
                + " service and speaks for it (also met)");
    assertThat(differences(content, head + "cards: [{topic: gamma}]"))
        .containsExactly("card topic: expected gamma, was alpha; gamma does not apply");
  }

  @Test
  void findsASuggestionByItsWholeIdOnly() throws IOException {
    String head = "evaluationTime: \"2026-06-01T12:00:00-05:00\"\nservice: demo\n";
    assertThat(differences(head + "cards: [{suggestions: look}]")).isEmpty();
    assertThat(differences(head + "cards: [{suggestions: loo}]"))
        .containsExactly("card suggestions: expected loo, was look");
    assertThat(differences(head + "cards: [{suggestions: \"\"}]")).hasSize(1);
  }

  @Test
  void saysWhenTheSummaryWouldBeCut() throws IOException {
    TestContent content = TestContent.in(root, "alpha");
    content.replace("cql/Alpha.cql", "'alpha applies'", "'" + "x".repeat(140) + "'");
    assertThat(
            differences(
                content,
                "evaluationTime: \"2026-06-01T12:00:00-05:00\"\nservice: demo\ncards: [{topic: alpha}]"))
        .singleElement()
        .asString()
        .contains("was 140 characters, which would be cut");
  }

  @Test
  void refusesACaseThatItDoesNotUnderstand() {
    assertThatThrownBy(() -> differences("evaluationTime: yesterday"))
        .isInstanceOf(ProblemException.class)
        .satisfies(e -> assertThat(text(e)).contains("Alpha/case", "evaluationTime"));
    assertThatThrownBy(() -> differences("expects: nothing"))
        .satisfies(e -> assertThat(text(e)).contains("unknown key expects"));
    assertThatThrownBy(
            () ->
                differences(
                    "evaluationTime: \"2026-06-01T12:00:00Z\"\nvariants: [{name: v, remove: [Condition/x]}]"))
        .satisfies(e -> assertThat(text(e)).contains("Alpha/case/v", "Condition/x"));
  }

  @Test
  void refusesWhatItWouldReadOnlyInPart() {
    String head = "evaluationTime: \"2026-06-01T12:00:00Z\"\nservice: demo\ncards: []\n";
    assertThatThrownBy(() -> differences(head + "cards: [{topic: alpha}]"))
        .satisfies(
            e ->
                assertThat(text(e))
                    .isEqualTo(
                        "cql/tests/Alpha/case/expected.yaml:4: the case has the key 'cards' twice."));
    String variants = "variants:\n  - {name: a, cards: []}\n  - {name: b, cards: []}\n";
    assertThatThrownBy(() -> differences(head + variants + "  - {name: a, cards: []}"))
        .satisfies(
            e ->
                assertThat(text(e))
                    .startsWith("cql/tests/Alpha/case/expected.yaml:7: the case has two variants")
                    .contains("\"a\""));
    assertThatThrownBy(() -> differences(head + variants + "  - {cards: []}"))
        .satisfies(
            e -> assertThat(text(e)).contains("expected.yaml:7", "a variant without a name"));
  }

  @Test
  void refusesAHookThatItsServiceDoesNotAnswer() throws IOException {
    assertThat(
            differences(
                """
                evaluationTime: "2026-06-01T12:00:00-05:00"
                service: demo
                hook: order-sign
                cards: []
                """))
        .containsExactly(
            "hook: expected one that the service demo answers: [patient-view], was order-sign");
  }

  @Test
  void namesWhatMayBeMeant() throws IOException {
    String head = "evaluationTime: \"2026-06-01T12:00:00-05:00\"\n";
    assertThat(differences(head + "service: demp\ncards: []\n"))
        .containsExactly("service: expected one of the content, was demp (did you mean \"demo\"?)");
    assertThat(differences(head + "service: demo\ncards: [{topik: alpha}]\n"))
        .singleElement()
        .asString()
        .contains("no such key (did you mean \"topic\"?); known: topic indicator");
    assertThat(differences(head + "defines: {Aplies: true}\n"))
        .singleElement()
        .asString()
        .contains("Alpha.\"Aplies\", which is no define (did you mean \"Applies\"?)");
    assertThat(differences(head + "defines: {Alfa.Applies: true}\n"))
        .singleElement()
        .asString()
        .contains("there is no library Alfa (did you mean \"Alpha\"?)");
    assertThatThrownBy(() -> differences(head + "define: {Applies: true}\n"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem().text())
                    .contains("unknown key define (did you mean \"defines\"?); known are [cards,"));
  }

  @Test
  void takesEmptySuggestionsForNone() throws IOException {
    String head = "evaluationTime: \"2026-06-01T12:00:00-05:00\"\nservice: demo\n";
    assertThat(differences(head + "cards: [{topic: alpha, suggestions: \"\"}]\n"))
        .containsExactly("card suggestions: expected , was look");
    assertThat(differences(head + "cards: [{topic: alpha, suggestions: look}]\n")).isEmpty();
  }

  /** What is not there yet is made, as it is for objects; a gap in a list is not. */
  @Test
  void setsBelowAListThatIsNotThere() throws IOException {
    String head =
        "evaluationTime: \"2026-06-01T12:00:00-05:00\"\ndefines: {Applies: true}\n"
            + "variants: [{name: v, defines: {Applies: true}, set: {";
    assertThat(differences(head + "\"Condition/c.bodySite[0].coding[0].code\": \"1\"}}]"))
        .isEmpty();
    assertThat(differences(head + "\"Condition/c.code.coding[1].code\": \"1\"}}]")).isEmpty();
    assertThatThrownBy(() -> differences(head + "\"Condition/c.code.coding[3].code\": \"1\"}}]"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem().text())
                    .contains("sets below coding[3], and there are 1; the next one is coding[1]"));
    assertThatThrownBy(() -> differences(head + "\"Condition/c.code[0].text\": \"1\"}}]"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().text()).contains("code is no list"));
  }

  @Test
  void refusesWhatFhirDoesNotHave() throws IOException {
    String head =
        "evaluationTime: \"2026-06-01T12:00:00-05:00\"\nservice: demo\ndefines: {Applies: true}\n"
            + "variants: [{name: v, defines: {Applies: true}, ";
    assertThat(differences(head + "set: {Condition/c.clinicalState: resolved}}]"))
        .containsExactly(
            "Condition/c: expected elements that Condition has in FHIR R4, was clinicalState (did"
                + " you mean \"clinicalStatus\"?), which nothing reads");
    assertThat(differences(head + "set: {Condition/c.onsetPeriod.begin: \"2020\"}}]"))
        .singleElement()
        .asString()
        .contains("onsetPeriod.begin,");
    assertThat(differences(head + "add: [{resourceType: Conditions, id: d}]}]"))
        .singleElement()
        .asString()
        .contains("'Conditions', which it does not have");
    assertThat(differences(head + "missing: [ServiceRequests]}]"))
        .containsExactly(
            "missing: expected types of FHIR R4, was ServiceRequests, which it does not have");
    assertThatThrownBy(() -> differences(head + "set: {Patient/p.birthDat: null}}]"))
        .satisfies(
            e -> assertThat(text(e)).contains("Alpha/case/v", "birthDat, which is not there"));
    assertThat(
            differences(
                head
                    + "set: {Condition/c.onsetAge.value: 40, Condition/c._recordedDate.id: a,"
                    + " \"Condition/c.contained[0]\": {resourceType: Patient, birthDate: \"1970\"},"
                    + " \"Condition/c.extension[0]\": {url: \"u:x\", valueQuantity: {value: 1}}}}]"))
        .isEmpty();
  }

  private static String text(Throwable e) {
    return ((ProblemException) e).problem().text();
  }

  @Test
  void describesEveryKeyOnItsPage() throws IOException {
    String page = Files.readString(Path.of(System.getProperty("oncohooks.home"), "docs/cases.md"));
    Set<String> keys = new TreeSet<>(CaseFolder.KEYS);
    keys.addAll(CaseFolder.VARIANT_KEYS);
    String known =
        differences(
                "evaluationTime: \"2026-06-01T12:00:00-05:00\"\nservice: demo\ncards: [{colour: red}]")
            .get(0);
    keys.addAll(List.of(known.substring(known.indexOf("known: ") + 7).split(" ")));
    assertThat(keys)
        .hasSizeGreaterThan(25)
        .allSatisfy(key -> assertThat(page).containsPattern("(?m)^\\|[^|]*`" + key + "`[^|]*\\|"));
  }

  @Test
  void givesTheCaseItsHookAndContext() throws IOException {
    TestContent content = TestContent.in(root, "alpha");
    content.recommendation("alpha", "exists HookContext.\"Draft Service Requests\"");
    content.replace(
        "cql/Alpha.cql",
        "valueset \"Lumps\"",
        "include HookContext version '0.1.0' called HookContext\nvalueset \"Lumps\"");
    content.write(
        "cql/common/HookContext.cql",
        Files.readString(
            Path.of(System.getProperty("oncohooks.home"), "cql/common/HookContext.cql")));
    content.replace(
        "fhir-resources/plandefinition/PlanDefinition-demo.json", "patient-view", "order-sign");
    String order = "{resourceType: ServiceRequest, id: s, subject: {reference: Patient/p}}";
    assertThat(
            differences(
                content,
                """
                evaluationTime: "2026-06-01T12:00:00-05:00"
                service: demo
                hook: order-sign
                context: {draftOrders: [ORDER]}
                defines: {Applies: true}
                cards: [{topic: alpha}]
                variants:
                  - name: as a Bundle
                    context: {draftOrders: {resourceType: Bundle, entry: [{resource: ORDER}]}}
                    cards: [{topic: alpha}]
                  - name: no draft
                    context: {draftOrders: []}
                    cards: []
                  - name: another hook
                    hook: patient-view
                    context: {}
                    defines: {Applies: false}
                """
                    .replace("ORDER", order)))
        .isEmpty();
  }

  private List<String> differences(String expected) throws IOException {
    return differences(TestContent.in(root, "alpha"), expected);
  }

  private List<String> differences(TestContent content, String expected) throws IOException {
    content.write(
        "cql/tests/Alpha/case/Patient-p.json",
        "{'resourceType':'Patient','id':'p','birthDate':'1970-01-01'}");
    content.write(
        "cql/tests/Alpha/case/Condition-c.json",
        "{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/p'},"
            + "'code':{'text':'Lump','coding':[{'system':'http://snomed.info/sct','code':'89164003'}]}}");
    Files.writeString(root.resolve("cql/tests/Alpha/case/expected.yaml"), expected);
    Knowledge knowledge = content.knowledge();
    CaseRunner runner = new CaseRunner(knowledge);
    return CaseFolder.readAll(root.resolve("cql/tests")).stream()
        .flatMap(tested -> runner.run(tested).stream())
        .map(Difference::toString)
        .toList();
  }
}
