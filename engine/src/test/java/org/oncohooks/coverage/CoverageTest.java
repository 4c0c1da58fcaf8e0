package org.oncohooks.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.TestContent;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseSuite;
import org.oncohooks.cql.CqlCoverage;
import org.oncohooks.cql.CqlPlaces;
import org.oncohooks.knowledge.Knowledge;

/** What no case evaluates is seen, named by its place, and what went one way only. */
class CoverageTest {

  private static final String GATE =
      "case when Patient.birthDate is null then false when Count(Evidence) > 7 then 1 = 2"
          + " else exists (Evidence E where E.resource = '<a>') or exists Evidence end";

  @TempDir Path root;

  @Test
  void seesWhatNoCaseEvaluates() throws IOException {
    LibraryCoverage alpha = report("cards: [{topic: alpha}]").libraries().get(0);
    assertThat(alpha.library()).isEqualTo("Alpha");
    assertThat(alpha.recommendation()).isTrue();
    assertThat(texts(alpha.missed())).contains("1 = 2", "false").doesNotContain(GATE);
    assertThat(alpha.expressions().part()).isEqualTo(alpha.places().size() - 6);
    assertThat(alpha.branches().part()).isLessThan(alpha.branches().whole());
  }

  @Test
  void seesWhatMoreCasesAdd() throws IOException {
    LibraryCoverage few = report("cards: [{topic: alpha}]").libraries().get(0);
    LibraryCoverage more =
        report(
                """
                cards: [{topic: alpha}]
                variants:
                  - {name: no birth date, set: {Patient/p.birthDate: null}, cards: []}
                """)
            .libraries()
            .get(0);
    assertThat(texts(more.missed())).doesNotContain("false");
    assertThat(more.branches().part()).isGreaterThan(few.branches().part());
  }

  @Test
  void namesARecommendationThatIsTooLow() throws IOException {
    CoverageReport report = report("cards: [{topic: alpha}]");
    assertThat(report.below(100)).extracting(LibraryCoverage::library).containsExactly("Alpha");
    assertThat(report.below(10)).isEmpty();
  }

  @Test
  void writesPagesThatShowTheSource() throws IOException {
    CoverageReport report = report("cards: [{topic: alpha}]");
    CoveragePages.write(root.resolve("pages"), report, knowledge.sources(), 100);
    String page = Files.readString(root.resolve("pages/Alpha.html"));
    assertThat(page)
        .contains("<span class=missed title=\"never evaluated\">", "&lt;a&gt;", "class=half")
        .doesNotContain("<script", "<a>'");
    assertThat(page.replaceAll("<[^>]*>", "").replace("&gt;", ">").replace("&lt;", "<"))
        .contains(GATE);
    assertThat(Files.readString(root.resolve("pages/index.html")))
        .contains("Alpha.html", "too low");
  }

  private Knowledge knowledge;

  private CoverageReport report(String expected) throws IOException {
    TestContent content = TestContent.in(root, "alpha");
    content.recommendation("alpha", GATE);
    content.write(
        "cql/tests/Alpha/case/Patient-p.json",
        "{'resourceType':'Patient','id':'p','birthDate':'1970-01-01'}");
    content.write(
        "cql/tests/Alpha/case/Condition-c.json",
        "{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/p'},"
            + "'code':{'text':'Lump','coding':[{'system':'http://snomed.info/sct','code':'89164003'}]}}");
    Files.writeString(
        root.resolve("cql/tests/Alpha/case/expected.yaml"),
        "evaluationTime: \"2026-06-01T12:00:00-05:00\"\nservice: demo\n" + expected);
    knowledge = content.knowledge();
    CqlCoverage coverage = new CqlCoverage();
    assertThat(
            new CaseSuite(knowledge, 2)
                .run(CaseFolder.readAll(root.resolve("cql/tests")), done -> {}, coverage))
        .allMatch(result -> result.holds());
    return CoverageReport.of(knowledge, coverage);
  }

  private List<String> texts(List<CqlPlaces.Place> places) {
    String[] lines = knowledge.sources().get("Alpha").text().split("\n");
    return places.stream()
        .map(
            place -> {
              String[] ends = place.mark().locator().split("[-:]");
              return lines[Integer.parseInt(ends[0]) - 1].substring(
                  Integer.parseInt(ends[1]) - 1, Integer.parseInt(ends[ends.length - 1]));
            })
        .toList();
  }
}
