package org.oncohooks.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oncohooks.Deadline;
import org.oncohooks.Finding;
import org.oncohooks.TestContent;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Link;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.knowledge.Suggestion;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/** From a PlanDefinition's child actions to what is suggested; A-numbers of docs/decisions/0008. */
class SuggestionsTest {

  private static final String PLAN = "fhir-resources/plandefinition/PlanDefinition-alpha.json";
  private static final String CHILD =
      "{'id':'look','title':'Order a look','definitionCanonical':'https://example.org/ActivityDefinition/look'}";
  private static final String LOOK =
      "'definitionCanonical':'https://example.org/ActivityDefinition/look'";
  private static final String REMOVE =
      "'type':{'coding':[{'code':'remove'}]},'dynamicValue':[{'path':'resource','expression':"
          + "{'language':'text/cql-identifier','expression':'Drafts'}}]";
  private static final String DRAFTS =
      "{'draftOrders':{'resourceType':'Bundle','entry':[%s,%s]}}".formatted(draft("a"), draft("b"));

  @TempDir Path root;

  private TestContent content;

  private static String draft(String id) {
    return "{'resource':{'resourceType':'ServiceRequest','id':'%s','status':'draft',".formatted(id)
        + "'code':{'text':'old'},'subject':{'reference':'Patient/p'}}}";
  }

  @BeforeEach
  void write() throws IOException {
    content = TestContent.in(root, "alpha");
    content.write(
        "cql/common/HookContext.cql",
        Files.readString(
            Path.of(System.getProperty("oncohooks.home"), "cql/common/HookContext.cql")));
    content.recommendation("alpha", "true");
    content.replace(
        "cql/Alpha.cql",
        "valueset \"Lumps\"",
        "include HookContext version '0.1.0' called HookContext\nvalueset \"Lumps\"");
    content.replace(
        "cql/Alpha.cql",
        "define \"Card Summary\"",
        """
        define "Yes": true
        define "No": false
        define "Drafts": HookContext."Draft Service Requests" D return 'ServiceRequest/' + D.id
        define "Others": { 'ServiceRequest/recorded' }
        define "Card Summary\"""");
  }

  private void children(String children) {
    content.replace(PLAN, CHILD, children);
  }

  private void root(String member) {
    content.replace(PLAN, "'priority':'urgent',", "'priority':'urgent'," + member + ",");
  }

  private Recommendation recommendation() {
    return content.knowledge().service("demo").orElseThrow().recommendations("patient-view").get(0);
  }

  private List<Proposal> proposals() {
    return decide().speaking().orElseThrow().advice().suggestions();
  }

  private Decision decide() {
    Knowledge knowledge = content.knowledge();
    return new DecisionEngine()
        .decide(
            knowledge,
            knowledge.service("demo").orElseThrow(),
            HookContext.read("patient-view", "p", Optional.empty(), json(DRAFTS)),
            PatientRecord.builder("p")
                .add(json("{'resourceType':'Patient','id':'p'}"), "test")
                .build(),
            ZonedDateTime.parse("2026-06-01T12:00:00-05:00"),
            Map.of(),
            Deadline.after(Duration.ofSeconds(60)));
  }

