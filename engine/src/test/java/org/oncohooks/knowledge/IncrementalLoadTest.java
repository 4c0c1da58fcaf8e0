package org.oncohooks.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.TestContent;
import org.oncohooks.cql.CompiledLibraries;

/** What is compiled again after a change, and that it gives what compiling everything gives. */
class IncrementalLoadTest {

  private static final String COMMON = "library Common version '1.0.0'\ndefine \"Word\": 'old'\n";

  @TempDir private Path root;
  private final CompiledLibraries memory = new CompiledLibraries();

  private TestContent content() {
    TestContent content = TestContent.in(root, "alpha", "beta");
    content.write("cql/Common.cql", COMMON);
    content.replace(
        "cql/Alpha.cql", "context Patient", "include Common called Common\ncontext Patient");
    content.replace("cql/Alpha.cql", "'alpha applies'", "Common.\"Word\"");
    return content;
  }

  private Loaded load() {
    return KnowledgeLoader.load(root, Optional.empty(), memory);
  }

  private String elm(Loaded loaded, String library) {
    return loaded.knowledge().orElseThrow().program().elm(library);
  }

  @Test
  void compilesOnlyWhatRestsOnTheChange() {
    TestContent content = content();
    Loaded first = load();
    assertThat(memory.compiledAnew()).isEqualTo(3);
    assertThat(load().knowledge()).isPresent();
    assertThat(memory.compiledAnew()).isZero();

    content.replace("cql/Beta.cql", "'There is a lump.'", "'A lump.'");
    assertThat(elm(load(), "Beta")).contains("A lump.");
    assertThat(memory.compiledAnew()).isEqualTo(1);

    // nobody who includes it can tell
    content.replace("cql/Common.cql", "'old'", "'new'");
    Loaded after = load();
    assertThat(memory.compiledAnew()).isEqualTo(1);
    assertThat(elm(after, "Common")).contains("\"new\"");
    assertThat(elm(first, "Common")).contains("\"old\"");
  }

  @Test
  void givesWhatCompilingEverythingGives() {
    TestContent content = content();
    load();
    content.replace("cql/Common.cql", "define \"Word\": 'old'", "define \"Word\": ToString(5)");
    Loaded incremental = load();
    Loaded whole = content.load();
    for (String library : whole.knowledge().orElseThrow().program().libraries()) {
      assertThat(elm(incremental, library)).isEqualTo(elm(whole, library));
    }
    assertThat(incremental.findings()).isEqualTo(whole.findings());
  }

  @Test
  void compilesWhatCanTellTheChange() {
    TestContent content = content();
    content.replace("cql/Common.cql", "'old'\n", "'old'\ndefine function \"F\"(a Integer): a\n");
    load();
    content.replace("cql/Common.cql", "define function", "define \"More\": 5\ndefine function");
    load();
    assertThat(memory.compiledAnew()).as("it offers more").isEqualTo(1);
    content.replace("cql/Common.cql", "(a Integer): a", "(a Integer): 'a'");
    load();
    assertThat(memory.compiledAnew()).as("a function gives another type").isEqualTo(2);
    content.replace(
        "cql/Common.cql",
        "define \"More\"",
        "define function \"F\"(a Decimal): a\ndefine \"More\"");
    load();
    assertThat(memory.compiledAnew()).as("another overload").isEqualTo(2);
    content.replace("cql/Common.cql", "version '1.0.0'", "version '1.0.1'");
    load();
    assertThat(memory.compiledAnew()).as("another version").isEqualTo(2);
  }

  @Test
  void compilesOnlyWhatWasMendedWhereItOffersWhatItDidBefore() {
    TestContent content = content();
    load();
    content.replace("cql/Common.cql", "'old'", "'old' +");
    assertThat(load().knowledge()).isEmpty();
    content.replace("cql/Common.cql", "'old' +", "'new'");
    assertThat(elm(load(), "Common")).contains("\"new\"");
    assertThat(memory.compiledAnew()).isEqualTo(1);
  }

  @Test
  void findsInUnchangedLibrariesWhatTheChangeBreaks() {
    TestContent content = content();
    load();
    content.replace("cql/Common.cql", "\"Word\"", "\"Wort\"");
    assertThat(load().findings())
        .anyMatch(f -> f.file().equals("cql/Alpha.cql") && f.message().contains("has no \"Word\""));
    content.replace("cql/Common.cql", "\"Wort\"", "\"Word\"");
    assertThat(load().findings()).isEmpty();
  }

  @Test
  void keepsWarningsOfWhatIsNotCompiledAgain() {
    TestContent content = content();
    content.replace("cql/Beta.cql", "define \"Reason\"", "define C: 1\ndefine \"Reason\"");
    Loaded first = load();
    assertThat(first.findings()).isNotEmpty();
    content.replace("cql/Alpha.cql", "'There is a lump.'", "'A lump.'");
    assertThat(load().findings()).isEqualTo(first.findings());
  }

  @Test
  void checksUnchangedLibrariesAgainstValueSetsThatAreGone() {
    TestContent content = content();
    load();
    content.replace(
        "fhir-resources/valueset/ValueSet-lumps.json", "ValueSet/lumps", "ValueSet/gone");
    assertThat(load().findings()).anyMatch(f -> f.message().contains("has no value set"));
  }
}
