package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** The codes that the content speaks of, to put into patients: by value set, and aliases. */
final class CodePool {

  /** A coding; the system is a canonical URI. */
  record Entry(String system, String code) {}

  private record Alias(String system, String other) {}

  private final List<List<Entry>> valueSets;
  private final List<Alias> aliases;

  private CodePool(List<List<Entry>> valueSets, List<Alias> aliases) {
    this.valueSets = valueSets;
    this.aliases = aliases;
  }

  static CodePool read(Path fhirResources) throws IOException {
    List<List<Entry>> valueSets = new ArrayList<>();
    for (JsonNode valueSet : resources(fhirResources.resolve("valueset"))) {
      List<Entry> entries = new ArrayList<>();
      for (JsonNode concept : valueSet.path("expansion").path("contains")) {
        entries.add(new Entry(concept.path("system").asText(), concept.path("code").asText()));
      }
      for (JsonNode excluded : valueSet.path("compose").path("exclude")) {
        for (JsonNode concept : excluded.path("concept")) {
          entries.add(new Entry(excluded.path("system").asText(), concept.path("code").asText()));
        }
      }
      if (!entries.isEmpty()) {
        valueSets.add(List.copyOf(entries));
      }
    }
    List<Alias> aliases = new ArrayList<>();
    for (JsonNode naming : resources(fhirResources.resolve("namingsystem"))) {
      String preferred = "";
      List<String> others = new ArrayList<>();
      for (JsonNode id : naming.path("uniqueId")) {
        if (id.path("preferred").asBoolean()) {
          preferred = id.path("value").asText();
        } else {
          boolean oid = id.path("type").asText().equals("oid");
          others.add((oid ? "urn:oid:" : "") + id.path("value").asText());
        }
      }
      for (String other : others) {
        aliases.add(new Alias(preferred, other));
      }
    }
    return new CodePool(List.copyOf(valueSets), List.copyOf(aliases));
  }

  /** A code out of a value set; every value set has the same chance, however large. */
  Optional<Entry> any(Random random) {
    if (valueSets.isEmpty()) {
      return Optional.empty();
    }
    List<Entry> entries = valueSets.get(random.nextInt(valueSets.size()));
    return Optional.of(entries.get(random.nextInt(entries.size())));
  }

  /** Another name of a code system, if the content knows one. */
  Optional<String> alias(String system, Random random) {
    List<String> others =
        aliases.stream().filter(a -> a.system().equals(system)).map(Alias::other).toList();
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(others.get(random.nextInt(others.size())));
  }

  private static List<JsonNode> resources(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    ObjectMapper mapper = JsonMapper.builder().build();
    List<JsonNode> resources = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        resources.add(mapper.readTree(file.toFile()));
      }
    }
    return resources;
  }
}
