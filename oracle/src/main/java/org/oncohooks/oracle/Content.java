package org.oncohooks.oracle;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cqframework.cql.cql2elm.CqlCompilerException;
import org.cqframework.cql.cql2elm.CqlCompilerOptions;
import org.cqframework.cql.cql2elm.LibraryBuilder;
import org.cqframework.cql.cql2elm.LibraryManager;
import org.cqframework.cql.cql2elm.ModelManager;
import org.cqframework.cql.cql2elm.quick.FhirLibrarySourceProvider;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.VersionedIdentifier;

/**
 * The content root ({@code cql/} and {@code fhir-resources/}) compiled and read by the independent
 * engine's own means. Every library is compiled in the constructor's factory, so that the compiled
 * libraries may be shared between threads afterwards.
 */
public final class Content {

  private final LibraryManager libraries;
  private final Map<String, List<String>> defines;
  private final ValueSets valueSets;
  private final Tables tables;
  private final FhirContext fhir;

  private Content(
      LibraryManager libraries,
      Map<String, List<String>> defines,
      ValueSets valueSets,
      Tables tables,
      FhirContext fhir) {
    this.libraries = libraries;
    this.defines = defines;
    this.valueSets = valueSets;
    this.tables = tables;
    this.fhir = fhir;
  }

  /**
   * @param root the directory that holds {@code cql/} and {@code fhir-resources/}
   * @throws IllegalStateException if a library does not compile; the message lists every error
   */
  public static Content read(Path root) {
    CqlFiles files = CqlFiles.under(root.resolve("cql"));
    LibraryManager manager =
        new LibraryManager(new ModelManager(), options(root.resolve("cql/cql-options.json")));
    manager.getLibrarySourceLoader().registerProvider(files);
    manager.getLibrarySourceLoader().registerProvider(new FhirLibrarySourceProvider());
    Map<String, List<String>> defines = new TreeMap<>();
    List<String> errors = new ArrayList<>();
    for (VersionedIdentifier id : files.identifiers()) {
      List<CqlCompilerException> found = new ArrayList<>();
      Library library = manager.resolveLibrary(id, found).getLibrary();
      found.stream()
          .filter(e -> e.getSeverity() == CqlCompilerException.ErrorSeverity.Error)
          .forEach(e -> errors.add(id.getId() + ": " + e.getMessage()));
      if (library != null) {
        defines.put(id.getId(), expressions(library));
      }
    }
    if (!errors.isEmpty()) {
      throw new IllegalStateException(String.join(System.lineSeparator(), errors));
    }
    return new Content(
        manager,
        defines,
        ValueSets.read(root.resolve("fhir-resources")),
        Tables.read(root.resolve("fhir-resources/codesystem")),
        FhirContext.forR4());
  }

  /** The libraries by name, each with its defines (no functions, not the context's Patient). */
  public Map<String, List<String>> defines() {
    return defines;
  }

  LibraryManager libraries() {
    return libraries;
  }

  ValueSets valueSets() {
    return valueSets;
  }

  Tables tables() {
    return tables;
  }

  FhirContext fhir() {
    return fhir;
  }

  private static List<String> expressions(Library library) {
    if (library.getStatements() == null) {
      return List.of();
    }
    return library.getStatements().getDef().stream()
        .filter(def -> !(def instanceof FunctionDef))
        .map(ExpressionDef::getName)
        .filter(name -> !name.equals("Patient"))
        .toList();
  }

  private static CqlCompilerOptions options(Path file) {
    JsonNode json = json(file);
    CqlCompilerOptions options = new CqlCompilerOptions();
    options.getOptions().clear();
    for (JsonNode name : json.path("options")) {
      options.getOptions().add(CqlCompilerOptions.Options.valueOf(name.asText()));
    }
    options.setSignatureLevel(
        LibraryBuilder.SignatureLevel.valueOf(json.path("signatureLevel").asText()));
    options.setCompatibilityLevel(json.path("compatibilityLevel").asText());
    return options;
  }

  private static JsonNode json(Path file) {
    try {
      return JsonMapper.builder().build().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
