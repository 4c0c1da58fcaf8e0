package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.TestContent;
import org.oncohooks.knowledge.Knowledge;

/** What is accepted holds afterwards, and nothing else of the file changes. */
class ExpectedFileTest {

  @TempDir Path root;

  private Path file;
  private Knowledge knowledge;

  @Test
  void writesWhatIsAndLeavesTheRestAsItWas() throws IOException {
    write(
        """
        # why this case: é, 😀 and quotes stay
        description: "one: two"
        evaluationTime: "2026-06-01T12:00:00-05:00"
        service: demo
        defines:
          Applies: false   # wrong
          Evidence: {count: 7}
        cards:
          - topic: beta
            summary: "something else"   # wrong, too
        variants:
          # a comment
          - name: "without the lump"
            remove: [Condition/c]
            cards: [{topic: alpha}]
            dataIncomplete: true
          - {name: short, cards: []}
          - name: expects nothing
            add: []
        """);
    assertThat(accept()).isEqualTo(8);
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            # why this case: é, 😀 and quotes stay
            description: "one: two"
            evaluationTime: "2026-06-01T12:00:00-05:00"
            service: demo
            defines:
              Applies: true   # wrong
              Evidence: {count: 1}
            cards:
              - topic: alpha
                summary: alpha applies   # wrong, too
            variants:
              # a comment
              - name: "without the lump"
                remove: [Condition/c]
                cards: []
                dataIncomplete: false
              - {name: short, cards: [{topic: alpha, indicator: warning}]}
              - name: expects nothing
                add: []
                cards: [{topic: alpha, indicator: warning}]
            """);
    assertThat(results()).allMatch(CaseResult::holds);
    assertThat(accept()).isZero();
  }

  @Test
  void addsWhatWasNotExpected() throws IOException {
    write(
        """
        evaluationTime: "2026-06-01T12:00:00-05:00"
        service: demo
        missing: [Condition]   # was not sent
        cards: []
        """);
    assertThat(accept()).isEqualTo(1);
    assertThat(Files.readString(file))
        .endsWith("missing: [Condition]   # was not sent\nnotEvaluated: [alpha]\ncards: []\n");
    assertThat(results()).allMatch(CaseResult::holds);
  }

  @Test
  void acceptsNoFailure() throws IOException {
    String text =
        """
        evaluationTime: "2026-06-01T12:00:00-05:00"
        service: nowhere
        cards: []
        """;
    write(text);
    assertThat(accept()).isZero();
    assertThat(Files.readString(file)).isEqualTo(text);
  }

  private void write(String expected) throws IOException {
    TestContent content = TestContent.in(root, "alpha");
    content.write(
        "cql/tests/Alpha/case/Patient-p.json",
        "{'resourceType':'Patient','id':'p','birthDate':'1970-01-01'}");
    content.write(
        "cql/tests/Alpha/case/Condition-c.json",
        "{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/p'},"
            + "'code':{'text':'Lump','coding':[{'system':'http://snomed.info/sct','code':'89164003'}]}}");
    file = root.resolve("cql/tests/Alpha/case/expected.yaml");
    Files.writeString(file, expected);
    knowledge = content.knowledge();
  }

  private List<CaseResult> results() throws IOException {
    return new CaseSuite(knowledge, 2)
        .run(CaseFolder.readAll(root.resolve("cql/tests")), done -> {});
  }

  private int accept() throws IOException {
    return ExpectedFile.accept(file, results());
  }
}
