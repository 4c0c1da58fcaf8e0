package org.oncohooks.app;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * What a configuration file says: one YAML map. A text of the form <code>${NAME}</code> stands for
 * the environment variable of that name. A key that nobody knows, a value of a wrong type and a key
 * that is missing keep the service from starting, with a message that names key and file.
 */
final class ConfigFile {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  private final Path file;
  private final ObjectNode keys;
  private final Set<String> variables;

  private ConfigFile(Path file, ObjectNode keys, Set<String> variables) {
    this.file = file;
    this.keys = keys;
    this.variables = variables;
  }

  /**
   * @param environment for what stands in <code>${}</code>
   * @throws ProblemException {@code INCORRECT} if it can't be read or is no YAML map
   */
  static ConfigFile read(Path file, Map<String, String> environment) {
    JsonNode read;
    try {
      read = YAML.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw refuse(
          "--config " + file + " is not YAML at line " + e.getLocation().getLineNr() + ".");
    } catch (IOException e) {
      throw refuse("--config " + file + " can't be read.");
    }
    if (!(read instanceof ObjectNode map)) {
      throw refuse("--config " + file + " has to hold lines of KEY: VALUE.");
    }
    Set<String> variables = new TreeSet<>();
    ConfigFile raw = new ConfigFile(file, map, variables);
    return new ConfigFile(file, (ObjectNode) raw.filled(map, "", environment), variables);
  }

  /** In place of a file that is not named: no keys. */
  static ConfigFile none() {
    return new ConfigFile(Path.of("no configuration"), YAML.createObjectNode(), Set.of());
  }

  private JsonNode filled(JsonNode node, String place, Map<String, String> environment) {
    if (node instanceof ObjectNode map) {
      ObjectNode copy = YAML.createObjectNode();
      map.properties()
          .forEach(
              entry ->
                  copy.set(
                      entry.getKey(),
                      filled(entry.getValue(), below(place, entry.getKey()), environment)));
      return copy;
    }
    if (node instanceof ArrayNode list) {
      ArrayNode copy = YAML.createArrayNode();
      for (int i = 0; i < list.size(); i++) {
        copy.add(filled(list.get(i), place + "[" + i + "]", environment));
      }
      return copy;
    }
    Matcher variable = VARIABLE.matcher(node.isTextual() ? node.textValue() : "");
    if (!variable.matches()) {
      return node;
    }
    variables.add(variable.group(1));
    return Optional.ofNullable(environment.get(variable.group(1)))
        .map(TextNode::valueOf)
        .orElseThrow(
            () -> refuse(place, "the environment variable " + variable.group(1) + " is not set"));
  }

  private static String below(String place, String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  /**
   * @throws ProblemException {@code INCORRECT} naming the first key that is none of these
   */
  void requireKnown(Set<String> known) {
    for (Map.Entry<String, JsonNode> entry : keys.properties()) {
      if (!known.contains(entry.getKey())) {
        throw refuse(
            entry.getKey(),
            "there is no such key; there are " + String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  /** A value as it stands; missing if the key is not there. */
  JsonNode value(String key) {
    return keys.has(key) ? keys.get(key) : MissingNode.getInstance();
  }

  /**
   * A section as a type of ours, whose record components are its keys.
   *
   * @throws ProblemException {@code INCORRECT} naming the key that is unknown, missing or of a
   *     wrong type
   */
  <T> Optional<T> section(String key, Class<T> type) {
    if (!keys.has(key)) {
      return Optional.empty();
    }
    try {
      return Optional.of(YAML.treeToValue(keys.get(key), type));
    } catch (UnrecognizedPropertyException e) {
      throw refuse(place(key, e), "there is no such key");
    } catch (JsonMappingException e) {
      String message = String.valueOf(e.getOriginalMessage());
      throw refuse(
          place(key, e),
          message.startsWith("Missing required creator property")
              ? "this key is missing"
              : reason(e).orElse("the value is not of the right type"));
    } catch (JsonProcessingException e) {
      throw refuse(key, "the value is not of the right type");
    }
  }

  /** What our own records say when they refuse a value. */
  private static Optional<String> reason(JsonMappingException e) {
    return Optional.ofNullable(e.getCause())
        .filter(IllegalArgumentException.class::isInstance)
        .map(Throwable::getMessage);
  }

  private static String place(String key, JsonMappingException e) {
    return key
        + e.getPath().stream()
            .map(
                step ->
                    step.getFieldName() == null
                        ? "[" + step.getIndex() + "]"
                        : "." + step.getFieldName())
            .collect(Collectors.joining());
  }

  /** Names of the environment's variables that the file takes values from. */
  Set<String> variables() {
    return Set.copyOf(variables);
  }

  boolean hasTenants() {
    return keys.has("tenants");
  }

  /** Whether one of the tenants has a key of which this holds. */
  boolean anyTenant(String key, Predicate<JsonNode> holds) {
    for (JsonNode tenant : value("tenants")) {
      if (tenant.has(key) && holds.test(tenant.get(key))) {
        return true;
      }
    }
    return false;
  }

  /** Clinical settings, by name. */
  Map<String, JsonNode> settings() {
    Map<String, JsonNode> settings = new LinkedHashMap<>();
    JsonNode map = value("settings");
    if (!map.isObject() && !map.isMissingNode()) {
      throw refuse("settings", "has to hold lines of NAME: VALUE");
    }
    map.properties().forEach(entry -> settings.put(entry.getKey(), entry.getValue()));
    return settings;
  }

  /** A path that the file names, from the folder in which the file lies. */
  Path path(String text) {
    return file.toAbsolutePath().resolveSibling(text).normalize();
  }

  ProblemException refuse(String place, String why) {
    return refuse(file + ": " + place + ": " + why + ".");
  }

  private static ProblemException refuse(String text) {
    return Problem.of(ProblemCategory.INCORRECT, "configuration-invalid", text).asException();
  }
}