  private static ObjectNode json(String text) {
    return StrictJson.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static String action(String id, String members) {
    return "{'id':'%s','title':'Do %s',%s}".formatted(id, id, members);
  }

  private static String when(String define) {
    return "'condition':[{'kind':'applicability','expression':{'language':'text/cql-identifier',"
        + "'expression':'"
        + define
        + "'}}]";
  }

  @ParameterizedTest
  @DisplayName("A7: selection behaviours of FHIR become the two of CDS Hooks")
  @CsvSource({"any,false", "one-or-more,false", "exactly-one,true", "at-most-one,true"})
  void mapsSelectionBehavior(String behavior, boolean atMostOne) {
    root("'selectionBehavior':'" + behavior + "'");
    assertThat(recommendation().atMostOne()).isEqualTo(atMostOne);
  }

  @ParameterizedTest
  @DisplayName("A7: all or none make one suggestion with all actions that apply")
  @CsvSource({"all", "all-or-none"})
  void makesOneSuggestionOfAll(String behavior) {
    root("'selectionBehavior':'" + behavior + "'");
    children(
        action("one", LOOK + "," + when("Yes"))
            + ","
            + action("two", LOOK)
            + ","
            + action("three", LOOK + "," + when("No")));
    assertThat(proposals())
        .singleElement()
        .satisfies(
            proposal -> {
              assertThat(proposal.label()).isEqualTo("alpha");
              assertThat(proposal.steps()).hasSize(2);
            });
  }

  @Test
  @DisplayName("A7: an unknown selection behaviour is a finding")
  void refusesAnUnknownSelectionBehavior() {
    root("'selectionBehavior':'some'");
    assertFinding("selectionBehavior is none of FHIR R4");
  }

  @Test
  @DisplayName("A8: remove becomes delete of each draft that the define names")
  void deletesDrafts() {
    children(action("gone", REMOVE));
    Proposal proposal = proposals().get(0);
    assertThat(proposal.label()).isEqualTo("Do gone");
    assertThat(proposal.steps())
        .extracting(Proposal.Step::kind)
        .containsExactly(Suggestion.Kind.DELETE, Suggestion.Kind.DELETE);
    assertThat(proposal.steps())
        .extracting(step -> HookContext.reference(step.target().orElseThrow()))
        .containsExactly("ServiceRequest/a", "ServiceRequest/b");
  }

  @Test
  @DisplayName("A8: update names the draft and what it becomes")
  void updatesDrafts() {
    children(action("change", REMOVE.replace("remove", "update") + "," + LOOK));
    assertThat(proposals().get(0).steps())
        .extracting(Proposal.Step::kind)
        .containsOnly(Suggestion.Kind.UPDATE);
  }

  @ParameterizedTest
  @DisplayName("A8: other types, and types without what they need, are findings")
  @CsvSource(
      delimiter = '|',
      value = {
        "fire-event|create, update, remove",
        "remove|say by a dynamicValue with path resource",
        "update|needs a reason, or an ActivityDefinition"
      })
  void refusesActionsThatSayTooLittle(String type, String message) {
    children(action("x", "'type':{'coding':[{'code':'" + type + "'}]}"));
    assertFinding(message);
  }

  @Test
  @DisplayName("A8: the define of drafts is a list of text")
  void refusesADefineOfAnotherType() {
    children(action("gone", REMOVE.replace("Drafts", "Yes")));
    assertFinding("is of type System.Boolean and has to be list<System.String>");
  }

  @Test
  @DisplayName("R-71: what the caller did not put before us is not changed, and that is an error")
  void refusesATargetOutsideTheContext() {
    children(action("gone", REMOVE.replace("Drafts", "Others")));
    assertThat(decide().notEvaluated())
        .singleElement()
        .satisfies(o -> assertThat(o.problem().code()).isEqualTo("target-unknown"));
  }

  @Test
  @DisplayName("R-66: a suggestion may hold several actions, done together")
  void holdsSeveralActions() {
    children(
        "{'id':'swap','title':'Swap','precheckBehavior':'yes','action':["
            + action("gone", REMOVE)
            + ","
            + action("look", LOOK)
            + ","
            + action("not", LOOK + "," + when("No"))
            + "]}");
    Proposal proposal = proposals().get(0);
    assertThat(proposal.recommended()).isTrue();
    assertThat(proposal.steps())
        .extracting(Proposal.Step::kind)
        .containsExactly(Suggestion.Kind.DELETE, Suggestion.Kind.DELETE, Suggestion.Kind.CREATE);
  }

  @Test
  @DisplayName("R-66: a suggestion of which no action applies is not made")
  void leavesOutWhatHasNoAction() {
    children(
        action("look", LOOK + "," + when("No"))
            + ",{'id':'swap','title':'Swap',"
            + when("No")
            + ",'action':["
            + action("gone", REMOVE)
            + "]}");
    assertThat(proposals()).isEmpty();
  }

  @Test
  @DisplayName("A9: a definition on the card's action is a suggestion")
  void takesTheDefinitionOfTheCard() {
    root(LOOK);
    children("");
    content.replace(PLAN, "'action':[\n     ,", "'action':[");
    assertThat(proposals()).extracting(Proposal::label).containsExactly("Look");
  }

  @ParameterizedTest
  @DisplayName("A10: a suggestion without a title is named by what else says what it does")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'textEquivalent':'text','description':'words','code':[{'text':'code'}],|text",
        "'description':'words','code':[{'text':'code'}],|words",
        "'code':[{'text':'code'}],|code",
        "'id':'x',|Look"
      })
  void namesASuggestionWithoutTitle(String members, String label) {
    children("{" + members + LOOK + "}");
    assertThat(proposals()).extracting(Proposal::label).containsExactly(label);
  }

  @Test
  @DisplayName(
      "A11: a child with only a reason is an override reason, one with only a text nothing")
  void takesReasonsForOverriding() {
    assertThat(recommendation().overrideReasons()).hasSize(1);
    children("{'description':'Snooze'}");
    assertFinding("needs a reason, or an ActivityDefinition");
  }

  @Test
  @DisplayName("A12: precheckBehavior yes is recommended; where one may be chosen, only the first")
  void recommendsTheFirstOnly() {
    String two =
        action("one", LOOK + ",'precheckBehavior':'yes'")
            + ","
            + action("two", LOOK + ",'precheckBehavior':'yes'");
    children(two);
    assertThat(proposals()).extracting(Proposal::recommended).containsExactly(true, true);
    root("'selectionBehavior':'at-most-one'");
    assertThat(proposals()).extracting(Proposal::recommended).containsExactly(true, false);
  }

  @Test
  @DisplayName("A13: documentation and citations are links, apps by extension, nothing else")
  void readsLinks() {
    content.replace(
        PLAN,
        "'status':'active',",
        "'status':'active','relatedArtifact':["
            + "{'type':'citation','citation':'A paper','url':'https://example.org/paper'},"
            + "{'type':'documentation','url':'https://host.example.org:8443/x'},"
            + "{'type':'derived-from','label':'Not shown','url':'https://example.org/base'},"
            + "{'type':'documentation','label':'The app','url':'https://app.example.org/launch',"
            + "'extension':[{'url':'https://oncohooks.org/StructureDefinition/smart-app',"
            + "'valueString':'risk'}]}],");
    assertThat(recommendation().citations())
        .containsExactly(
            new Link("A paper", "https://example.org/paper"),
            new Link("host.example.org", "https://host.example.org:8443/x"),
            new Link("The app", "https://app.example.org/launch", true, Optional.of("risk")));
  }

  @Test
  @DisplayName("R-79: a link that is not https is a finding")
  void refusesOtherLinks() {
    content.replace(PLAN, "https://example.org/guideline", "http://example.org/guideline");
    assertFinding("absolute and https");
  }

  @ParameterizedTest
  @DisplayName("A15: dynamicValue paths in the spellings that authors use")
  @CsvSource({"title", "action.title", "%action.title"})
  void readsDynamicPaths(String path) {
    content.replace(PLAN, "'path':'title'", "'path':'" + path + "'");
    assertThat(decide().speaking().orElseThrow().advice().summary()).isEqualTo("alpha applies");
  }

  @Test
  @DisplayName("A15: null keeps the static text")
  void keepsTheStaticText() {
    content.replace("cql/Alpha.cql", "'alpha applies'", "null as String");
    assertThat(decide().speaking().orElseThrow().advice().summary()).isEqualTo("alpha");
  }

  @Test
  @DisplayName("A16: an action's description is Markdown without raw HTML")
  void stripsRawHtml() {
    root(
        "'description':'See **this** <b>now</b><!-- x --> a < b <https://example.org>"
            + "<script>alert(1)</script>'");
    assertThat(recommendation().background())
        .contains("See **this** now a < b <https://example.org>alert(1)");
  }

  @Test
  @DisplayName("A22: what CDS Hooks has nothing for is a warning, and the content still loads")
  void warnsOfWhatItIgnores() {
    root("'groupingBehavior':'visual-group'");
    assertThat(content.load().findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.isError()).isFalse();
              assertThat(finding.message()).contains("groupingBehavior");
            });
    assertThat(proposals()).hasSize(1);
  }

  private void assertFinding(String message) {
    assertThat(content.load().findings())
        .filteredOn(Finding::isError)
        .anyMatch(finding -> finding.message().contains(message));
  }
}
