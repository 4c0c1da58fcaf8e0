package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.namespace.QName;
import org.cqframework.cql.cql2elm.CqlCompiler;
import org.cqframework.cql.cql2elm.CqlCompilerOptions;
import org.cqframework.cql.cql2elm.LibraryManager;
import org.cqframework.cql.cql2elm.ModelManager;
import org.cqframework.cql.cql2elm.model.CompiledLibrary;
import org.cqframework.cql.elm.serializing.ElmJsonLibraryReader;
import org.cqframework.cql.elm.serializing.ElmJsonLibraryWriter;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.VersionedIdentifier;
import org.oncohooks.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what the compiler made of the content's CQL, so that a start need not compile again. Only
 * what this service compiled itself is ever read back: the key covers the sources, the value sets
 * they name and the compiler. Thread-safe; a cache that can't be read or written only costs time.
 */
public final class CompiledCqlCache {

  private static final Logger LOG = LoggerFactory.getLogger(CompiledCqlCache.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Raise it when the form of the file or the compiler's options change. */
  private static final String FORMAT = "2";

  private final Path folder;

  /**
   * @param folder is made when something is stored
   */
  public CompiledCqlCache(Path folder) {
    this.folder = folder;
  }

  static String key(List<CqlSource> sources, Collection<String> valueSetUrls) {
    Sha256 digest = new Sha256().add(FORMAT).add(compiler());
    sources.stream()
        .sorted(Comparator.comparing(CqlSource::name))
        .forEach(source -> digest.add(source.name()).add(source.text()));
    new TreeSet<>(valueSetUrls).forEach(digest::add);
    return digest.hex();
  }

  Optional<CqlProgram> find(String key, ValueSets valueSets) {
    Path file = file(key);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(JSON.readTree(Files.readAllBytes(file)), valueSets));
    } catch (IOException | RuntimeException e) {
      LOG.warn("compiled CQL in {} can't be read and is compiled anew", file.getFileName());
      return Optional.empty();
    }
  }

  void store(
      String key,
      Map<String, Library> libraries,
      Map<String, Map<String, String>> resultTypes,
      FhirModelTypes model) {
    ObjectNode content = JSON.createObjectNode();
    ArrayNode elm = content.putArray("libraries");
    ElmJsonLibraryWriter writer = new ElmJsonLibraryWriter();
    new TreeMap<>(libraries).values().forEach(library -> elm.add(writer.writeAsString(library)));
    content.set("resultTypes", JSON.valueToTree(resultTypes));
    ObjectNode types = content.putObject("types");
    model.names().forEach(name -> model.type(name).ifPresent(type -> types.set(name, table(type))));
    try {
      Files.createDirectories(folder);
      Path written = Files.createTempFile(folder, "cql-", ".tmp");
      Files.write(written, JSON.writeValueAsBytes(content));
      Files.move(
          written, file(key), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("compiled CQL can't be kept in {}: {}", folder, e.getClass().getSimpleName());
    }
  }

  private Path file(String key) {
    return folder.resolve("cql-" + key.substring(0, 32) + ".json");
  }

  private static CqlProgram read(JsonNode content, ValueSets valueSets) {
    ElmJsonLibraryReader reader = new ElmJsonLibraryReader();
    Map<String, Library> libraries = new HashMap<>();
    Map<VersionedIdentifier, CompiledLibrary> compiled = new HashMap<>();
    for (JsonNode elm : content.get("libraries")) {
      Library library = reader.read(elm.textValue());
      CompiledLibrary entry = new CompiledLibrary();
      entry.setIdentifier(library.getIdentifier());
      entry.setLibrary(library);
      compiled.put(library.getIdentifier(), entry);
      libraries.put(library.getIdentifier().getId(), library);
    }
    Map<String, Map<String, String>> resultTypes = new HashMap<>();
    content
        .get("resultTypes")
        .properties()
        .forEach(
            library -> {
              Map<String, String> types = new HashMap<>();
              library
                  .getValue()
                  .properties()
                  .forEach(d -> types.put(d.getKey(), d.getValue().asText()));
              resultTypes.put(library.getKey(), types);
            });
    LibraryManager manager =
        new LibraryManager(new ModelManager(), CqlCompilerOptions.defaultOptions(), compiled);
    JsonNode tables = content.get("types");
    FhirTypes types =
        new FhirTypes(
            name -> Optional.ofNullable(tables.get(name)).map(table -> type(name, table)));
    return new CqlProgram(manager, types, valueSets, Map.copyOf(libraries), resultTypes);
  }

  private static ObjectNode table(FhirType type) {
    ObjectNode table = JSON.createObjectNode();
    table.put("base", type.base());
    type.primitive().ifPresent(p -> table.put("primitive", p.name()));
    type.codePath().ifPresent(path -> table.put("codePath", path));
    ArrayNode elements = table.putArray("elements");
    for (FhirElement element : type.ordered()) {
      ObjectNode entry = elements.addObject();
      entry.put("name", element.name()).put("list", element.list());
      ArrayNode choices = entry.putArray("choices");
      for (FhirElement.Choice choice : element.choices()) {
        ArrayNode parts = choices.addArray().add(choice.member()).add(choice.type());
        if (choice.system() != null) {
          parts.add(choice.system().name());
        }
      }
    }
    return table;
  }

  private static FhirType type(String name, JsonNode table) {
    List<FhirElement> ordered = new ArrayList<>();
    Map<String, FhirElement> byName = new HashMap<>();
    for (JsonNode entry : table.get("elements")) {
      List<FhirElement.Choice> choices = new ArrayList<>();
      for (JsonNode parts : entry.get("choices")) {
        String member = parts.get(0).textValue();
        choices.add(
            new FhirElement.Choice(
                member,
                "_" + member,
                parts.get(1).textValue(),
                parts.has(2) ? SystemType.valueOf(parts.get(2).textValue()) : null));
      }
      FhirElement element =
          new FhirElement(
              entry.get("name").textValue(),
              ordered.size(),
              entry.get("list").booleanValue(),
              List.copyOf(choices));
      ordered.add(element);
      byName.put(element.name(), element);
    }
    return new FhirType(
        name,
        new QName(FhirTypes.URI, name),
        table.get("base").textValue(),
        Optional.ofNullable(table.path("primitive").textValue()).map(SystemType::valueOf),
        Map.copyOf(byName),
        List.copyOf(ordered),
        Optional.ofNullable(table.path("codePath").textValue()));
  }

  /** The compiler's jar, whose name carries its version. */
  private static String compiler() {
    String location =
        String.valueOf(CqlCompiler.class.getProtectionDomain().getCodeSource().getLocation());
    return location.substring(location.lastIndexOf('/') + 1);
  }
}
