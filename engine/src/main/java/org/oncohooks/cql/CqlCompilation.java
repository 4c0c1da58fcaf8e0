package org.oncohooks.cql;

import io.github.oshai.kotlinlogging.KotlinLoggingConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kotlinx.io.Buffer;
import kotlinx.io.Source;
import org.cqframework.cql.cql2elm.CqlCompilerException;
import org.cqframework.cql.cql2elm.CqlCompilerOptions;
import org.cqframework.cql.cql2elm.CqlSyntaxException;
import org.cqframework.cql.cql2elm.LibraryBuilder;
import org.cqframework.cql.cql2elm.LibraryManager;
import org.cqframework.cql.cql2elm.LibrarySourceProvider;
import org.cqframework.cql.cql2elm.ModelManager;
import org.cqframework.cql.cql2elm.model.CompiledLibrary;
import org.cqframework.cql.cql2elm.tracking.TrackBack;
import org.cqframework.cql.cql2elm.tracking.Trackable;
import org.hl7.elm.r1.CodeSystemDef;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.UsingDef;
import org.hl7.elm.r1.ValueSetDef;
import org.hl7.elm.r1.VersionedIdentifier;
import org.oncohooks.Finding;

/**
 * Compiles all CQL sources of the content together and checks them: every problem becomes a {@link
 * Finding} with its place, whatever the compiler does.
 */
public final class CqlCompilation {

  /** The compiler overflows a default stack on long sums and deep parentheses. */
  private static final long STACK_BYTES = 256L << 20;

  static final String HELPERS = "FHIRHelpers";
  static final String HELPERS_VERSION = "4.0.1";
  static final String FHIR_VERSION = "4.0.1";
  static final String OTHER_MODEL =
      "the data model has to be: using FHIR version '" + FHIR_VERSION + "'";
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final Pattern LIBRARY =
      Pattern.compile(
          "^\\s*library\\s+(\"?)([\\w.]+)\\1(?:\\s+version\\s+'([^']*)')?", Pattern.MULTILINE);

  private final Map<String, CqlSource> sources = new TreeMap<>();
  private final ValueSets valueSets;
  private final Optional<CompiledCqlCache> cache;
  private final CompiledLibraries memory;
  private final Set<Finding> findings = new TreeSet<>();
  private final CompilerWords words = new CompilerWords(sources);

  private CqlCompilation(
      List<CqlSource> sources,
      ValueSets valueSets,
      Optional<CompiledCqlCache> cache,
      CompiledLibraries memory) {
    this.cache = cache;
    this.memory = memory;
    for (CqlSource source : sources) {
      CqlSource other = this.sources.putIfAbsent(source.name(), source);
      if (other != null) {
        findings.add(
            Finding.error(
                source.file(),
                "library "
                    + source.name()
                    + " is also in "
                    + other.file()
                    + "; rename one of them"));
      }
    }
    this.valueSets = valueSets;
  }

  /**
   * What compiling gave.
   *
   * @param program empty if any finding is an error
   * @param findings sorted by place
   */
  public record Result(Optional<CqlProgram> program, List<Finding> findings) {}

  public static Result compile(List<CqlSource> sources, ValueSets valueSets) {
    return compile(sources, valueSets, Optional.empty());
  }

  /**
   * As {@link #compile(List, ValueSets)}, unless the same sources were compiled before and the
   * cache kept the result.
   */
  public static Result compile(
      List<CqlSource> sources, ValueSets valueSets, Optional<CompiledCqlCache> cache) {
    return compile(sources, valueSets, cache, new CompiledLibraries());
  }

  /** As {@link #compile(List, ValueSets, Optional)}, but for what is remembered. */
  public static Result compile(
      List<CqlSource> sources,
      ValueSets valueSets,
      Optional<CompiledCqlCache> cache,
      CompiledLibraries memory) {
    // the engine's logging library would announce itself on standard output
    KotlinLoggingConfiguration.INSTANCE.setLogStartupMessage(false);
    CqlCompilation compilation = new CqlCompilation(sources, valueSets, cache, memory);
    Optional<CqlProgram> known =
        compilation.findings.isEmpty()
            ? cache.flatMap(c -> c.find(compilation.cacheKey(), valueSets))
            : Optional.empty();
    return known.isPresent() ? new Result(known, List.of()) : onBigStack(compilation);
  }

