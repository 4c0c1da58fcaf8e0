package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
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
 * they name and the compiler. What the compiler warned about is not kept. Thread-safe; a cache that
 * can't be read or written only costs time.
 */
public final class CompiledCqlCache {

  private static final Logger LOG = LoggerFactory.getLogger(CompiledCqlCache.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Raise it when the form of the file, the compiler's options or the tables of types change. */
  private static final String FORMAT = "4";

  private static final int HASH_LENGTH = 32;

  /** Enough for going back and forth between some contents; others are compiled anew. */
  private static final int MAX_FILES = 8;

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
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      Optional<Path> file = files.filter(f -> name(f).startsWith(prefix(key))).findFirst();
      if (file.isEmpty()) {
        return Optional.empty();
      }
      byte[] bytes = Files.readAllBytes(file.get());
      if (name(file.get()).equals(fileName(key, bytes))) {
        return Optional.of(read(JSON.readTree(bytes), valueSets));
      }
    } catch (IOException | RuntimeException e) {
      // told below, as a file that is not what was written
    }
    LOG.warn("compiled CQL in {} is not what was kept there and is compiled anew", folder);
    return Optional.empty();
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
      byte[] bytes = JSON.writeValueAsBytes(content);
      Path written = Files.createTempFile(folder, "cql-", ".tmp");
      Files.write(written, bytes);
      Path kept = folder.resolve(fileName(key, bytes));
      Files.move(
          written, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      prune(kept, prefix(key));
    } catch (IOException e) {
      LOG.warn("compiled CQL can't be kept in {}: {}", folder, e.getClass().getSimpleName());
    }
  }

  /** Removes what the new file stands for, and the oldest of the others. */
  private void prune(Path kept, String prefix) throws IOException {
    List<Path> others;
    try (Stream<Path> files = Files.list(folder)) {
      others =
          files
              .filter(f -> name(f).matches("cql-[0-9a-f-]+\\.json") && !f.equals(kept))
              .sorted(Comparator.comparing(CompiledCqlCache::age).reversed())
              .toList();
    }
    int left = 1;
    for (Path other : others) {
      if (name(other).startsWith(prefix) || ++left > MAX_FILES) {
        Files.deleteIfExists(other);
      }
    }
  }

  private static FileTime age(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  /** The name says what was compiled, and what the file holds: a damaged one is not read. */
  private static String fileName(String key, byte[] bytes) {
    return prefix(key) + new Sha256().add(bytes).hex().substring(0, HASH_LENGTH) + ".json";
  }

  private static String prefix(String key) {
    return "cql-" + key.substring(0, HASH_LENGTH) + "-";
  }

  private static String name(Path file) {
    return file.getFileName().toString();
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
        byName,
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
