package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oncohooks.ProblemException;
import org.oncohooks.hooks.Site;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;

/** A site's settings are what the content declares and can use, or the service does not start. */
class SiteSettingsTest {

  private static Knowledge knowledge;

  @TempDir Path folder;

  @BeforeAll
  static void load() {
    knowledge =
        KnowledgeLoader.load(Path.of(System.getProperty("oncohooks.home")))
            .knowledge()
            .orElseThrow();
  }

  private Site site(String yaml, String... settings) throws IOException {
    Path file = folder.resolve("site.yaml");
    Files.writeString(file, yaml);
    return SiteSettings.of(
        new SiteOptions(
            List.of("metastatic-pain"),
            List.of(settings),
            Optional.of(file),
            List.of("a.org"),
            true,
            false,
            Optional.empty(),
            Map.of()),
        knowledge);
  }

  @Test
  void readsSettingsByTheirType() throws IOException {
    Site site =
        site(
            "OverdueGraceMonths: 6\nCountDiagnostic: true\n",
            "OverdueGraceMonths=0",
            "CalciumHigh=10.2",
            "EmergencyNumber=112",
            "PreferAnnual=true");
    assertThat(site.settings().toString())
        .contains("OverdueGraceMonths=0", "CountDiagnostic=true", "CalciumHigh=10.2")
        .contains("EmergencyNumber=\"112\"", "PreferAnnual=true");
    assertThat(site.services()).containsExactly("metastatic-pain");
    assertThat(site.linkHosts()).containsExactly("a.org");
  }

  @Test
  void takesAnEmptyCommandLineForTheStandard() {
    assertThat(SiteSettings.of(SiteOptions.none(), knowledge)).isEqualTo(Site.standard());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|Nonsense=1|There is no parameter of that name",
        "{}|OverdueGraceMonths=soon|Setting OverdueGraceMonths: The parameter has to be a CQL Integer",
        "{}|CountDiagnostic=yes|Setting CountDiagnostic: The parameter has to be a CQL Boolean",
        "{}|SymptomWindowDays=-1|Setting SymptomWindowDays: ",
        "{}|MetsPainMode=bogus|Setting MetsPainMode: ",
        "{}|Hook=order-sign|There is no parameter of that name",
        "{}|CalciumHigh|--setting has to be NAME=VALUE",
        "{}|=1|--setting has to be NAME=VALUE",
        "EmergencyNumber: 112|PreferAnnual=true|Setting EmergencyNumber: The parameter has to be a CQL String",
        "[1]|PreferAnnual=true|has to hold lines of NAME: VALUE",
        "a: [|PreferAnnual=true|is not YAML at line"
      })
  void refusesWhatTheContentCanNotUse(String yaml, String setting, String text) {
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> site(yaml, setting));
    assertThat(refused.problem().text()).contains(text);
  }

  @Test
  void refusesAFileThatIsNotThere() {
    SiteOptions options =
        new SiteOptions(
            List.of(),
            List.of(),
            Optional.of(folder.resolve("none")),
            List.of(),
            true,
            false,
            Optional.empty(),
            Map.of());
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> SiteSettings.of(options, knowledge));
    assertThat(refused.problem().text()).contains("can't be read");
  }

  @Test
  void refusesAServiceThatIsNotThere() {
    SiteOptions options =
        new SiteOptions(
            List.of("none"),
            List.of(),
            Optional.empty(),
            List.of(),
            true,
            false,
            Optional.empty(),
            Map.of());
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> SiteSettings.of(options, knowledge));
    assertThat(refused.problem().text())
        .contains("--service none is not there", "breast-cancer-screening");
  }

  @Test
  void keepsTheLedgerForAsLongAsAnsweredCardsAreNotRepeated() {
    SiteOptions short364 = kept(364, true);
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> SiteSettings.of(short364, knowledge));
    assertThat(refused.problem().text()).contains("--ledger-retention-days", "at least 365");
    assertThat(SiteSettings.of(kept(365, true), knowledge)).isNotNull();
    assertThat(SiteSettings.of(kept(1, false), knowledge)).isNotNull();
  }

  private static SiteOptions kept(int days, boolean suppresses) {
    return new SiteOptions(
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        suppresses,
        false,
        Optional.of(Duration.ofDays(days)),
        Map.of());
  }
}