  /**
   * Compiles one more library beside those of a program.
   *
   * @param known the program; its tables hold for the new one too
   * @param sources what {@code known} was compiled from
   * @param own the library, which may include any of them
   * @param memory of a compilation of these sources; what it lacks is compiled once more
   */
  public static Result compileBeside(
      CqlProgram known, Collection<CqlSource> sources, CqlSource own, CompiledLibraries memory) {
    List<CqlSource> all = new ArrayList<>(sources);
    all.add(own);
    Result result = compile(all, known.valueSets(), Optional.empty(), memory);
    return new Result(result.program().map(known::tablesFor), result.findings());
  }

  private static Result onBigStack(CqlCompilation compilation) {
    List<Result> result = new ArrayList<>(1);
    Thread thread =
        new Thread(null, () -> result.add(compilation.run()), "cql-compiler", STACK_BYTES);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while compiling CQL", e);
    }
    if (result.isEmpty()) {
      throw new IllegalStateException("the CQL compiler thread ended without a result");
    }
    return result.get(0);
  }

  private Result run() {
    ModelManager models = memory.models();
    List<CqlSource> inOrder = LibraryOrder.of(sources.values(), findings);
    Map<VersionedIdentifier, CompiledLibrary> known = new HashMap<>(memory.begin(inOrder));
    LibraryManager manager = new LibraryManager(models, options(), known);
    manager.getLibrarySourceLoader().registerProvider(provider());
    Map<String, Library> libraries = new HashMap<>();
    Set<String> unchecked = new TreeSet<>();
    for (CqlSource source : inOrder) {
      Set<String> includes = source.includes();
      if (includes.stream().filter(sources::containsKey).allMatch(libraries::containsKey)) {
        compile(manager, source, memory.reuse(source, known))
            .ifPresent(library -> libraries.put(source.name(), library));
      } else {
        header(source);
        unchecked.add(source.name());
      }
    }
    if (!unchecked.isEmpty()) {
      findings.add(
          new Finding(
              Finding.Severity.WARNING,
              "cql",
              1,
              1,
              unchecked.size()
                  + (unchecked.size() == 1
                      ? " library was not checked, because it includes one that doesn't compile: "
                      : " libraries were not checked, because they include one that doesn't"
                          + " compile: ")
                  + String.join(", ", unchecked)));
    }
    memory.keepHelpers(manager.getCompiledLibraries());
    manager
        .getCompiledLibraries()
        .forEach((id, compiled) -> libraries.putIfAbsent(id.getId(), compiled.getLibrary()));
    libraries.remove("System");
    if (findings.stream().anyMatch(Finding::isError)) {
      return new Result(Optional.empty(), List.copyOf(findings));
    }
    Optional.ofNullable(libraries.get(HELPERS)).ifPresent(FhirConversions::takeOver);
    FhirModelTypes model = new FhirModelTypes(models.resolveModel("FHIR", FHIR_VERSION));
    Map<String, Map<String, String>> resultTypes = resultTypes(libraries);
    if (findings.isEmpty()) {
      // what is found again comes without its warnings
      cache.ifPresent(c -> c.store(cacheKey(), libraries, resultTypes, model));
    }
    return new Result(
        Optional.of(
            new CqlProgram(
                manager, new FhirTypes(model), valueSets, Map.copyOf(libraries), resultTypes)),
        List.copyOf(findings));
  }

  private static Map<String, Map<String, String>> resultTypes(Map<String, Library> libraries) {
    Map<String, Map<String, String>> types = new TreeMap<>();
    libraries.forEach(
        (name, library) -> {
          Map<String, String> ofLibrary = new TreeMap<>();
          if (library.getStatements() != null) {
            for (ExpressionDef def : library.getStatements().getDef()) {
              if (!(def instanceof FunctionDef)) {
                ofLibrary.put(def.getName(), String.valueOf(Trackable.INSTANCE.getResultType(def)));
              }
            }
          }
          types.put(name, ofLibrary);
        });
    return types;
  }

  /** Everything that the compiled program depends on. */
  private String cacheKey() {
    return CompiledCqlCache.key(List.copyOf(sources.values()), valueSets.urls());
  }

  private static CqlCompilerOptions options() {
    CqlCompilerOptions options =
        new CqlCompilerOptions(
            CqlCompilerException.ErrorSeverity.Info,
            // lets the engine cache which overload a call means
            LibraryBuilder.SignatureLevel.All,
            CqlCompilerOptions.Options.EnableLocators,
            CqlCompilerOptions.Options.DisableListDemotion,
            CqlCompilerOptions.Options.DisableListPromotion);
    options.setCompatibilityLevel("1.5");
    options.setEnableCqlOnly(true);
    return options;
  }

  private LibrarySourceProvider provider() {
    return new LibrarySourceProvider() {
      @Override
      public Source getLibrarySource(VersionedIdentifier id) {
        if (HELPERS.equals(id.getId())) {
          return source(helpers());
        }
        CqlSource source = sources.get(id.getId());
        return source == null ? null : source(source.text());
      }
    };
  }

  private static String helpers() {
    String resource = "/org/hl7/fhir/" + HELPERS + "-" + HELPERS_VERSION + ".cql";
    try (InputStream in = CqlCompilation.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Source source(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Buffer buffer = new Buffer();
    buffer.write(bytes, 0, bytes.length);
    return buffer;
  }

  private Optional<Library> compile(LibraryManager manager, CqlSource source, boolean unchanged) {
    Optional<VersionedIdentifier> identifier = header(source);
    if (identifier.isEmpty()) {
      return Optional.empty();
    }
    Optional<Finding> tooDeep = Nesting.check(source);
    if (tooDeep.isPresent()) {
      findings.add(tooDeep.get());
      return Optional.empty();
    }
    List<Finding> header = LibraryHeader.check(source, sources);
    if (!header.isEmpty()) {
      findings.addAll(header);
      return Optional.empty();
    }
    List<CqlCompilerException> problems = new ArrayList<>();
    try {
      CompiledLibrary compiled = manager.resolveLibrary(identifier.get(), problems);
      problems.forEach(problem -> report(source, problem));
      fold(source);
      if (unchanged) {
        findings.addAll(memory.warnings(source));
      }
      // what is checked below doesn't keep others from being checked against it
      boolean translated =
          findings.stream().noneMatch(f -> f.isError() && f.file().equals(source.file()));
      if (!translated) {
        memory.forget(source);
      } else if (!unchanged) {
        memory.keep(
            source,
            compiled,
            findings.stream().filter(f -> f.file().equals(source.file())).toList());
      }
      Library library = compiled.getLibrary();
      checkUsings(source, library);
      checkValueSets(source, library);
      checkCodeSystems(source, library);
      return translated ? Optional.of(library) : Optional.empty();
    } catch (CqlCompilerException e) {
      report(source, e);
    } catch (RuntimeException | StackOverflowError e) {
      // the compiler answers some malformed sources with whatever exception comes up
      findings.add(
          Finding.error(
              source.file(),
              "the CQL compiler gave up on this file ("
                  + e.getClass().getSimpleName()
                  + "); look for an unclosed quote or bracket, or a very long expression"));
    }
    return Optional.empty();
  }

  private Optional<VersionedIdentifier> header(CqlSource source) {
    if (source.text().startsWith(BYTE_ORDER_MARK)) {
      findings.add(
          Finding.error(
              source.file(),
              "the file begins with a byte order mark, which is no CQL; save it as UTF-8 without"
                  + " one (in some editors: \"UTF-8 without BOM\")"));
      return Optional.empty();
    }
    Matcher header = LIBRARY.matcher(source.text());
    if (!header.find()) {
      findings.add(
          Finding.error(
              source.file(), "begin the file with: library " + source.name() + " version '0.1.0'"));
      return Optional.empty();
    }
    int line =
        1
            + (int)
                source.text().substring(0, header.start(2)).chars().filter(c -> c == '\n').count();
    if (!header.group(2).equals(source.name())) {
      findings.add(
          Finding.error(
              source.file(),
              line,
              1,
              "library " + header.group(2) + " has to stand in a file of that name"));
      return Optional.empty();
    }
    if (header.group(3) == null || header.group(3).isBlank()) {
      findings.add(
          Finding.error(source.file(), line, 1, "give the library a version: version '0.1.0'"));
      return Optional.empty();
    }
    return Optional.of(
        new VersionedIdentifier().withId(header.group(2)).withVersion(header.group(3)));
  }

  private void report(CqlSource compiling, CqlCompilerException problem) {
    if (problem.getSeverity() == CqlCompilerException.ErrorSeverity.Info) {
      return;
    }
    TrackBack place = problem.getLocator();
    CqlSource source =
        place == null || place.getLibrary() == null
            ? compiling
            : sources.getOrDefault(place.getLibrary().getId(), compiling);
    String message = String.valueOf(problem.getMessage()).replace('\n', ' ').trim();
    // the parser counts columns from 0, everything behind it from 1
    boolean fromZero = problem instanceof CqlSyntaxException;
    findings.add(
        new Finding(
            problem.getSeverity() == CqlCompilerException.ErrorSeverity.Error
                ? Finding.Severity.ERROR
                : Finding.Severity.WARNING,
            source.file(),
            place == null ? 1 : Math.max(1, place.getStartLine()),
            place == null ? 1 : Math.max(1, place.getStartChar() + (fromZero ? 1 : 0)),
            CompilerWords.follows(message) ? message : words.of(message, source)));
  }

  /** The first cause alone: what follows from an error, and what stands behind unreadable text. */
  private void fold(CqlSource source) {
    List<Finding> errors =
        findings.stream().filter(f -> f.isError() && f.file().equals(source.file())).toList();
    Optional<Finding> unreadable = errors.stream().filter(CompilerWords::isSyntax).findFirst();
    boolean told = errors.stream().anyMatch(f -> !CompilerWords.follows(f.message()));
    findings.removeIf(
        f ->
            f.file().equals(source.file())
                && (unreadable.filter(first -> !first.equals(f)).isPresent()
                    || (told && CompilerWords.follows(f.message()))));
    if (unreadable.isEmpty() && !errors.isEmpty()) {
      LibraryHeader.withoutContext(source)
          .ifPresent(
              cause -> {
                findings.removeIf(f -> f.file().equals(source.file()));
                findings.add(cause);
              });
    }
  }

  private void checkUsings(CqlSource source, Library library) {
    if (library.getUsings() == null) {
      return;
    }
    for (UsingDef using : library.getUsings().getDef()) {
      boolean system = "System".equals(using.getLocalIdentifier());
      boolean fhir =
          FhirTypes.URI.equals(using.getUri()) && FHIR_VERSION.equals(using.getVersion());
      if (!system && !fhir) {
        findings.add(at(source, using, OTHER_MODEL));
      }
    }
  }

  private void checkValueSets(CqlSource source, Library library) {
    if (library.getValueSets() == null) {
      return;
    }
    for (ValueSetDef valueSet : library.getValueSets().getDef()) {
      if (!valueSets.urls().contains(valueSet.getId())) {
        findings.add(
            at(
                source,
                valueSet,
                "the content has no value set "
                    + valueSet.getId()
                    + "; add it to fhir-resources/valueset or correct the URL"));
      }
    }
  }

  private void checkCodeSystems(CqlSource source, Library library) {
    if (library.getCodeSystems() == null) {
      return;
    }
    for (CodeSystemDef system : library.getCodeSystems().getDef()) {
      if (!valueSets.knowsSystem(system.getId())) {
        findings.add(
            at(
                source,
                system,
                "code system "
                    + system.getId()
                    + " is not known; correct it, or declare it by a NamingSystem or CodeSystem in"
                    + " fhir-resources"));
      }
    }
  }

  private static Finding at(CqlSource source, Element element, String message) {
    String locator = element.getLocator();
    if (locator == null) {
      return Finding.error(source.file(), message);
    }
    String[] start = locator.split("-", 2)[0].split(":");
    return Finding.error(
        source.file(), Integer.parseInt(start[0]), Integer.parseInt(start[1]), message);
  }
}
